import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import type { GroupInput } from "../../../src/decide/certificates/draft.ts";
import { decideGroup } from "../../../src/decide/certificates/group.ts";
import { letsEncryptLimits, shareOf } from "../../../src/decide/certificates/limits.ts";
import { certificateDomain } from "../../../src/world/certificate-domain.ts";
import { noGroup } from "../../../src/world/certificate-group.ts";
import type { ShownCertificate } from "../../../src/world/certificate-group.ts";
import { orderMs, selfCheckMs } from "./challenge-queue.ts";
import type { Validation } from "./challenge-queue.ts";
import { groupDecision, noOthers } from "./group-decision.ts";
import { issuers } from "./issuers.ts";
import type { Ways } from "./simulation.ts";
import { Simulation } from "./simulation.ts";
import { cpuMilliseconds } from "../../support/cpu-time.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const limits = letsEncryptLimits;

function names(count: number, domain = "acme.org"): readonly Host[] {
  return Array.from({ length: count }, (_, index) => `n${String(index)}.${domain}` as Host);
}

function simulated(more: Partial<typeof limits> = {}, ways: Omit<Ways, "limits"> = {}): Simulation {
  return new Simulation({ ...ways, limits: { ...limits, ...more } });
}

/** All that is wrong with what happened. */
function faults({ authority, wrongs }: Simulation): readonly string[] {
  return [...wrongs, ...authority.refused];
}

/** The names of each certificate of namespace a. */
function certificates(simulation: Simulation): readonly (readonly Host[])[] {
  return simulation.member("a").group.certificates.map((certificate) => certificate.names);
}

const [one, two, three] = names(3) as [Host, Host, Host];

test.each([
  ["www.acme.co.uk", "acme.co.uk"],
  ["*.acme.co.uk", "acme.co.uk"],
  ["www.me.github.io", "me.github.io"],
  ["co.uk", "co.uk"],
])("T1: %s is counted by the certificate authority for %s", (host, domain) => {
  expect(certificateDomain(host as Host)).toBe(domain);
});

test("T1: a name that a certificate of the group covers already orders nothing", () => {
  const simulation = simulated();
  simulation.want("a", "*.acme.org" as Host);
  simulation.run(hour);
  simulation.want("a", one);
  simulation.run(day);
  expect([simulation.authority.orders, simulation.member("a").waiting]).toEqual([1, []]);
});

test("T1: a new name is added by one order, and those that there are keep their certificate", () => {
  const simulation = simulated({ namesPerCertificate: 5 });
  simulation.want("a", ...names(8));
  simulation.run(hour);
  const before = certificates(simulation);
  simulation.want("a", "late.acme.org" as Host);
  simulation.run(hour);
  expect(simulation.authority.orders).toBe(before.length + 1);
  const [first = [], ...rest] = before;
  expect(certificates(simulation)).toEqual([["late.acme.org", ...first].sort(), ...rest]);
});

/** How many names come together, of which issuer, how many are ordered untried, and how many orders they take at most. */
type Burst = readonly [count: number, by: keyof typeof issuers, few: number, most: number];

function expectFewOrders(...[count, by, few, most]: Burst): void {
  const generous = { capacity: 1_000, refillMs: second };
  const ample = { domain: generous, account: generous, failures: generous };
  const simulation = simulated({ ...ample, untriedNames: few }, { issuer: issuers[by] });
  const all = names(count);
  for (let index = 0; index < count; index += 5) {
    simulation.want("a", ...all.slice(index, index + 5));
    simulation.run(50);
  }
  simulation.run(hour);
  expect(simulation.authority.orders).toBeLessThanOrEqual(most);
  // The first one, by which it is tried whether the names can be validated, comes on top where it does not do for all.
  const tried = by === "anyZone" && few < 100 && count > few ? 1 : 0;
  expect(most).toBeLessThanOrEqual(1.2 * Math.ceil(count / 100) + tried);
  expect([simulation.member("a").waiting, faults(simulation)]).toEqual([[], []]);
}

test.each<Burst>([
  [1, "anyZone", 20, 1],
  [20, "anyZone", 20, 1],
  [100, "anyZone", 20, 2],
  [100, "anyZone", 100, 1],
  [100, "ownZone", 20, 1],
  [100, "http", 20, 1],
  [101, "http", 20, 2],
])("T1, T2: %i names in a burst, of an issuer %s, %i at once untried, take %i orders", expectFewOrders);

