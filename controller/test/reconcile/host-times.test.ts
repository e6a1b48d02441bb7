import type { RouteHost } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { lookAtClock, untilNextTime } from "../../src/reconcile/host-times.ts";
import type { Redemption } from "../../src/world/host-record.ts";
import { claim, heldBy, world } from "../support/builders.ts";
import { FakeClock } from "../support/fake-clock.ts";

const acme = claim("acme-org/acme", "acme.org");

/** A host that is kept for its last holder's namespace, and whose routes stay, each for a minute. */
function kept() {
  const clock = new FakeClock();
  const until = new Date(clock.now() + 60_000).toISOString();
  const redemption: Redemption = {
    ...{ kind: "primary", namespace: "acme-org", namespaceUid: "uid-acme-org", name: "acme", uid: acme.uid },
    ...{ until, authority: { kind: "none" } },
  };
  const state = world({ records: [{ ...heldBy(acme), holder: undefined, redemption }] });
  const staysSince = new Map<RouteHost, number>();
  return { clock, state, staysSince, host: heldBy(acme).host, until };
}

test("N5: a time that ends after the clock was looked at is looked at once more", () => {
  const { host, until, ...context } = kept();
  expect(untilNextTime(context, host)).toBe(60_000);
  context.clock.stall(59_999);
  lookAtClock(context, host);
  context.clock.stall(2_000);
  expect(untilNextTime(context, host)).toBe(1);
  lookAtClock(context, host);
  expect(context.state.isOver(host, until)).toBe(true);
  expect(untilNextTime(context, host)).toBeUndefined();
});

test("N1: so is the time of routes that stay, and then that of those which stay longer", () => {
  const { host, ...context } = kept();
  context.state.setOver(host, context.until);
  context.staysSince.set(host, context.clock.monotonic());
  context.clock.stall(59_999);
  lookAtClock(context, host);
  context.clock.stall(2_000);
  expect(untilNextTime(context, host)).toBe(1);
  lookAtClock(context, host);
  expect(context.state.stayOver(host)).toBe("sources");
  expect(untilNextTime(context, host)).toBe(600_000 - 61_999);
});
