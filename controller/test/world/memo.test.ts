import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { expect, onTestFinished, test, vi } from "vitest";
import { sourceVerdict } from "../../src/reconcile/source.ts";
import { factKeys } from "../../src/world/keys.ts";
import type { FactKey } from "../../src/world/keys.ts";
import { Facts } from "../../src/world/facts.ts";
import { Reads } from "../../src/world/reads.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { claim, events, heldBy, ingress, namespace, service, settings } from "../support/builders.ts";

const host = "acme.org" as Host;

const changes: Readonly<Record<string, (state: TermState) => unknown>> = {
  "an event": ({ world }) => world.apply({ type: "set", kind: "Namespace", object: namespace("acme-org") }),
  setLive: (state) => state.setLive(host, { namespaces: ["acme-org"], guard: false }),
  setProgrammed: (state) => state.setProgrammed(host, { reason: "NoRoutes", message: "" }),
  setRewritten: (state) => {
    state.setProgrammed(host, { reason: "NoRoutes", message: "" });
    state.setInEffect(host, state.versionOf(host));
    state.setRewritten(host);
  },
  setInEffect: (state) => {
    state.setProgrammed(host, { reason: "NoRoutes", message: "" });
    state.setInEffect(host, state.versionOf(host));
  },
  setShownRoutes: (state) => {
    state.setLive(host, { namespaces: ["acme-org"], written: ["acme-org"], guard: false });
    state.setShownRoutes(host, state.routesSince(host) ?? NaN, { as: "acme-org Programmed" });
  },
  setStandbyInEffect: (state) => state.setStandbyInEffect(host, "http://new.org"),
  setStayOver: (state) => state.setStayOver(host, "sources"),
  setStaysOn: (state) => state.setStaysOn(host, [{ namespace: "acme-org", name: "web" }]),
  setPendingWrite: (state) => state.setPendingWrite(host, { namespace: "acme-org", uid: "uid-acme" }),
  setGone: (state) => state.setGone(host, "uid-acme"),
  setOver: (state) => state.setOver(host, "2026-04-04T12:35:42Z"),
  setTlsSecret: (state) =>
    state.setTlsSecret(
      { namespace: "acme-org", name: "web-tls" },
      { ok: false, problem: { kind: "notFound", detail: "" } },
    ),
  setUnwritable: (state) => state.setUnwritable(claim("acme-org/acme", host), true),
  setKong: (state) => state.setKong({ synced: true, preFunction: true }),
  setForeign: (state) => state.setForeign({ routeFor: () => undefined }, [host]),
};

const [one, other] = [Symbol("one question"), Symbol("another")];
const elsewhereHost = "elsewhere.org" as Host;
const elsewhere = factKeys.record(elsewhereHost);

/** A term, the facts that it has told to have changed, and how to ask it what rests on the given facts. */
function asking() {
  const changed: FactKey[] = [];
  const state = new TermState(new World(), (keys) => changed.push(...keys));
  let asked = 0;
  const ask = (question: symbol, subject: string, reads: readonly FactKey[], given?: object): number =>
    state.memoize(question, subject, given, () => ({ decided: (asked += 1), reads: new Reads(reads) })).decided;
  return { ask, changed, state };
}

test.each(Object.entries(changes))("an answer holds until %s changes what it rests on", (_what, change) => {
  const { changed, state: probe } = asking();
  change(probe);
  const { ask, state } = asking();
  const askAll = (): readonly number[] => [
    ask(one, "a", changed),
    ask(one, "a", changed),
    ask(one, "b", [elsewhere]),
    ask(other, "a", [elsewhere]),
  ];
  expect(askAll()).toEqual([1, 1, 2, 3]);
  const { revision } = state;
  change(state);
  expect(askAll()).toEqual([4, 4, 2, 3]);
  expect(state.revision).toBeGreaterThan(revision);
});