test.each<Burst>([
  [250, "anyZone", 100, 3],
  [600, "anyZone", 100, 7],
  [600, "anyZone", 20, 7],
  [600, "http", 20, 7],
])(
  "T1, T2: %i names in a burst, of an issuer %s, %i at once untried, take %i orders",
  { tags: "long" },
  expectFewOrders,
);

test("T1: certificates of which there are several have room for what comes later", { tags: "long" }, () => {
  const simulation = simulated();
  simulation.want("a", ...names(1_000));
  simulation.run(day);
  const sizes = certificates(simulation).map(({ length }) => length);
  expect([sizes.length, Math.max(...sizes)]).toEqual([12, 90]);
});

test("T2: names wait for those that come with them, and those that come during an order for the next one", () => {
  const simulation = simulated();
  simulation.want("a", one);
  simulation.run(limits.firstIdleMs);
  expect(certificates(simulation)).toEqual([[one]]);
  simulation.want("a", two);
  expect(simulation.member("a").waiting).toMatchObject([
    { host: one, reason: "Ordered" },
    { host: two, reason: "OrderRunning" },
  ]);
  simulation.run(minute);
  simulation.want("a", three);
  expect(simulation.member("a").waiting).toMatchObject([
    { host: three, reason: "Batching", until: simulation.now + limits.idleMs },
  ]);
  simulation.run(limits.idleMs - 1);
  expect(certificates(simulation)).toEqual([[one, two]]);
  simulation.run(1);
  expect(certificates(simulation)).toEqual([[one, three, two].sort()]);
});

test("T2: names that never stop coming are ordered after a minute", () => {
  const simulation = simulated();
  simulation.want("a", one);
  simulation.run(minute);
  const start = simulation.now;
  for (const host of names(100, "b.acme.org")) {
    simulation.want("a", host);
    if (simulation.member("a").group.certificates.some(({ running }) => running)) break;
    simulation.run(5 * second);
  }
  expect(simulation.now - start).toBe(limits.longestWaitMs);
});

/** How long a burst of so many names takes until the good ones have certificates, and how many orders; one in so many is bad. */
function burst(
  count: number,
  oneIn: number,
  bad: Validation,
  by: keyof typeof issuers = "anyZone",
): { readonly ms: number; readonly orders: number } {
  const simulation = simulated({}, { issuer: issuers[by] });
  const all = names(count);
  const good = all.filter((_, index) => index % oneIn !== 0);
  for (const host of all) if (!good.includes(host)) simulation.validates(host, bad);
  simulation.want("a", ...all);
  const start = simulation.now;
  simulation.run(10 * minute);
  expect(faults(simulation)).toEqual([]);
  const covered = good.map((host) => simulation.coveredAt.get(`a ${host}`) ?? Infinity);
  return { ms: Math.max(...covered) - start, orders: simulation.authority.orders };
}

type BadBurst = Parameters<typeof burst>;

function expectNoGreatDelay(...[count, oneIn, bad, by]: BadBurst): void {
  expect(burst(count, oneIn, bad, by).ms / burst(count, oneIn, "valid", by).ms).toBeLessThanOrEqual(2);
}

test.each<BadBurst>([
  [20, 20, "stuck", "http"],
  [20, 20, "unwritable", "ownZone"],
  [20, 20, "unwritable", "anyZone"],
  [100, 20, "refused", "http"],
  [100, 5, "refused", "anyZone"],
  [100, 20, "stuck", "http"],
])(
  "T3: of %i names one in %i that is %s delays the others to twice the time at most, with an issuer %s",
  expectNoGreatDelay,
);

test.each<BadBurst>([
  [250, 20, "refused", "anyZone"],
  [250, 20, "stuck", "http"],
  [1_000, 20, "refused", "anyZone"],
  [1_000, 20, "stuck", "http"],
])(
  "T3: of %i names one in %i that is %s delays the others to twice the time at most, with an issuer %s",
  { tags: "long" },
  expectNoGreatDelay,
);

test("T3: an order that fails for one of its names shows all that are bad, so that they take one more order together", () => {
  const good = burst(100, 20, "valid").orders;
  // One more for the names that are tried first, one for the others.
  expect(burst(100, 20, "refused").orders).toBeLessThanOrEqual(good + 2);
});

