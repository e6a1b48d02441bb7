import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { decideHost } from "../../src/decide/host.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { TermState } from "../../src/world/term-state.ts";
import { claim, grant, heldBy, namespace, settings, world } from "../support/builders.ts";

// acme.org is shared with b-org. Nobody holds x.acme.org; claims for it are named by their age.
const acme = claim("acme-org/acme", "acme.org", { delegates: ["b-org"] });
const host = "x.acme.org" as Host;
const shared = (at: string, more: Partial<Claim> = {}): Claim => claim(at, "acme.org", { sub: "x", ...more });
const primary = (at: string, more: Partial<Claim> = {}): Claim => claim(at, "x.acme.org", more);

function waitedForBy(claims: readonly Claim[]): TermState {
  const aged = claims.map((one, i) => ({ ...one, created: new Date(Date.UTC(2026, 3, 4, 12, 0, i)).toISOString() }));
  return world({
    claims: [acme, ...aged],
    records: [heldBy(acme, {}, [grant("b-org")])],
    namespaces: ["acme-org", "b-org", "c-org", "kong-system"].map((name) => namespace(name)),
  });
}

test.each<readonly [string, readonly Claim[], string]>([
  [
    "one that names no parent does not stand for one that does",
    [shared("b-org/1"), shared("b-org/2", { parent: "acme-org" })],
    "b-org/2",
  ],
  [
    "a parent that is not the primary's is as good as none",
    [shared("b-org/1", { parent: "c-org" }), shared("b-org/2", { parent: "acme-org" })],
    "b-org/2",
  ],
  ["a shared one does not stand for a primary", [shared("b-org/1"), primary("b-org/2")], "b-org/2"],
  ["one namespace does not stand for another", [primary("c-org/1"), primary("b-org/2")], "b-org/2"],
  ["the oldest of those that may", [primary("c-org/1"), primary("b-org/2"), primary("b-org/3")], "b-org/2"],
  [
    "one that is being deleted does not stand for the next",
    [primary("b-org/1", { deleting: true }), primary("b-org/2")],
    "b-org/2",
  ],
])("O2: a free host goes to the oldest claim that may hold it: %s", (_what, claims, winner) => {
  const { step } = decideHost(new Facts(waitedForBy(claims)), settings, host);
  expect(step.kind === "acquire" ? `${step.claim.namespace}/${step.claim.name}` : step).toBe(winner);
});

test("thousands of claims of one tenant for a host that it may not hold are judged at once", () => {
  const parents = ["acme-org", "b-org", undefined] as const;
  const crowd = Array.from({ length: 3000 }, (_, i) => shared(`c-org/${String(i)}`, { parent: parents[i % 3] }));
  const facts = new CountingFacts(waitedForBy([...crowd, primary("b-org/last")]));
  expect(decideHost(facts, settings, host).step).toMatchObject({ kind: "acquire", claim: { name: "last" } });
  expect(facts.asked).toBeLessThan(30);
});

/** Facts that count how often one was asked for. */
class CountingFacts extends Facts {
  asked = 0;

  override record(of: Host): ReturnType<Facts["record"]> {
    this.asked += 1;
    return super.record(of);
  }
}