test("what an answer rests on is added to the reads once, however often it was asked for", () => {
  const facts = new Facts(new TermState(new World()));
  const addAll = vi.spyOn(Reads.prototype, "addAll");
  onTestFinished(() => addAll.mockRestore());
  for (let i = 0; i < 3; i++) facts.memoize(one, "a", (once) => once.record(host));
  facts.record(elsewhereHost);
  expect(facts.reads.texts()).toEqual(["record elsewhere.org", "record acme.org"]);
  expect(addAll).toHaveBeenCalledTimes(1);
});

test("an answer does not hold where it was decided from something else", () => {
  const { ask } = asking();
  const [plan, another] = [{}, {}];
  expect([plan, plan, another, another, plan].map((given) => ask(one, "a", [], given))).toEqual([1, 1, 2, 2, 3]);
});

test("where nobody knows what has changed, or it is too long ago, no answer holds", () => {
  const { ask, state } = asking();
  ask(one, "a", [elsewhere]);
  state.setForeign({ routeFor: () => undefined }, []);
  expect(ask(one, "a", [elsewhere])).toBe(2);
  for (let i = 0; i < 128; i++) state.setOver(host, String(i));
  expect(ask(one, "a", [elsewhere])).toBe(2);
  for (let i = 0; i < 129; i++) state.setOver(host, `again ${String(i)}`);
  expect(ask(one, "a", [elsewhere])).toBe(3);
});

test("that the cluster's own namespace comes changes every answer", () => {
  const { ask, state } = asking();
  ask(one, "a", [elsewhere]);
  state.world.apply({ type: "set", kind: "Namespace", object: namespace("kube-system") });
  expect(ask(one, "a", [elsewhere])).toBe(2);
});

test("attack: what thousands of hosts were decided to be is kept for longer than until the next change where it was asked for last", () => {
  const { ask, state } = asking();
  for (let i = 0; i < 3_000; i++) ask(one, String(i), [elsewhere]);
  expect(ask(one, "0", [elsewhere])).toBe(1);
  state.setOver(host, "now");
  expect(ask(one, "new", [elsewhere])).toBe(3_001);
  expect(ask(one, "0", [elsewhere])).toBe(1);
  expect(ask(one, "1", [elsewhere])).toBe(3_002);
});

test("attack: what is kept is bounded while nothing changes, too", () => {
  const { ask } = asking();
  for (let i = 0; i <= 5_000; i++) ask(one, String(i), [elsewhere]);
  expect(ask(one, "5000", [elsewhere])).toBe(5_001);
  expect(ask(one, "0", [elsewhere])).toBe(5_002);
});

test("there is no other way to change what a term knows", () => {
  const methods = Object.getOwnPropertyNames(TermState.prototype);
  expect(methods.filter((name) => /^(apply|set|forget|add|remove|delete)/.test(name))).toEqual(
    Object.keys(changes).slice(1),
  );
});

test("a host that hundreds of Ingresses name is planned once for all of them; each of their decisions has read what that read", () => {
  const acme = claim("acme-org/acme", host);
  const ingresses = Array.from({ length: 300 }, (_, i) => ingress(`acme-org/web-${String(i)}`, [host]));
  const world = new CountingWorld();
  const cluster = { claims: [acme], records: [heldBy(acme)], ingresses, services: [service("acme-org/web")] };
  const state = new TermState(world);
  for (const event of events(cluster)) world.apply(event);
  state.setKong({ synced: true, preFunction: true });
  const [first, ...others] = ingresses.map((one) => {
    const facts = new Facts(state);
    sourceVerdict(facts, settings, one);
    return { asked: world.asked, reads: facts.reads };
  });
  const planned = [factKeys.sources("acme-org", host), factKeys.service("acme-org", "web"), factKeys.record(host)];
  for (const { asked, reads } of others) {
    expect(asked).toBe(first?.asked);
    expect(planned.filter((key) => !reads.has(key))).toEqual([]);
  }
});

/** A world that counts how often a host's sources were asked for. */
class CountingWorld extends World {
  asked = 0;

  override sourcesFor(inNamespace: string, of: RouteHost): ReturnType<World["sourcesFor"]> {
    this.asked += 1;
    return super.sourcesFor(inNamespace, of);
  }
}