test("T3: most names are met, and one gets nowhere: the others wait for a moment longer, and where few are met, for a while", () => {
  const failsAfter = (bad: number, validation: Validation): number => {
    const simulation = simulated();
    for (const host of names(bad)) simulation.validates(host, validation);
    simulation.want("a", ...names(5));
    const start = simulation.now + limits.firstIdleMs;
    const isFailing = (): boolean => simulation.member("a").group.quarantine.length > 0;
    for (let seconds = 0; seconds < 3_600 && !isFailing(); seconds++) simulation.run(second);
    expect(simulation.member("a").group.quarantine).toHaveLength(bad);
    simulation.run(orderMs(5));
    expect(names(5).filter((host) => simulation.has("a", host))).toEqual(names(5).slice(bad));
    return simulation.now - orderMs(5) - start;
  };
  const isSoonAfter = (from: number): readonly [number, number] => [from, from + limits.stuckMs / 3];
  for (const [found, [from, to]] of [
    [failsAfter(1, "stuck"), isSoonAfter(selfCheckMs + limits.quietMs)],
    [failsAfter(3, "stuck"), isSoonAfter(limits.stuckMs)],
    [failsAfter(1, "slow"), isSoonAfter(selfCheckMs + limits.stuckMs)],
    [failsAfter(3, "slow"), [limits.patienceMs, limits.patienceMs + limits.stuckMs]],
  ] as const) {
    expect(found).toBeGreaterThanOrEqual(from);
    expect(found).toBeLessThanOrEqual(to);
  }
});

test("T3: names that are met one after the other, each with a reason of its own before, are slow and not late", () => {
  const late = (quietSince: number, pending: readonly Host[]): number =>
    groupDecision(underWay({ pending, begun: pending, stuck: pending, quietSince })).group.quarantine.length;
  expect([late(at - limits.quietMs, [one]), late(at - limits.quietMs + 1, [one])]).toEqual([1, 0]);
});

test("T3: an order that failed is looked at until all its names have been tried, and not for ever", () => {
  const failure = { at, names: [one], rateLimited: false, validated: true, message: "no", messages: {} };
  const failed = (quietSince: number): readonly Host[] =>
    groupDecision(underWay({ failure, pending: [two], begun: [two], stuck: [two], quietSince })).group.quarantine.map(
      ({ host }) => host,
    );
  expect([failed(at - second), failed(at - limits.quietMs)]).toEqual([[], [one, two]]);
});

test.each([
  ["is refused", "refused", limits.firstRetryMs],
  ["gets nowhere", "stuck", limits.soonRetryMs],
] as const)(
  "T3: a name that %s is tried again alone, soon where that costs it no validation",
  (_what, validation, after) => {
    const simulation = simulated();
    simulation.validates(one, validation);
    simulation.want("a", one, two);
    const isFailing = (): boolean => simulation.member("a").group.quarantine.length > 0;
    for (let seconds = 0; seconds < 3600 && !isFailing(); seconds++) simulation.run(second);
    expect(isFailing()).toBe(true);
    const failedAt = simulation.now;
    simulation.validates(one, "valid");
    simulation.run(hour);
    const coveredAt = simulation.coveredAt.get(`a ${one}`) ?? Infinity;
    expect(coveredAt - failedAt).toBeGreaterThanOrEqual(after - second);
    expect(coveredAt - failedAt).toBeLessThanOrEqual(after + orderMs(1) + second);
  },
);

test("T3: a name for which the gateway does not answer yet enters no order, says so, and holds up no other", () => {
  const simulation = simulated();
  simulation.serves(two, false);
  simulation.want("a", one, two);
  simulation.run(30 * second);
  expect([simulation.has("a", one), simulation.has("a", two)]).toEqual([true, false]);
  expect(simulation.member("a").waiting).toEqual([{ host: two, reason: "Routing", until: undefined }]);
  simulation.want("a", three);
  simulation.run(5 * second);
  expect(simulation.member("a").waiting).toMatchObject([{ host: two }, { host: three, reason: "Batching" }]);
  simulation.serves(two, true);
  simulation.run(30 * second);
  expect(certificates(simulation)).toEqual([[one, two, three].sort()]);
  simulation.serves(two, false);
  simulation.run(40 * day);
  expect([simulation.has("a", two), simulation.authority.orders]).toEqual([true, 2]);
  expect(faults(simulation)).toEqual([]);
});

test("T3: a name whose challenge gets nowhere is told what cert-manager says of it", () => {
  const simulation = simulated();
  simulation.validates(one, "stuck");
  simulation.want("a", one, two);
  simulation.run(hour);
  expect(simulation.member("a").group.quarantine).toMatchObject([{ host: one, message: "not seen" }]);
});

