import { describe, expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { accept, acmeAndCoyote, handOver, recordOfAcme } from "../support/handing-over.ts";
import { rename, renamed, serves } from "../support/renames.ts";

const tooLarge = (call: string): KubeError =>
  new KubeError(`induced: ${call}`, { status: 500, reason: "", kind: "tooLarge" });

test.each(["status", "finalizers"])(
  "a claim that is too large for its %s is told by an event, and looked at again after minutes, or when it changes",
  async (what) => {
    const { cluster, kong, clock, events, settled, stop } = run();
    let tries = 0;
    let broken = true;
    cluster.fault = (call) => {
      if (call !== `${what} mallory-org/m` || !broken) return;
      tries += 1;
      throw tooLarge(call);
    };
    cluster.put("Namespace", namespace("mallory-org"));
    cluster.put("Domain", claim("mallory-org/m", "mallory.example", fresh));
    acmeServes(cluster, "acme.org");
    await settled();
    await clock.pass(240_000);
    expect(tries).toBe(1);
    const told = events.filter(({ reason }) => reason === "ObjectTooLarge");
    expect(told).toMatchObject([{ regarding: { kind: "Domain", name: "m" }, type: "Warning" }]);
    expect(kong.routes()).toHaveLength(1);
    expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ phase: "OK" });

    await clock.pass(70_000);
    expect(tries).toBe(2);
    broken = false;
    const now = cluster.get("Domain", "mallory-org/m");
    if (now === undefined) throw new Error("the claim is gone");
    cluster.put("Domain", { ...now, generation: now.generation + 1 });
    await settled();
    expect(cluster.get("Domain", "mallory-org/m")?.status).toMatchObject({ phase: "OK" });
    await stop();
  },
);

test("nothing is asked of the API server for a claim with thousands of finalizers; with fewer it takes part", async () => {
  const { cluster, clock, events, settled, stop, writes } = run();
  const crowded = (count: number) =>
    claim("mallory-org/m", "mallory.example", { finalizers: { count, ours: undefined } });
  cluster.put("Namespace", namespace("mallory-org"));
  cluster.put("Domain", crowded(1_001));
  await settled();
  await clock.pass(600_000);
  expect(writes()).toEqual([]);
  expect(events.map(({ reason, note }) => `${reason}: ${note}`)).toContainEqual(
    expect.stringMatching(/^ObjectTooLarge: .*1001 finalizers, more than 1000/),
  );
  cluster.put("Domain", crowded(1_000));
  await settled();
  expect(cluster.get("Domain", "mallory-org/m")?.status).toMatchObject({ phase: "OK" });
  await stop();
});

test("X2: nor for one whose metadata has thousands of other entries, each of whose writes would take seconds", async () => {
  const { cluster, clock, events, settled, stop, writes } = run();
  const mallory = claim("mallory-org/m", "mallory.example", fresh);
  cluster.put("Namespace", namespace("mallory-org"));
  cluster.put("Domain", { ...mallory, crowded: true });
  await settled();
  await clock.pass(600_000);
  expect(writes()).toEqual([]);
  expect(events.map(({ reason, note }) => `${reason}: ${note}`)).toContainEqual(
    expect.stringMatching(/^ObjectTooLarge: .*more than 1000 labels, annotations, owner references/),
  );
  cluster.put("Domain", mallory);
  await settled();
  expect(cluster.get("Domain", "mallory-org/m")?.status).toMatchObject({ phase: "OK" });
  await stop();
});

test("X2: nor for the address of an Ingress whose metadata has thousands of entries: it is served, and told", async () => {
  const { cluster, events, kong, settled, stop, writes } = run();
  acmeServes(cluster, "acme.org");
  const web = ingress("acme-org/web", ["acme.org"]);
  cluster.put("Ingress", { ...web, crowded: true });
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions).toContainEqual(
    expect.objectContaining({ type: "Ready", status: "True" }),
  );
  expect(writes().filter((write) => write.startsWith("addresses"))).toEqual([]);
  expect(events.map(({ reason, note }) => `${reason}: ${note}`)).toContainEqual(
    expect.stringMatching(/^ObjectTooLarge: the gateway's address is not written .* more than 1000 finalizers, labels/),
  );
  cluster.put("Ingress", web);
  await settled();
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([{ ip: "192.0.2.1" }]);
  await stop();
});

test("X2: a tenant's claims that take seconds to write leave places for the others'", async () => {
  const { cluster, settled, stop } = run();
  for (const name of ["mallory-org", "acme-org"]) cluster.put("Namespace", namespace(name));
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  cluster.way = (call) => (call.startsWith("status mallory-org/") ? answered : Promise.resolve());
  for (let i = 0; i < 20; i++) cluster.put("Domain", claim(`mallory-org/${String(i)}`, `m${String(i)}.example`, fresh));
  for (let i = 0; i < 20; i++) await settled();
  cluster.put("Domain", claim("acme-org/acme", "acme.example", fresh));
  for (let i = 0; i < 20; i++) await settled();
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ phase: "OK" });
  answer();
  await settled();
  await stop();
});

