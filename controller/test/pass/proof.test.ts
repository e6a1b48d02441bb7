import { expect, test } from "vitest";
import { settleTime } from "../../src/apply/kong/settle-time.ts";
import { sentinelOf } from "../../src/plan/kong/sentinel.ts";
import { claim, fresh, heldBy, ingress, namespace, service, settings } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";

const settleMs = 10_000;

/** A controller before a gateway that obeys ten seconds after Kong's answer, and teams with a Service each. */
function lagging(kong = new FakeKong(), cluster = new FakeCluster(), clock = new FakeClock()): Running {
  for (const name of ["acme-org", "next-org"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
  }
  return run({ kong, cluster, clock, proverFor: () => settleTime(clock, settleMs) });
}

const holderOf = (cluster: FakeCluster, host: string): string | undefined =>
  cluster.get("HostRecord", host)?.holder?.namespace;

test("X3: a host that nobody served is given at once", async () => {
  const { cluster, settled, stop } = lagging();
  await settled();
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(holderOf(cluster, "acme.org")).toBe("acme-org");
  await stop();
});

test("X3: a record is released, and the next one gets the host, only when the routes are proved to be gone", async () => {
  const { clock, cluster, kong, settled, stop } = lagging();
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  await clock.pass(settleMs);
  cluster.put("Domain", claim("next-org/acme", "acme.org", { ...fresh, created: "2026-05-01T00:00:00Z" }));
  await settled();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  await clock.pass(settleMs - 1);
  expect(holderOf(cluster, "acme.org")).toBe("acme-org");
  await clock.pass(1);
  expect(holderOf(cluster, "acme.org")).toBe("next-org");
  await stop();
});

test("X3: a host below a live wildcard is given away only when its guard is proved to stand", async () => {
  const { clock, cluster, kong, settled, stop } = lagging();
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["next-org"] }));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await settled();
  await clock.pass(settleMs);
  cluster.put("Domain", claim("next-org/b", "acme.org", { ...fresh, sub: "b", parent: "acme-org" }));
  await settled();
  expect(kong.routes()).toContainEqual(expect.stringContaining("b.acme.org"));
  expect(holderOf(cluster, "b.acme.org")).toBeUndefined();
  await clock.pass(settleMs);
  expect(holderOf(cluster, "b.acme.org")).toBe("next-org");
  await stop();
});

test("X3: a new leader knows nothing of what the last one has just removed, and gives no host away before a proof of its own", async () => {
  const first = lagging();
  const { clock, cluster, kong } = first;
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  cluster.put("Domain", claim("next-org/acme", "acme.org", { ...fresh, created: "2026-05-01T00:00:00Z" }));
  await first.settled();
  await clock.pass(settleMs);
  cluster.remove("Domain", "acme-org", "acme");
  await first.settled();
  first.crash();
  const second = lagging(kong, cluster, clock);
  await second.settled();
  await clock.pass(settleMs - 1);
  expect(holderOf(cluster, "acme.org")).toBe("acme-org");
  await clock.pass(1);
  expect(holderOf(cluster, "acme.org")).toBe("next-org");
  await second.stop();
});

test("X3: nobody holds or serves the host by which the gateway shows what it has in effect, nor keeps it", async () => {
  const { host } = sentinelOf(settings.kongTag, { asked: "a", answered: "b" });
  const { clock, cluster, kong, settled, stop } = lagging();
  const held = claim("acme-org/sentinel", host);
  cluster.put("Domain", held);
  cluster.put("HostRecord", heldBy(held));
  cluster.put("Ingress", ingress("acme-org/web", [host]));
  cluster.put("Domain", claim("next-org/sentinel", host, fresh));
  cluster.put("Ingress", ingress("next-org/web", [host]));
  await settled();
  await clock.pass(settleMs);
  const message = expect.stringContaining("is below .invalid, where no name ever exists") as string;
  for (const key of ["acme-org/sentinel", "next-org/sentinel"])
    expect(cluster.get("Domain", key)?.status, key).toMatchObject({ phase: "Failed", reason: "InvalidHost", message });
  expect(holderOf(cluster, host)).toBeUndefined();
  expect(kong.routes()).toEqual([]);
  await stop();
});

/** A team's live wildcard, and a name below it that another team holds behind its guard; all of it in effect. */
async function wildcardAndShare(running: Running): Promise<void> {
  const { clock, cluster, settled } = running;
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["next-org"] }));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Domain", claim("next-org/b", "acme.org", { ...fresh, sub: "b", parent: "acme-org" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await settled();
  await clock.pass(settleMs);
  await clock.pass(settleMs);
}

const guardOf = (kong: FakeKong, host: string): string | undefined =>
  kong.routes().find((route) => route.startsWith(`${host} / `));

test("X3: a wildcard's route that was gone before a term began may be served still: the guards below it stay until a proof", async () => {
  const first = lagging();
  const { clock, cluster, kong } = first;
  await wildcardAndShare(first);
  first.crash();
  const [wildcard] = [...kong.stored.routes.values()].filter(({ name }) => name.startsWith("acme-org~"));
  kong.stored.routes.delete(wildcard?.id ?? "");
  cluster.remove("Ingress", "acme-org", "web");
  const second = lagging(kong, cluster, clock);
  await second.settled();
  await clock.pass(settleMs - 1);
  expect(guardOf(kong, "b.acme.org")).toBeDefined();
  await clock.pass(settleMs + 1);
  expect(guardOf(kong, "b.acme.org")).toBeUndefined();
  await second.stop();
});

test("X3: nor is a name below it given to anybody else before that proof", async () => {
  const first = lagging();
  const { clock, cluster, kong } = first;
  await wildcardAndShare(first);
  cluster.remove("Ingress", "acme-org", "web");
  await first.settled();
  first.crash();
  const second = lagging(kong, cluster, clock);
  cluster.put("Domain", claim("next-org/c", "acme.org", { ...fresh, sub: "c", parent: "acme-org" }));
  await second.settled();
  await clock.pass(settleMs - 1);
  expect(holderOf(cluster, "c.acme.org")).toBeUndefined();
  await clock.pass(settleMs + 1);
  expect(holderOf(cluster, "c.acme.org")).toBe("next-org");
  await second.stop();
});