test("T3: a name that failed is tried alone, after 12 minutes, then 24, up to 4 hours, and joins the others at last", () => {
  const simulation = simulated();
  simulation.validates(one, "refused");
  simulation.want("a", one, two);
  const tries: number[] = [];
  for (let at = simulation.now; at < 1_700_000_000_000 + day; at += minute) {
    simulation.run(minute);
    const failures = simulation.member("a").group.quarantine[0]?.failures ?? 0;
    if (failures > tries.length) tries.push(simulation.now);
  }
  const delays = tries.slice(1).map((at, index) => (at - (tries[index] ?? 0)) / minute);
  for (const [index, delay] of [12, 24, 48, 96, 192, 240].entries()) {
    // An order takes a moment, and is looked at each minute here.
    expect(delays[index]).toBeGreaterThanOrEqual(delay);
    expect(delays[index]).toBeLessThanOrEqual(delay + 1);
  }
  simulation.validates(one, "valid");
  simulation.run(4 * hour + minute);
  expect(certificates(simulation)).toEqual([[two], [one]]);
  simulation.run(limits.joinMs);
  expect(certificates(simulation)).toEqual([[one, two]]);
  expect(faults(simulation)).toEqual([]);
});

test("T3: a claim that comes and goes does not have its name tried sooner", () => {
  const simulation = simulated();
  simulation.validates(one, "refused");
  simulation.want("a", one, two);
  simulation.run(minute);
  const { orders } = simulation.authority;
  for (let round = 0; round < 10; round++) {
    simulation.drop("a", [one]);
    simulation.run(30 * second);
    simulation.want("a", one);
    simulation.run(30 * second);
  }
  expect(simulation.authority.orders).toBe(orders);
});

test("T3: where nobody says which name failed, it is found by halves", () => {
  const simulation = simulated();
  simulation.validates("n7.acme.org" as Host, "mute");
  simulation.want("a", ...names(16));
  simulation.run(day);
  expect(simulation.member("a").waiting.map(({ host }) => host)).toEqual(["n7.acme.org"]);
  expect(faults(simulation)).toEqual([]);
});

test("T3: a renewal that fails for one name leaves everybody what they have, and goes on without it in time", () => {
  const simulation = simulated();
  simulation.want("a", one, two);
  simulation.run(day);
  simulation.validates(one, "refused");
  simulation.run(70 * day);
  expect([simulation.has("a", one), simulation.has("a", two)]).toEqual([true, true]);
  simulation.run(60 * day);
  expect([simulation.has("a", one), simulation.has("a", two)]).toEqual([false, true]);
  expect(faults(simulation)).toEqual([]);
});

test.each<[string, Validation]>([
  ["is refused", "refused"],
  ["gets nowhere", "stuck"],
  ["can't be written into the DNS", "unwritable"],
  ["is never met, though all seems well", "slow"],
  ["fails, and nobody says that it was this one", "mute"],
])(
  "T3: a name that can't be renewed leaves the others their certificate, as long as it is wanted: it %s",
  { tags: "long" },
  (_, validation) => {
    const simulation = simulated({}, { issuer: issuers.ownZone });
    const all = names(20);
    simulation.want("a", ...all);
    simulation.run(day);
    simulation.validates(one, validation);
    // Each day, since a name must have one at any time; those of the beginning end after ninety.
    for (let i = 0; i < 200; i++) {
      simulation.run(day);
      expect(all.filter((host) => host !== one && !simulation.has("a", host))).toEqual([]);
    }
    expect(simulation.has("a", one)).toBe(false);
    expect(faults(simulation)).toEqual([]);
    simulation.validates(one, "valid");
    simulation.run(day);
    expect(simulation.has("a", one)).toBe(true);
  },
);

test(
  "T3: a wildcard that can't be renewed leaves those that it covers a certificate of their own",
  { tags: "long" },
  () => {
    const simulation = simulated();
    const [wildcard, lost] = ["*.acme.org", "*.n1.acme.org"] as [Host, Host];
    simulation.want("a", wildcard, lost);
    simulation.run(day);
    simulation.validates(wildcard, "stuck");
    simulation.drop("a", [lost]);
    simulation.run(20 * day);
    simulation.want("a", one);
    simulation.run(100 * day);
    expect([simulation.has("a", one), faults(simulation)]).toEqual([true, []]);
  },
);

test.each([70, 74, 80])(
  "T3: a wildcard that can't be renewed, and is wanted no longer after %d days, costs the others nothing where more of its certificate fail",
  (days) => {
    const simulation = simulated();
    const wildcard = "*.n1.acme.org" as Host;
    const failing = names(12).slice(10);
    const good = "n2.acme.org" as Host;
    simulation.want("a", wildcard, ...failing, good);
    simulation.run(day);
    simulation.validates(wildcard, "stuck");
    for (const host of failing) simulation.validates(host, "refused");
    simulation.run(days * day);
    simulation.drop("a", [wildcard]);
    const before = simulation.authority.orders;
    simulation.run(20 * day);
    expect([simulation.has("a", good), faults(simulation)]).toEqual([true, []]);
    // cert-manager tries the renewal for hours, and each name that fails is tried alone now and then.
    expect(simulation.authority.orders - before).toBeLessThan(300);
  },
);

