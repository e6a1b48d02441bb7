import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { tagsOf } from "../../src/plan/kong/tags.ts";
import * as example from "../kong/examples.ts";
import { claim, fresh, heldBy, ingress, namespace, path, service, settings } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";

/** A clock of which each look takes longer than work may go on without others having their turn. */
function slowClock(): FakeClock {
  let now = 0;
  return Object.assign(new FakeClock(), { monotonic: () => (now += 11) });
}

/** How many turns of the event loop it takes until something is so. */
async function turnsUntil(isSo: () => boolean): Promise<number> {
  for (let turns = 0; turns < 50_000; turns++) {
    if (isSo()) return turns;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error("it did not come about");
}

test("X2: a host of a thousand paths is decided and planned step by step, and others have their turn in between", async () => {
  const cluster = new FakeCluster();
  const acme = claim("acme-org/acme", "acme.example");
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", acme);
  cluster.put("HostRecord", heldBy(acme));
  const { kong, settled, stop } = run({ cluster, clock: slowClock() });
  for (let i = 0; i < 50; i++) await settled();
  const paths = Array.from({ length: 1_000 }, (_, i) => path(`/${String(i)}`));
  cluster.put("Ingress", ingress("acme-org/web", [], { rules: [{ host: "acme.example", paths }] }));
  const writes = kong.writes.length;
  // To be asked, to decide, to find its routes, to write them for Kong in twenty pieces, to compare them with what it has in twenty,
  // to say what becomes of the Ingress, to send.
  expect(await turnsUntil(() => kong.writes.length > writes)).toBeGreaterThanOrEqual(45);
  await stop();
  await settle();
});

test("X2: an Ingress of hundreds of hosts is decided in pieces; what changes between two of them has it decided again", async () => {
  const cluster = new FakeCluster();
  const hosts = Array.from({ length: 200 }, (_, i) => `h${String(i)}.example`);
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (const name of ["acme-org", "coyote-org"]) cluster.put("Namespace", namespace(name));
  const late = claim("coyote-org/late", "h0.example");
  const { events, settled, stop } = run({ cluster, clock: slowClock() });
  for (let i = 0; i < 10; i++) await settled();
  cluster.put("Ingress", ingress("acme-org/web", hosts));
  // By then the first hosts have been looked at, and the last have not.
  for (let i = 0; i < 4; i++) await settle();
  expect(events).toEqual([]);
  cluster.put("Domain", late);
  cluster.put("HostRecord", heldBy(late));
  expect(await turnsUntil(() => events.some(({ reason }) => reason === "HostNotClaimed"))).toBeGreaterThanOrEqual(10);
  for (let i = 0; i < 200; i++) await settled();
  const told = events.filter(({ note, regarding }) => regarding.kind === "Ingress" && note.includes("h0.example"));
  expect(told.at(-1)?.note).toContain("coyote-org");
  await stop();
});

test("X2: thousands of routes that a term finds in Kong are taken in piece by piece, and what became of them is looked at so", async () => {
  const cluster = new FakeCluster();
  cluster.put("HostRecord", heldBy(claim("acme-org/acme", "acme.example")));
  const kong = new FakeKong();
  kong.put("services", { ...example.service, tags: [settings.kongTag] });
  const origin = { kind: "Ingress", namespace: "acme-org", name: "web" };
  for (const label of ["acme", ...Array.from({ length: 2_000 }, (_, i) => `h${String(i)}`)]) {
    const host = `${label}.example` as Host;
    kong.put("routes", {
      ...example.route,
      id: label,
      name: label,
      hosts: [host],
      tags: tagsOf(settings, origin, host),
    });
  }
  const { stop } = run({ cluster, kong, clock: slowClock() });
  // A hundred at a time to be compared and to be missed, two hundred to be found, to be told, to be counted.
  expect(await turnsUntil(() => kong.writes.length > 0)).toBeGreaterThanOrEqual(122);
  await stop();
  await settle();
});

test("X2: a tenant's Ingresses of hundreds of hosts leave places for the others'", async () => {
  const cluster = new FakeCluster();
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (const name of ["acme-org", "coyote-org"]) cluster.put("Namespace", namespace(name));
  const { events, settled, stop } = run({ cluster, clock: slowClock() });
  for (let i = 0; i < 10; i++) await settled();
  const told = (by: string): boolean => events.some(({ regarding }) => regarding.namespace === by);
  for (let i = 0; i < 8; i++) {
    const hosts = Array.from({ length: 200 }, (_, n) => `h${String(n)}.x${String(i)}.example`);
    cluster.put("Ingress", ingress(`acme-org/${String(i)}`, hosts));
  }
  for (let i = 0; i < 4; i++) await settle();
  cluster.put("Ingress", ingress("coyote-org/web", ["coyote.example"]));
  await turnsUntil(() => told("coyote-org"));
  expect(told("acme-org")).toBe(false);
  await stop();
});

test(
  "X2: what hundreds of decisions have read is decided anew in pieces when it changes, and all of it is",
  { tags: "long" },
  async () => {
    const cluster = new FakeCluster();
    cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
    cluster.put("Namespace", namespace("acme-org"));
    cluster.put("Service", service("acme-org/web"));
    for (let i = 0; i < 600; i++) {
      const host = `h${String(i)}.example`;
      const one = claim(`acme-org/${String(i)}`, host);
      cluster.put("Domain", one);
      cluster.put("HostRecord", heldBy(one));
      cluster.put("Ingress", ingress(`acme-org/${String(i)}`, [host]));
    }
    const { health, kong, stop } = run({ cluster, clock: slowClock() });
    await turnsUntil(() => kong.stored.routes.size === 600);
    await turnsUntil(() => Object.values(health().queues).every(({ depth }) => depth === 0));
    cluster.put("IngressClass", { name: "kong", controller: "somebody.else/kong" });
    const waiting = (): number => health().queues["host"]?.depth ?? 0;
    await turnsUntil(() => waiting() > 0);
    expect(waiting()).toBeLessThanOrEqual(500);
    await turnsUntil(() => kong.stored.routes.size === 0);
    await stop();
  },
);

test("X2: what has to leave Kong goes before dozens of hosts that are being planned, of however many namespaces", async () => {
  const cluster = new FakeCluster();
  const tenants = Array.from({ length: 5 }, (_, i) => `mallory-${String(i)}`);
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (const name of ["acme-org", ...tenants]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
  }
  cluster.put("Domain", claim("acme-org/acme", "acme.example", fresh));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.example"]));
  for (const name of tenants)
    for (let i = 0; i < 12; i++) cluster.put("Domain", claim(`${name}/${String(i)}`, `h${String(i)}.${name}.example`));
  const { kong, stop } = run({ cluster, clock: slowClock() });
  const isServed = (host: string): boolean => [...kong.stored.routes.values()].some(({ hosts }) => hosts?.[0] === host);
  await turnsUntil(() => isServed("acme.example"));
  for (let i = 0; i < 500; i++) await settle();
  for (const name of tenants)
    for (let i = 0; i < 12; i++)
      cluster.put("Ingress", ingress(`${name}/${String(i)}`, [`h${String(i)}.${name}.example`]));
  for (let i = 0; i < 4; i++) await settle();
  cluster.remove("Domain", "acme-org", "acme");
  expect(await turnsUntil(() => !isServed("acme.example"))).toBeLessThanOrEqual(40);
  await stop();
});
