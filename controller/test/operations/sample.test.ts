import { expect, test } from "vitest";
import { Census } from "../../src/operations/census.ts";
import { sampleOf } from "../../src/operations/sample.ts";
import type { SampleSources } from "../../src/operations/sample.ts";
import type { WatchHealth } from "../../src/watch/watches.ts";

const domains: WatchHealth = {
  ...{ kind: "Domain", installed: true, synced: true, stale: false },
  ...{ lastActivityMs: 500, lastCurrentMs: 2_500, problem: undefined },
};

const sources: SampleSources = {
  census: new Census(),
  watches: { health: () => [domains] },
  availability: { problem: undefined },
  longestTurn: { take: () => ({ ms: 12, cpuMs: 5 }) },
  certificates: { totals: { wanted: 3, issued: 2, quarantined: 1, outOfBudget: 0, full: 0 } },
  orderBudgetLeft: () => 299,
  term: undefined,
  clock: { now: () => 10_000 },
};

test("a process that does not lead shows no queue and no route, and all that it knows beside", () => {
  expect(sampleOf(sources)).toMatchObject({
    ...{
      queues: {},
      routesLive: 0,
      hostsHeld: 0,
      kongReachable: true,
      gatewayBehindMs: 0,
      longestTurn: { ms: 12, cpuMs: 5 },
    },
    ...{ certificateNames: { wanted: 3, issued: 2, quarantined: 1, outOfBudget: 0, full: 0 }, orderBudgetLeft: 299 },
    complete: [{ kind: "Domain", atMs: 7_500 }],
  });
});

test("the leader shows its queues and routes, and any process whether Kong can be used", () => {
  const queues = { claim: { depth: 3, retrying: 1, oldestMs: 20 } };
  const term = {
    health: () => ({
      queues,
      routes: 5,
      certificates: 2,
      certificatesNotShown: 1,
      firstExpiryMs: 7,
      kongKnown: true,
      lookedAgoMs: undefined,
      untaken: undefined,
      proof: { how: "by asking", behindMs: 0 },
    }),
  };
  const availability = { problem: "Kong's database is not reachable" };
  expect(sampleOf({ ...sources, term, availability })).toMatchObject({
    ...{ queues, routesLive: 5, certificatesLive: 2, certificatesNotShown: 1, firstExpiryMs: 7, kongReachable: false },
  });
});