test("T4: a domain's budget is not exceeded by all namespaces together; who waits is told until when", () => {
  const simulation = simulated();
  const hosts = names(60);
  for (const [index, host] of hosts.entries()) {
    simulation.want(`n${String(index)}`, host);
    simulation.run(minute);
  }
  const covered = hosts.filter((host, index) => simulation.has(`n${String(index)}`, host));
  expect(covered).toHaveLength(40);
  const { waiting } = simulation.member("n59");
  expect(waiting).toMatchObject([{ host: "n59.acme.org", reason: "BudgetExhausted" }]);
  expect(waiting[0]?.until).toBeGreaterThan(simulation.now);
  simulation.run(20 * 202 * minute);
  expect(hosts.every((host, index) => simulation.has(`n${String(index)}`, host))).toBe(true);
  expect(faults(simulation)).toEqual([]);
});

test("T4: a namespace that asks for new names all the time leaves half of its domain's budget to others", () => {
  const simulation = simulated();
  for (const host of names(200)) {
    simulation.want("a", host);
    simulation.run(minute);
  }
  expect(simulation.authority.orders).toBeLessThanOrEqual(limits.domain.capacity / 2 + 1);
  simulation.want("b", "other.acme.org" as Host);
  simulation.run(minute);
  expect(simulation.has("b", "other.acme.org" as Host)).toBe(true);
});

test("T4: namespaces that ask for new names all the time do not keep another from its first certificate", () => {
  const simulation = simulated({ domain: { capacity: 10, refillMs: 202 * minute } });
  const others = ["a", "b", "c", "d", "e"];
  for (const host of names(40)) {
    for (const [index, namespace] of others.entries()) simulation.want(namespace, `${String(index)}${host}` as Host);
    simulation.run(hour);
  }
  expect(simulation.member("a").waiting).toContainEqual(expect.objectContaining({ reason: "BudgetExhausted" }));
  simulation.want("late", "late.acme.org" as Host);
  simulation.run(minute);
  expect(simulation.has("late", "late.acme.org" as Host)).toBe(true);
});

test("T4: names that leave certificates all the time do not keep another namespace from its first certificate", () => {
  const simulation = simulated({ domain: { capacity: 10, refillMs: 202 * minute } });
  const others = ["a", "b", "c", "d"] as const;
  for (const [index, namespace] of others.entries()) simulation.want(namespace, `own${String(index)}.acme.org` as Host);
  simulation.run(7 * day);
  for (let round = 0; round < 60; round++) {
    for (const [index, host] of names(others.length).entries()) {
      const holder = (after: number) => others[(index + round + after) % others.length] ?? "a";
      simulation.drop(holder(0), [host], true);
      simulation.want(holder(1), host);
    }
    simulation.run(hour / 2);
  }
  expect(simulation.member("a").waiting).toContainEqual(expect.objectContaining({ reason: "BudgetExhausted" }));
  simulation.want("late", "late.acme.org" as Host);
  simulation.run(minute);
  expect(simulation.has("late", "late.acme.org" as Host)).toBe(true);
});

test("T4: a host that two namespaces hand to and fro does not keep another from its first certificate", () => {
  const simulation = simulated({ domain: { capacity: 10, refillMs: 202 * minute } });
  for (let round = 0; round < 20; round++) {
    const [from, to] = round % 2 === 0 ? ["a", "b"] : ["b", "a"];
    simulation.drop(from, [one], true);
    simulation.want(to, one);
    simulation.run(minute);
  }
  simulation.want("late", two);
  simulation.run(minute);
  expect(simulation.has("late", two)).toBe(true);
});

test("T4: names that can't be validated use up the namespace's own budget, not that of all", () => {
  const decided = (failures: number): number =>
    groupDecision(
      input({
        others: { ...noOthers, marks: { ...noOthers.marks, failures: at + failures * limits.failures.refillMs } },
      }),
    ).orders.length;
  expect([decided(limits.failures.capacity - 1), decided(limits.failures.capacity)]).toEqual([1, 0]);
});