describe("attack: a claim with thousands of finalizers", () => {
  const crowd = (ours: number | undefined) => ({ finalizers: { count: 1_100, ours } });

  test("O2: keeps nobody waiting behind it, and so under the next controller", async () => {
    const { cluster, kong, settled, stop } = run();
    acmeServes(cluster, "acme.org");
    await settled();
    await stop();
    cluster.put("Namespace", namespace("mallory-org"));
    cluster.put("Namespace", namespace("coyote-org"));
    cluster.put("Domain", claim("mallory-org/m", "acme.org", { ...crowd(undefined), created: "2026-04-04T13:00:00Z" }));
    cluster.put("Domain", claim("coyote-org/waits", "acme.org", { ...fresh, created: "2026-04-04T14:00:00Z" }));
    cluster.remove("Domain", "acme-org", "acme");
    const next = run({ cluster, kong });
    await next.clock.pass(30_000);
    expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("coyote-org");
    await next.stop();
  });

  test("N4: hands over what it holds, takes over what it accepts with our finalizer on it, and without is passed over", async () => {
    for (const [giver, receiver, holder] of [
      [crowd(3), fresh, "acme"],
      [fresh, crowd(3), "acme"],
      [fresh, crowd(undefined), "second"],
    ] as const) {
      const { cluster, clock, settled, stop } = run();
      acmeAndCoyote(cluster);
      await settled();
      const held = cluster.get("Domain", "acme-org/acme");
      if (held !== undefined && giver !== fresh) cluster.put("Domain", { ...held, ...giver });
      handOver(cluster, "coyote-org");
      await settled();
      accept(cluster, receiver);
      const second = { ...fresh, acceptFrom: "acme-org", created: "2026-05-01T00:00:00Z" };
      cluster.put("Domain", claim("coyote-org/second", "acme.org", second));
      await clock.pass(30_000);
      expect(recordOfAcme(cluster)?.holder).toMatchObject({ namespace: "coyote-org", name: holder });
      await stop();
    }
  });

  test("N2: neither begins a rename nor keeps another from it", async () => {
    const stage = run();
    serves(stage, "old.org");
    stage.cluster.put("Domain", rename("crowded", "crowded.org", "old", crowd(undefined)));
    await stage.clock.pass(10_000);
    stage.cluster.put("Domain", rename("new", "new.org", "old", { created: "2026-06-01T00:00:00Z" }));
    await stage.clock.pass(60_000);
    expect(renamed(stage, "new")).toBe("True Renamed");
    await stage.stop();
  });
});

test("a claim that is being deleted goes, however many finalizers of others it had", async () => {
  const { cluster, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  const held = cluster.get("Domain", "acme-org/acme");
  if (held === undefined) throw new Error("the claim is gone");
  cluster.put("Domain", { ...held, finalizers: { count: 16_001, ours: 7 } });
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(cluster.get("Domain", "acme-org/acme")?.finalizers).toEqual({ count: 16_000, ours: undefined });
  expect(cluster.get("HostRecord", "acme.org")?.holder).toBeUndefined();
  await stop();
});

test.each([
  ["tooLarge", "ObjectTooLarge"],
  ["refused", "WriteRefused"],
] as const)(
  "O2: a claim into which nothing can be written (%s) is passed over, told so, and takes part again when it can",
  async (kind, reason) => {
    const { cluster, clock, events, settled, stop } = run();
    const waiting = (at: string, hour: string): void => {
      cluster.put("Namespace", namespace(at));
      cluster.put("Domain", claim(`${at}/waits`, "acme.org", { ...fresh, created: `2026-04-04T${hour}:00:00Z` }));
    };
    let broken = true;
    cluster.fault = (call) => {
      if (call !== "finalizers mallory-org/waits" || !broken) return;
      throw new KubeError(`induced: ${call}`, { status: 422, reason: "", kind });
    };
    acmeServes(cluster, "acme.org");
    await settled();
    waiting("mallory-org", "13");
    waiting("coyote-org", "14");
    await settled();
    cluster.remove("Domain", "acme-org", "acme");
    await settled();
    await clock.pass(30_000);
    expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("coyote-org");
    const told = events.filter(({ regarding }) => regarding.namespace === "mallory-org");
    expect(told).toContainEqual(expect.objectContaining({ reason, type: "Warning" }));

    broken = false;
    const smaller = cluster.get("Domain", "mallory-org/waits");
    if (smaller !== undefined) cluster.put("Domain", smaller);
    waiting("marvin-org", "15");
    await settled();
    cluster.remove("Domain", "coyote-org", "waits");
    await settled();
    expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("mallory-org");
    await stop();
  },
);
