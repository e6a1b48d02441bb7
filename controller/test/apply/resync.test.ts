import type { Host } from "@domain-claims/crds/hostname";
import { obedient } from "../support/proof.ts";
import { expect, test } from "vitest";
import { ActualState } from "../../src/apply/kong/actual-state.ts";
import { DesiredState } from "../../src/apply/kong/desired-state.ts";
import { ForeignHosts } from "../../src/apply/kong/foreign-hosts.ts";
import { resync } from "../../src/apply/kong/resync.ts";
import type { ResyncContext } from "../../src/apply/kong/resync.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { route, service } from "../kong/examples.ts";
import { settings } from "../support/builders.ts";
import { FakeKong } from "../support/fake-kong.ts";

const ours = "shop.acme.org" as Host;
const theirs = "legacy.acme.org" as Host;
const { signal } = new AbortController();

/** A Kong with a route of ours and one of somebody else, and a term that knows nothing yet. */
function stage(foreign: ForeignHosts | undefined): ResyncContext & { readonly kong: FakeKong } {
  const kong = new FakeKong();
  kong.put("services", { ...service, tags: [settings.kongTag] });
  kong.put("routes", { ...route, tags: [settings.kongTag] });
  kong.put("routes", { ...route, id: "foreign", name: "legacy", hosts: [theirs], tags: ["theirs"] });
  const known = { actual: new ActualState(), desired: new DesiredState(), state: new TermState(new World()) };
  return { ...known, kong, foreign, proof: obedient(), settings };
}

test("a listing knows ours by host, and which hosts routes of others name", async () => {
  const foreign = new ForeignHosts();
  const context = stage(foreign);
  const first = await resync(context, signal);
  expect([...first.hosts]).toEqual([ours]);
  expect(context.actual.forHost("routes", theirs)).toEqual([]);
  expect(foreign.routeFor(theirs)).toEqual({ id: "foreign", name: "legacy" });
  expect(foreign.routeFor(ours)).toBeUndefined();
  expect(first.foreign?.changedHosts.find(theirs)).toBe(true);
  context.kong.stored.routes.delete("foreign");
  expect((await resync(context, signal)).foreign?.changedHosts.find(theirs)).toBe(true);
  expect(foreign.routeFor(theirs)).toBeUndefined();
});

test("where nobody looks for foreign hosts, Kong is not asked for them", async () => {
  const context = stage(undefined);
  const calls: string[] = [];
  context.kong.fault = (call) => calls.push(call);
  expect((await resync(context, signal)).foreign).toBeUndefined();
  expect(calls).toEqual(["list services", "list plugins", "list routes"]);
});

test("a listing that breaks off changes nothing, wherever it does", async () => {
  for (const broken of ["list plugins", "list routes", "list foreign routes"]) {
    const foreign = new ForeignHosts();
    const context = stage(foreign);
    context.kong.fault = (call) => {
      if (call === broken) throw new Error(`induced: ${call}`);
    };
    await expect(resync(context, signal)).rejects.toThrow("induced");
    expect(context.actual.count("routes")).toBe(0);
    expect(foreign.routeFor(theirs)).toBeUndefined();
  }
});