test("T4: names that have failed before leave some of the failures that a namespace may have to names that are new", () => {
  const simulation = simulated({ failures: { capacity: 10, refillMs: hour } });
  for (const host of names(40)) simulation.validates(host, "refused");
  simulation.want("a", ...names(40));
  simulation.run(3 * hour);
  expect(simulation.member("a").group.budgets.failures).toBeLessThanOrEqual(simulation.now + 5 * hour);
  simulation.want("a", "new.acme.org" as Host);
  simulation.run(minute);
  expect(simulation.has("a", "new.acme.org" as Host)).toBe(true);
});

test("T4: a namespace takes its share of the account's orders, and of the second half nothing before it is whole again", () => {
  const ordered = (taken: number, ofAccount: number): number => {
    const account = at + limits.account.capacity * ofAccount * limits.account.refillMs;
    const marks = { ...noOthers.marks, account, share: at + taken * limits.share.refillMs };
    return groupDecision(input({ others: { ...noOthers, marks } })).orders.length;
  };
  const { capacity } = limits.share;
  expect([ordered(capacity - 1, 0.4), ordered(capacity, 0.4)]).toEqual([1, 0]);
  expect([ordered(0, 0.6), ordered(1, 0.6)]).toEqual([1, 0]);
  const marks = { ...noOthers.marks, account: at + 180 * limits.account.refillMs, share: at + minute };
  const whole = { ...limits, share: shareOf(limits.account, limits.account.capacity) };
  expect(groupDecision(input({ limits: whole, others: { ...noOthers, marks } })).orders).toHaveLength(1);
});

test("T2: of names under way there are so many at once, and who has none under way finds room at once", () => {
  const simulation = simulated({ underWay: { all: 200, beyondFirst: 100 } });
  simulation.want("a", one);
  simulation.run(minute);
  simulation.want("a", ...names(250));
  simulation.run(limits.idleMs);
  expect(certificates(simulation)).toHaveLength(2);
  expect(simulation.member("a").waiting).toContainEqual(expect.objectContaining({ reason: "QueueFull" }));
  simulation.want("b", "b.acme.org" as Host);
  simulation.run(2 * second);
  expect(simulation.member("b").waiting).toMatchObject([{ host: "b.acme.org", reason: "Ordered" }]);
  simulation.run(2 * minute);
  expect(names(250).every((host) => simulation.has("a", host))).toBe(true);
  expect(faults(simulation)).toEqual([]);
});

test("T2: where there is no room namespaces take turns, and one that orders all the time does not come before one that waits", () => {
  const simulation = simulated({ namesPerCertificate: 10, underWay: { all: 8, beyondFirst: 8 } });
  const greedy = names(100).map((host) => `a.${host}` as Host);
  simulation.want("a", ...greedy);
  simulation.run(20 * second);
  const others = ["b", "c"] as const;
  for (const namespace of others) simulation.want(namespace, `${namespace}.acme.org` as Host);
  simulation.run(2 * second);
  expect(simulation.member("c").waiting).toEqual([{ host: "c.acme.org", reason: "QueueFull", until: undefined }]);
  simulation.run(30 * second);
  for (const namespace of others)
    expect(simulation.has(namespace, `${namespace}.acme.org` as Host), namespace).toBe(true);
  expect(greedy.every((host) => simulation.has("a", host))).toBe(false);
  simulation.run(5 * minute);
  expect(greedy.every((host) => simulation.has("a", host))).toBe(true);
  expect(faults(simulation)).toEqual([]);
});

test("T2: a second look at the moment of an order orders nothing of what found no room beside it", () => {
  const wanted = ["acme.org", ...names(5), "x.n1.acme.org"].map((host) => ({
    host: host as Host,
    since: 0,
    isServed: true,
  }));
  const there = ["a", "b", "c", "d", "e"].map((label) => `${label}.acme.org` as Host);
  const certificate = { ...known, names: there, issued: there };
  const more = {
    ...{ wanted, limits: { ...limits, namesPerCertificate: 5, underWay: { all: 12, beyondFirst: 7 } } },
    ...{ others: { ...noOthers, underWay: { namespace: 0, others: 1, newcomers: 0 } } },
  };
  const { group, orders } = groupDecision(
    input({ ...more, group: { ...noGroup, certificates: [certificate], nextNumber: 2 } }),
  );
  expect(orders).toHaveLength(1);
  expect(groupDecision(input({ ...more, group })).orders).toEqual([]);
  expect(groupDecision(input({ ...more, group, now: at + 1 })).orders).toHaveLength(1);
});

