import { expect, test } from "vitest";
import { Census } from "../../src/operations/census.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { ClaimStatus, Condition } from "../../src/world/claim-status.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import { claim, heldBy } from "../support/builders.ts";

/** What is counted after the events. */
function counted(...events: readonly WorldEvent[]) {
  const census = new Census();
  for (const event of events) census.note(event);
  return { statuses: [...census.statuses()], hostsHeld: census.hostsHeld, unserved: [...census.unserved()] };
}

const at = (object: Claim, phase?: ClaimStatus["phase"], reason = ""): WorldEvent => {
  const rest = { message: "", lastUpdateTime: "", observedGeneration: 1, conditions: [] };
  const status = phase === undefined ? undefined : { phase, reason, ...rest };
  return { type: "set", kind: "Domain", object: { ...object, status } };
};
const [shop, blog] = [claim("team-a/shop", "shop.example"), claim("team-b/blog", "blog.example")];
const recordOf = (owner: Claim): WorldEvent => ({ type: "set", kind: "HostRecord", object: heldBy(owner) });

test("a claim is counted under what its status says now, and not under what it said before", () => {
  expect(counted(at(shop)).statuses).toEqual([{ phase: "Pending", reason: "", claims: 1 }]);
  expect(counted(at(shop), at(blog), at(shop, "OK", "Held"), at(blog, "OK", "Held")).statuses).toEqual([
    { phase: "OK", reason: "Held", claims: 2 },
  ]);
  expect(counted(at(shop, "OK", "Held"), at(shop, "Failed", "NotDelegated"), at(blog, "OK", "Held")).statuses).toEqual([
    { phase: "Failed", reason: "NotDelegated", claims: 1 },
    { phase: "OK", reason: "Held", claims: 1 },
  ]);
});

test("a claim that is told of again is counted once, and one that goes no more", () => {
  const gone: WorldEvent = { type: "delete", kind: "Domain", namespace: "team-a", name: "shop" };
  expect(counted(at(shop, "OK", "Held"), at(shop, "OK", "Held")).statuses).toEqual([
    { phase: "OK", reason: "Held", claims: 1 },
  ]);
  expect(counted(at(shop, "OK", "Held"), gone, gone).statuses).toEqual([]);
});

test("a host counts while its record has a holder", () => {
  const released: WorldEvent = { type: "set", kind: "HostRecord", object: { ...heldBy(shop), holder: undefined } };
  const removed: WorldEvent = { type: "delete", kind: "HostRecord", namespace: "", name: "blog.example" };
  expect(counted(recordOf(shop), recordOf(blog), recordOf(shop)).hostsHeld).toBe(2);
  expect(counted(recordOf(shop), recordOf(blog), released).hostsHeld).toBe(1);
  expect(counted(recordOf(shop), recordOf(blog), released, removed, removed).hostsHeld).toBe(0);
});

test("a held host counts as not served for the reason of its condition Ready, until that is True or the claim fails", () => {
  const ready = (status: Condition["status"], reason: string, phase: ClaimStatus["phase"] = "OK"): WorldEvent => {
    const times = { message: "", lastTransitionTime: "", observedGeneration: 1 };
    const told = { lastUpdateTime: "", observedGeneration: 1, message: "" };
    const conditions = [{ type: "Ready", status, reason, ...times }];
    return { type: "set", kind: "Domain", object: { ...shop, status: { phase, reason: "", ...told, conditions } } };
  };
  expect(counted(at(blog, "OK", "Held"), ready("False", "ServiceNotFound")).unserved).toEqual([
    { reason: "ServiceNotFound", hosts: 1 },
  ]);
  expect(counted(ready("False", "ServiceNotFound"), ready("Unknown", "Programming")).unserved).toEqual([
    { reason: "Programming", hosts: 1 },
  ]);
  expect(counted(ready("False", "ServiceNotFound"), ready("True", "Live")).unserved).toEqual([]);
  expect(counted(ready("False", "AlreadyClaimed", "Failed")).unserved).toEqual([]);
});
