import { expect, test } from "vitest";
import { decideClaim } from "../../src/decide/claim.ts";
import { decideHost } from "../../src/decide/host.ts";
import type { Host } from "@domain-claims/crds/hostname";
import { Facts } from "../../src/world/facts.ts";
import { claim, grant, heldBy, namespace, settings, world } from "../support/builders.ts";
import type { Cluster } from "../support/builders.ts";

const selecting = { ...settings, primaryNamespaces: [{ key: "tier", operator: "in", values: ["gold"] } as const] };
const gold = { tier: "gold" };
const told = (cluster: Cluster, at: string): string => {
  const state = world(cluster);
  const [ns = "", name = ""] = at.split("/");
  const found = state.world.claim(ns, name);
  if (found === undefined) throw new Error(`there is no claim ${at}`);
  return decideClaim(new Facts(state), selecting, found).reason;
};

const mallory = claim("mallory-org/bank", "bank.example");
const acme = claim("acme-org/acme", "acme.org", { delegates: ["mallory-org"] });

test.each<readonly [string, Cluster, string, string]>([
  ["a namespace without the label is refused", { claims: [mallory] }, "mallory-org/bank", "PrimaryNotAllowed"],
  [
    "a namespace with another value of it is refused",
    { claims: [mallory], namespaces: [namespace("mallory-org", undefined, { tier: "silver" })] },
    "mallory-org/bank",
    "PrimaryNotAllowed",
  ],
  [
    "a namespace that is not known is refused",
    { claims: [mallory], namespaces: [] },
    "mallory-org/bank",
    "PrimaryNotAllowed",
  ],
  [
    "a namespace with the label is not",
    { claims: [mallory], namespaces: [namespace("mallory-org", undefined, gold)] },
    "mallory-org/bank",
    "Deciding",
  ],
  ["who holds a primary keeps it", { claims: [mallory], records: [heldBy(mallory)] }, "mallory-org/bank", "Held"],
  [
    "a primary below another is one, too, whatever is shared",
    { claims: [acme, claim("mallory-org/m", "m.acme.org")], records: [heldBy(acme, {}, [grant("mallory-org")])] },
    "mallory-org/m",
    "PrimaryNotAllowed",
  ],
  [
    "a shared claim is not concerned",
    {
      claims: [acme, claim("mallory-org/m", "acme.org", { sub: "m", parent: "acme-org" })],
      records: [heldBy(acme, {}, [grant("mallory-org")])],
    },
    "mallory-org/m",
    "Deciding",
  ],
])("primaries: %s", (_what, cluster, at, reason) => {
  expect(told(cluster, at)).toBe(reason);
});

test("a holder outside of the selected namespaces is told that it could not claim the host anew", () => {
  const state = world({ claims: [mallory], records: [heldBy(mallory)] });
  const { conditions } = decideClaim(new Facts(state), selecting, mallory);
  expect(conditions.find(({ type }) => type === "NameAllowed")).toMatchObject({
    status: "False",
    reason: "PrimaryNotAllowed",
  });
  const { conditions: without } = decideClaim(new Facts(state), settings, mallory);
  expect(without.some(({ type }) => type === "NameAllowed")).toBe(false);
});

test("the host goes to the oldest claim of a namespace that may claim it, and its label is a fact that is read", () => {
  const late = claim("gold-org/bank", "bank.example", { created: "2026-05-01T00:00:00Z" });
  const namespaces = [namespace("mallory-org"), namespace("gold-org", undefined, gold)];
  const facts = new Facts(world({ claims: [mallory, late], namespaces }));
  const { step } = decideHost(facts, selecting, "bank.example" as Host);
  expect(step).toMatchObject({ kind: "acquire", claim: { namespace: "gold-org" } });
  expect(facts.reads.texts()).toContain("namespace mallory-org");
});