test(
  "T2: what finds no room goes on as orders end, and does not wait for one that is held up",
  { tags: "long" },
  () => {
    const simulation = simulated({ underWay: { all: 400, beyondFirst: 200 } }, { issuer: issuers.http });
    simulation.want("a", one);
    simulation.run(minute);
    const [late, ...others] = names(500, "more.acme.org");
    simulation.validates(late as Host, "slow");
    simulation.want("a", late as Host, ...others);
    simulation.run(2 * minute);
    const left = others.filter((host) => !simulation.has("a", host));
    expect(left.length).toBeLessThanOrEqual(100);
    expect(faults(simulation)).toEqual([]);
  },
);

test("T3: of a group without a certificate few names are ordered first, and then all that wait, in the same certificate", () => {
  const simulation = simulated();
  simulation.want("a", ...names(60));
  simulation.run(limits.firstIdleMs);
  expect(certificates(simulation).map(({ length }) => length)).toEqual([limits.untriedNames]);
  simulation.run(orderMs(20) + orderMs(40));
  expect(certificates(simulation).map(({ length }) => length)).toEqual([60]);
});

test("T3: few names of the first order get nowhere: the names that wait are ordered beside it", () => {
  const simulation = simulated();
  simulation.validates(one, "stuck");
  simulation.want("a", ...names(80));
  simulation.run(limits.firstIdleMs + selfCheckMs + 3 * limits.lookMs);
  expect(simulation.member("a").group.certificates.map(({ names, running }) => [names.length, running])).toEqual([
    [20, true],
    [60, true],
  ]);
});

test(
  "T3: names of a zone that nobody may write to leave half of cert-manager's places to others, however many they are",
  { tags: "long" },
  () => {
    const simulation = simulated();
    for (const host of names(500)) simulation.validates(host, "unwritable");
    simulation.want("a", ...names(500));
    simulation.run(hour);
    expect(simulation.queue.held).toBeLessThanOrEqual(30);
    simulation.want("b", "b.acme.org" as Host);
    simulation.run(limits.firstIdleMs + orderMs(1));
    expect(simulation.has("b", "b.acme.org" as Host)).toBe(true);
    expect(faults(simulation)).toEqual([]);
  },
);

test("T3: of several domains that a namespace begins with, few names are under way at once; the next wait for a moment", () => {
  const decided = (namespace: number) =>
    groupDecision(input({ others: { ...noOthers, underWay: { namespace, others: 0, newcomers: 0 } } }));
  expect(decided(limits.untriedNames - 1).orders).toHaveLength(1);
  const { nextLookAt, orders, waiting, waitsForRoom } = decided(limits.untriedNames);
  expect(orders).toEqual([]);
  expect(waiting).toEqual([{ host: one, reason: "OrderRunning", until: undefined }]);
  // It does not stand in the line in which namespaces wait for room: others would wait behind it.
  expect([waitsForRoom, nextLookAt]).toEqual([false, at + limits.idleMs]);
});

test("T3: names that keep their place in the queue for ever use up the failures of a namespace, and its next first order is small", () => {
  const wanted = names(40).map((host) => ({ host, since: 0, isServed: true }));
  const unpresented = names(20);
  const stuck = { pending: unpresented, begun: unpresented, stuck: unpresented, unpresented };
  const { group } = groupDecision(underWay({ ...stuck, names: unpresented, quietSince: at - minute }));
  const taken = (group.budgets.failures - at) / limits.failures.refillMs;
  expect(taken).toBe(20);
  const marks = { ...noOthers.marks, failures: group.budgets.failures };
  const [order] = groupDecision(input({ wanted, others: { ...noOthers, marks } })).orders;
  expect(order?.names).toHaveLength(limits.failures.capacity - 20);
});

test("T4: what is left for renewals and their like is taken by nothing else", () => {
  const full = { ...noOthers.marks, account: at + limits.account.capacity * 0.8 * limits.account.refillMs };
  expect(groupDecision(input({ others: { ...noOthers, marks: full } })).orders).toEqual([]);
  const issued = input({
    others: { ...noOthers, marks: full },
    lost: new Set([two]),
    wanted: [{ host: one, since: 0, isServed: true }],
  });
  const certificate = { ...known, names: [one, two], issued: [one, two] };
  const leaving = [{ host: two, since: at }];
  const orders = (notAfter: number) =>
    groupDecision({
      ...issued,
      group: { ...noGroup, certificates: [{ ...certificate, notAfter }], leaving, nextNumber: 2 },
    }).orders;
  expect(orders(known.notAfter)).toEqual([]);
  expect(orders(at + hour)).toEqual([{ number: 1, names: [one], kind: "upkeep" }]);
});

