import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { decideClaim } from "../../src/decide/claim.ts";
import { decideHost } from "../../src/decide/host.ts";
import type { HostDecision } from "../../src/decide/host-decision.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Authority } from "../../src/world/host-record.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { TermState } from "../../src/world/term-state.ts";
import { claim, grant, heldBy, settings, world } from "../support/builders.ts";

// acme.org was shared with b-org, whose b.acme.org is shared with c-org; then its holder went, and the next one does not
// share it. That b.acme.org stands on its own since then is being written, and the watch has not shown it yet.
const next = claim("next-org/acme", "acme.org");
const middle = claim("b-org/b", "b.acme.org", { delegates: ["c-org", "d-org"] });
const below = claim("c-org/c", "c.b.acme.org");
const waiting = claim("d-org/d", "d.b.acme.org");
const by = (host: string, namespace: string, uid: string): Authority =>
  ({ kind: "delegation", host, namespace, name: "gone", uid }) as Authority;

function sceneWith(...claims: readonly Claim[]): TermState {
  const scene = world({
    claims: [next, middle, below, ...claims],
    records: [
      heldBy(next),
      heldBy(middle, { authority: by("acme.org", "acme-org", "uid-gone") }, [grant("c-org"), grant("d-org")]),
      heldBy(below, { authority: by("b.acme.org", "b-org", middle.uid) }),
    ],
  });
  scene.setPendingWrite("b.acme.org" as Host, { namespace: "b-org", uid: middle.uid });
  return scene;
}

const decided = (scene: TermState, host: string): HostDecision => decideHost(new Facts(scene), settings, host as Host);

test("O3: what is held below a record that is being written is not lost until it is known what was written", () => {
  expect(decided(sceneWith(), "c.b.acme.org")).toMatchObject({
    serving: undefined,
    step: { kind: "wait", for: "watch" },
  });
});

test("O3: nor is it granted anew by a primary further up, whose turn has not come", () => {
  const higher = { ...next, delegates: ["*"] };
  const scene = sceneWith();
  scene.world.apply({ type: "set", kind: "Domain", object: { ...higher, namespace: "c-org", uid: "uid-higher" } });
  scene.world.apply({
    type: "set",
    kind: "HostRecord",
    object: heldBy({ ...higher, namespace: "c-org", uid: "uid-higher" }),
  });
  expect(decided(scene, "c.b.acme.org").step).toEqual({ kind: "keep" });
});

test("O3: nor is anything new granted below it", () => {
  const scene = sceneWith(waiting);
  scene.world.apply({ type: "set", kind: "Domain", object: { ...next, delegates: ["*"] } });
  expect(decided(scene, "d.b.acme.org").step).toEqual({ kind: "wait", for: "watch" });
});

test("O5: a claim below it that is deleted releases its host all the same", () => {
  const scene = sceneWith();
  scene.world.apply({ type: "set", kind: "Domain", object: { ...below, deleting: true } });
  expect(decided(scene, "c.b.acme.org").step).toMatchObject({ kind: "release", reason: "Deleted" });
});

test("the record itself is asked for, not written over; its holder is told nothing on the strength of the old one", () => {
  const scene = sceneWith();
  expect(decided(scene, "b.acme.org").step).toMatchObject({ kind: "confirmWrite" });
  expect(decideClaim(new Facts(scene), settings, middle)).toMatchObject({ phase: "Failed", settled: false });
});

test("a holder that may hold goes on being served while its record is written", () => {
  const scene = sceneWith();
  scene.world.apply({ type: "set", kind: "Domain", object: { ...next, delegates: ["*"] } });
  expect(decided(scene, "b.acme.org")).toMatchObject({
    serving: "b-org",
    frozen: false,
    step: { kind: "confirmWrite" },
  });
});

test("the answer ends it", () => {
  const scene = sceneWith();
  const answered = {
    ...heldBy(middle, { authority: { kind: "none" } }, [grant("c-org"), grant("d-org")]),
    resourceVersion: "2",
  };
  scene.world.learn({ type: "set", kind: "HostRecord", object: answered });
  scene.setPendingWrite("b.acme.org" as Host, undefined);
  expect(decided(scene, "b.acme.org")).toMatchObject({ serving: "b-org", step: { kind: "keep" } });
  expect(decided(scene, "c.b.acme.org")).toMatchObject({ serving: "c-org", step: { kind: "keep" } });
});
