import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { decideHost } from "../../src/decide/host.ts";
import { planHost } from "../../src/plan/host.ts";
import { sourceOutcomes, sourcesSummary } from "../../src/plan/summary.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Programmed, SourcesSummary } from "../../src/world/kong-state.ts";
import type { Holder } from "../../src/world/host-record.ts";
import type { Source } from "../../src/world/source.ts";
import { backend, claim, heldBy, ingress, path, service, settings, world } from "../support/builders.ts";
import type { IngressLike, IngressPath } from "../support/builders.ts";
import { targetNames } from "../../src/plan/kong/target-names.ts";

const acme = claim("acme-org/acme", "acme.org");

function summary(
  ingresses: readonly Source[],
  reason: Programmed["reason"] = "Programmed",
  more: Partial<Holder> = {},
): SourcesSummary | undefined {
  const services = [service("acme-org/web")];
  const facts = new Facts(world({ claims: [acme], records: [heldBy(acme, more)], services, ingresses }));
  const decision = decideHost(facts, settings, "acme.org" as Host);
  return sourcesSummary(
    sourceOutcomes(facts, settings, decision, planHost(facts, settings, decision, targetNames(settings))),
    { reason },
  );
}

const serving = (name: string, paths: readonly IngressPath[], more: IngressLike = {}): Source =>
  ingress(`acme-org/${name}`, [], { rules: [{ host: "acme.org", paths }], ...more });
const nowhere = (text: string): IngressPath => path(text, { backend: backend("none", 80) });

test("X8: each source that names the host has its paths counted, and the first refusals with their reasons", () => {
  const paths = [path("/"), nowhere("/shop"), path("/a/*")];
  const web = serving("web", paths, { created: "2020-01-01T00:00:00Z" });
  expect(summary([serving("later", [path("/")]), web])).toMatchObject({
    ...{ more: 0, refused: 3, first: { path: "/a/*", reason: "InvalidPath" } },
    shown: [
      {
        ...{ kind: "Ingress", name: "web", live: 1, refused: 2 },
        refusals: [
          { path: "/a/*", reason: "InvalidPath", message: expect.stringContaining("an asterisk") },
          { path: "/shop", reason: "ServiceNotFound", message: expect.stringContaining("there is no Service none") },
        ],
      },
      {
        ...{ kind: "Ingress", name: "later", live: 0, refused: 1 },
        refusals: [{ path: "/", reason: "PathConflict", message: expect.stringContaining("the older Ingress") }],
      },
    ],
  });
});

test("X8: what a source says for a name of before counts for the new one, also where nothing of it is served", () => {
  const named = (name: string, more: IngressLike = {}): Source =>
    ingress(`acme-org/${name}`, [], { rules: [{ host: "old.org", paths: [path("/"), path("/a/*")] }], ...more });
  const renamedFrom = [{ host: "old.org" as Host, since: "2026-04-04T12:00:00Z" }];
  const restricted = { "konghq.com/plugins": "key-auth" };
  const told = summary([named("web"), named("kept", { annotations: restricted })], "Programmed", { renamedFrom });
  expect(told).toMatchObject({
    refused: 2,
    shown: [
      { name: "kept", live: 0, refused: 1, refusals: [{ reason: "UnsupportedAnnotation" }] },
      { name: "web", live: 1, refused: 1, refusals: [{ path: "/a/*", reason: "InvalidPath" }] },
    ],
  });
});

test("X8: a path that can't be read counts for the aliases, which would have it, too", () => {
  const rules = [{ host: "other.org", paths: [path("/"), path("/a/*")] }];
  const aliased = ingress("acme-org/web", [], { rules, annotations: { "konghq.com/host-aliases": "acme.org" } });
  expect(summary([aliased])).toMatchObject({ refused: 1, first: { path: "/a/*", reason: "InvalidPath" } });
});

test("those of which something is refused come first, whatever their age", () => {
  const shown = summary([
    serving("old", [path("/old")], { created: "2020-01-01T00:00:00Z" }),
    serving("new", [nowhere("/new")]),
  ]);
  expect(shown?.shown.map(({ name }) => name)).toEqual(["new", "old"]);
});

test("a source that is kept out as a whole says why, without a path", () => {
  const restricted = serving("web", [path("/a"), path("/b")], { annotations: { "konghq.com/plugins": "key-auth" } });
  expect(summary([restricted], "NoRoutes")?.shown).toEqual([
    {
      ...{ kind: "Ingress", name: "web", live: 0, refused: 2 },
      refusals: [{ reason: "UnsupportedAnnotation", message: expect.stringContaining("konghq.com/plugins") }],
    },
  ]);
});

test("one of another class has asked nothing of us, and is left out", () => {
  expect(summary([serving("web", [path("/")], { className: "nginx" })], "NoRoutes")).toBeUndefined();
});

test("what is only said of a path that is served is no refusal", () => {
  const facts = new Facts(
    world({
      claims: [acme],
      records: [heldBy(acme)],
      services: [service("acme-org/web", { problems: ["the annotation konghq.com/host-header ..."] })],
      ingresses: [serving("web", [path("/")])],
    }),
  );
  const decision = decideHost(facts, settings, "acme.org" as Host);
  const outcomes = sourceOutcomes(
    facts,
    settings,
    decision,
    planHost(facts, settings, decision, targetNames(settings)),
  );
  expect(outcomes).toMatchObject([{ planned: 1, refused: 0, refusals: [] }]);
});

test("what Kong has of a source is not said while that is not known", () => {
  const [status] = summary([serving("web", [path("/")])], "KongUnreachable")?.shown ?? [];
  expect(status).toEqual({ kind: "Ingress", name: "web", refused: 0, refusals: [] });
});

test("X1: a status has room for ten sources, five refusals of each, and about 8 kB; what is cut is counted", () => {
  const many = Array.from({ length: 15 }, (_, i) =>
    serving(
      `web-${String(i)}`,
      Array.from({ length: 40 }, (_, j) => nowhere(`/${String(i)}-${String(j)}/${"ä".repeat(200)}`)),
    ),
  );
  const shown = summary(many, "NoRoutes");
  expect(shown).toMatchObject({ more: 5, refused: 15 * 40 });
  expect(shown?.shown).toHaveLength(10);
  expect(shown?.shown.every(({ refused, refusals }) => refused === 40 && refusals.length <= 5)).toBe(true);
  expect(shown?.shown[0]?.refusals).toHaveLength(5);
  expect(Buffer.byteLength(JSON.stringify(shown?.shown))).toBeLessThan(8_000);
});