test("T4: claims that come and go burn no budget", () => {
  const simulation = simulated();
  simulation.want("a", one, two);
  simulation.run(hour);
  for (let round = 0; round < 200; round++) {
    simulation.drop("a", [round % 2 === 0 ? one : two]);
    simulation.run(hour / 2);
    simulation.want("a", one, two);
    simulation.run(hour / 2);
  }
  expect(simulation.authority.orders).toBe(1);
});

test("T5: a released name leaves with the next order after a day, or by itself after seven", () => {
  const simulation = simulated();
  simulation.want("a", one, two);
  simulation.run(hour);
  simulation.drop("a", [one]);
  simulation.run(day + hour);
  expect(certificates(simulation)).toEqual([[one, two]]);
  simulation.want("a", three);
  simulation.run(minute);
  expect(certificates(simulation)).toEqual([[two, three].sort()]);
  simulation.drop("a", [two]);
  simulation.run(7 * day - 1);
  expect(certificates(simulation)).toEqual([[two, three].sort()]);
  simulation.run(minute);
  expect(certificates(simulation)).toEqual([[three]]);
});

test("T5: a name that another namespace holds now leaves at once, and the last one takes its certificate with it", () => {
  const simulation = simulated();
  simulation.want("a", one, two);
  simulation.run(hour);
  simulation.drop("a", [one], true);
  expect(certificates(simulation)).toEqual([[two]]);
  simulation.run(hour);
  simulation.drop("a", [two], true);
  expect(certificates(simulation)).toEqual([]);
  expect(simulation.member("a").finished).toBe(false);
  simulation.run(2 * 202 * minute);
  expect(simulation.member("a").finished).toBe(true);
});

test("T5: what a wildcard covered that has to leave takes its place in the same order", () => {
  const simulation = simulated();
  simulation.want("a", "*.acme.org" as Host, one);
  simulation.run(hour);
  expect(certificates(simulation)).toEqual([["*.acme.org"]]);
  simulation.drop("a", ["*.acme.org" as Host], true);
  simulation.run(hour);
  expect([certificates(simulation), faults(simulation)]).toEqual([[[one]], []]);
});

test("20,000 names are decided in a time that grows as they do", { tags: "long" }, () => {
  const timeOf = (count: number): number => {
    const wanted = names(count).map((host) => ({ host, since: 0, isServed: true }));
    return cpuMilliseconds(() => void groupDecision(input({ wanted })));
  };
  // A hundred would be as the square; the caches of a processor have their part in it, too.
  expect(timeOf(20_000) / timeOf(2_000)).toBeLessThan(70);
});

test("X2: a decision of 20,000 names goes in pieces, of which none is more than half of it", { tags: "long" }, () => {
  const wanted = names(20_000).map((host) => ({ host, since: 0, isServed: true }));
  const pieceTimes = (): readonly number[] => {
    const deciding = decideGroup(input({ wanted }));
    const times: number[] = [];
    for (let done = false; !done;) times.push(cpuMilliseconds(() => (done = deciding.next().done === true), 1));
    return times;
  };
  const rounds = Array.from({ length: 5 }, pieceTimes);
  const least = (rounds[0] ?? []).map((_, index) => Math.min(...rounds.map((times) => times[index] ?? Infinity)));
  expect(Math.max(...least)).toBeLessThan(least.reduce((sum, time) => sum + time, 0) / 2);
});

const at = 1_700_000_000_000;

const known = {
  ...{ number: 1, notBefore: at - day, notAfter: at + 89 * day, orderedAt: at - day },
  ...{ running: false, probe: false, failedAt: undefined },
};

function input(more: Partial<GroupInput>): GroupInput {
  return {
    ...{ group: noGroup, shown: new Map(), lost: new Set(), others: noOthers, limits, now: at },
    issuer: issuers.anyZone,
    wanted: [{ host: one, since: 0, isServed: true }],
    ...more,
  };
}

/** A group whose first order, of the names in `more` or of the first three, was made a minute ago, and what is shown of it. */
function underWay(more: Partial<ShownCertificate>): GroupInput {
  const shown = {
    ...{ names: names(3), ready: false, notBefore: 0, notAfter: 0, reasons: {}, failure: undefined },
    ...{ pending: [], begun: [], stuck: [], unpresented: [], quietSince: at },
    ...more,
  };
  const certificate = { ...known, names: shown.names, issued: [], running: true, orderedAt: at - minute };
  return input({
    group: { ...noGroup, certificates: [certificate], nextNumber: 2 },
    shown: new Map([[1, shown]]),
    wanted: shown.names.map((host) => ({ host, since: 0, isServed: true })),
  });
}
