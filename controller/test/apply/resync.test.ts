import type { Host } from "@domain-claims/crds/hostname";
import { obedient } from "../support/proof.ts";
import { expect, test } from "vitest";
import { ActualState } from "../../src/apply/kong/actual-state.ts";
import type { EntityContext } from "../../src/apply/kong/entity.ts";
import { putEntity, removeEntity } from "../../src/apply/kong/entity.ts";
import { FailingWrites } from "../../src/apply/kong/failing-writes.ts";
import { DesiredState } from "../../src/apply/kong/desired-state.ts";
import { ForeignHosts } from "../../src/apply/kong/foreign-hosts.ts";
import { resync } from "../../src/apply/kong/resync.ts";
import { KongError } from "../../src/kong/errors.ts";
import type { ResyncContext } from "../../src/apply/kong/resync.ts";
import { systemClock } from "../../src/time/clock.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import type { FactKey } from "../../src/world/keys.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { route, service } from "../kong/examples.ts";
import { claim, heldBy, settings } from "../support/builders.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { factText } from "../support/fact-text.ts";

const ours = "shop.acme.org" as Host;
const theirs = "legacy.acme.org" as Host;
const { signal } = new AbortController();

/** A Kong with a route of ours and one of somebody else, and a term that knows nothing yet. */
function stage(
  foreign: ForeignHosts | undefined,
  changed: FactKey[] = [],
): Omit<EntityContext, "failing"> & ResyncContext & { readonly kong: FakeKong } {
  const kong = new FakeKong();
  kong.put("services", { ...service, tags: [settings.kongTag] });
  kong.put("routes", { ...route, tags: [settings.kongTag] });
  kong.put("routes", { ...route, id: "foreign", name: "legacy", hosts: [theirs], tags: ["theirs"] });
  const state = new TermState(new World(), (keys) => changed.push(...keys));
  const eventLoop = new EventLoop(systemClock);
  const known = { actual: new ActualState(), desired: new DesiredState(), eventLoop, state };
  return { ...known, kong, foreign, proof: obedient(), handshakes: undefined, review: () => undefined, settings };
}

test("a listing knows ours by host, and tells decisions which hosts routes of others name", async () => {
  const changed: FactKey[] = [];
  const context = stage(new ForeignHosts(), changed);
  const { state } = context;
  for (const held of [claim("acme-org/legacy", theirs), claim("acme-org/shop", ours)])
    state.world.apply({ type: "set", kind: "HostRecord", object: heldBy(held) });
  const wildcard = claim("acme-org/any", "acme.org", { sub: "*" });
  state.world.apply({ type: "set", kind: "Domain", object: wildcard });
  changed.length = 0;
  const first = await resync(context, signal);
  expect([...first.hosts]).toEqual([ours]);
  expect(context.actual.forHost("routes", theirs)).toEqual([]);
  const foreign = { id: "foreign", name: "legacy" };
  expect([theirs, ours, "*.acme.org" as Host].map((host) => state.foreignRoute(host))).toEqual([
    foreign,
    undefined,
    foreign,
  ]);
  const keys = [`foreignRoute ${theirs}`, "foreignRoute *.acme.org"];
  expect(changed.map(factText).filter((text) => text.startsWith("foreignRoute"))).toEqual(keys);

  await resync(context, signal);
  expect(changed.map(factText).filter((text) => text.startsWith("foreignRoute"))).toEqual(keys);
  context.kong.stored.routes.delete("foreign");
  await resync(context, signal);
  expect(changed.map(factText).filter((text) => text.startsWith("foreignRoute"))).toEqual([...keys, ...keys]);
  expect(state.foreignRoute(theirs)).toBeUndefined();
});

test("however many hosts are held, those are told of that a listing has news of", async () => {
  const changed: FactKey[] = [];
  const context = stage(new ForeignHosts(), changed);
  const { kong, state } = context;
  for (let n = 0; n < 2500; n++) {
    const held = claim(`acme-org/${String(n)}`, `n${String(n)}.example`);
    state.world.apply({ type: "set", kind: "HostRecord", object: heldBy(held) });
  }
  const hosts = [0, 999, 1000, 2499].map((n) => `n${String(n)}.example`);
  kong.put("routes", { ...route, id: "more", name: "more", hosts, tags: ["theirs"] });
  changed.length = 0;
  await resync(context, signal);
  const keys = hosts.map((host) => `foreignRoute ${host}`);
  expect(changed.map(factText).filter((text) => text.startsWith("foreignRoute"))).toEqual(keys);
});

