import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import { wantedNames } from "../../src/reconcile/wanted-names.ts";
import { Facts } from "../../src/world/facts.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { claim, events, heldBy, settings } from "../support/builders.ts";

test("X2: a thousand names of a namespace are looked at in pieces, each of them as things are then", () => {
  const primary = claim("acme-org/acme", "acme.org", { certificatePolicy: "Always" });
  const below = Array.from({ length: 999 }, (_, i) =>
    claim(`acme-org/n${String(i)}`, "acme.org", { sub: `n${String(i)}`, certificatePolicy: "Always" }),
  );
  const claims = [primary, ...below];
  const seen = new World(undefined, { orders: true });
  for (const event of events({ claims, records: claims.map((one) => heldBy(one)) })) seen.apply(event);
  const state = new TermState(seen);
  state.setKong({ synced: true, preFunction: true });
  const ordering = { ...settings, issuer: { kind: "ClusterIssuer", name: "letsencrypt" } } as const;
  const group = { namespace: "acme-org", domain: "acme.org", standing: new Set<Host>(), asks: false };
  const pieces = wantedNames(() => new Facts(state), ordering, group);
  let count = 1;
  let step = pieces.next();
  for (; step.done !== true; step = pieces.next()) {
    count += 1;
    // After the first piece all others are given up.
    for (const { name, namespace, uid } of below)
      state.world.apply({ type: "delete", kind: "Domain", namespace, name, uid });
  }
  expect(count).toBeGreaterThanOrEqual(4);
  expect(step.value.wanted.length).toBeLessThanOrEqual(251);
  expect(step.value.held.size).toBe(1_000);
});
