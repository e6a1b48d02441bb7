import { expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";

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