test("where nobody looks for foreign hosts, Kong is not asked for them", async () => {
  const context = stage(undefined);
  const calls: string[] = [];
  context.kong.fault = (call) => calls.push(call);
  expect((await resync(context, signal)).foreignForgotten).toBeUndefined();
  expect(calls).toEqual(["services", "plugins", "routes", "certificates", "snis"].map((one) => `list ${one}`));
});

test("a listing that breaks off changes nothing, wherever it does, and the next one has all of its news", async () => {
  for (const broken of ["list foreign routes", "list plugins", "list routes", "list snis"]) {
    const changed: FactKey[] = [];
    const context = stage(new ForeignHosts(), changed);
    const { kong, state } = context;
    state.world.apply({ type: "set", kind: "HostRecord", object: heldBy(claim("acme-org/legacy", theirs)) });
    kong.fault = (call) => {
      if (call === broken) throw new Error(`induced: ${call}`);
    };
    await expect(resync(context, signal)).rejects.toThrow("induced");
    expect(context.actual.count("routes")).toBe(0);
    expect(state.foreignRoute(theirs)).toBeUndefined();
    kong.fault = () => undefined;
    changed.length = 0;
    expect([...(await resync(context, signal)).hosts], broken).toEqual([ours]);
    expect(changed.map(factText), broken).toContain(`foreignRoute ${theirs}`);
  }
});

test("L7: what is written before a listing, and answered after it, is no drift: it is neither counted nor put back", async () => {
  const staged = stage(undefined);
  const { actual, kong } = staged;
  kong.stored.routes.delete("foreign");
  let answer = (): void => undefined;
  /** Does what Kong does, and has it answered when we say so. */
  const late =
    <A extends readonly unknown[]>(write: (...given: A) => Promise<void>) =>
    async (...given: A): Promise<void> => {
      await write(...given);
      await new Promise<void>((resolve) => (answer = resolve));
    };
  const slow = { ...kong, create: late(kong.create), update: late(kong.update), remove: late(kong.remove) };
  const context = { ...staged, kong: slow, failing: new FailingWrites(new FakeClock()) };
  await resync(context, signal);
  const tags = [settings.kongTag];
  const plugin = {
    ...{ id: "plugin", name: "pre-function" as const, service: { id: service.id }, enabled: true, tags },
    config: { access: ["kong.log('x')"], rewrite: [], certificate: [] },
  };
  const writes: readonly (() => Promise<void>)[] = [
    () => putEntity(context, "plugins", plugin, signal),
    () => putEntity(context, "routes", { ...route, paths: ["/new"], tags }, signal),
    () => removeEntity(context, "routes", route.id, signal),
    // Its plugin goes with it.
    () => removeEntity(context, "services", service.id, signal),
  ];
  for (const [i, write] of writes.entries()) {
    const written = write();
    await expect.poll(() => kong.writes.length).toBe(i + 1);
    expect(await resync(context, signal), String(i)).toMatchObject({ hosts: new Set(), perhapsLeft: [] });
    answer();
    await written;
    expect(await resync(context, signal), String(i)).toMatchObject({ hosts: new Set(), perhapsLeft: [] });
  }
  expect([actual.count("routes"), actual.count("services"), actual.count("plugins")]).toEqual([0, 0, 0]);
});

test("L7: what a write whose answer was lost has left, or not, is looked at and put right, and is no drift", async () => {
  const staged = stage(undefined);
  const { kong } = staged;
  kong.stored.routes.delete("foreign");
  const context = { ...staged, failing: new FailingWrites(new FakeClock()) };
  await resync(context, signal);
  const nothing = { hosts: new Set(), shared: 0 };
  kong.fault = (call) => {
    if (call.startsWith("remove"))
      throw new KongError("induced", { kind: "unavailable", status: 500, outcomeUnknown: true });
  };
  await expect(removeEntity(context, "routes", route.id, signal)).rejects.toThrow("induced");
  const unmoved = await resync(context, signal);
  expect(unmoved).toMatchObject({ hosts: new Set([ours]), drift: nothing });
  await expect(removeEntity(context, "routes", route.id, signal)).rejects.toThrow("induced");
  kong.stored.routes.delete(route.id);
  const done = await resync(context, signal);
  expect(done).toMatchObject({ hosts: new Set([ours]), drift: nothing });
  kong.put("routes", { ...route, tags: [settings.kongTag] });
  expect((await resync(context, signal)).drift.hosts).toEqual(new Set([ours]));
});
