import { expect, test } from "vitest";
import { changes, placeOf } from "../bench/changes.ts";
import { measured } from "../bench/measured.ts";
import type { Cost } from "../bench/measured.ts";
import { platform } from "../bench/platform.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeCluster } from "../support/fake-cluster.ts";

test(
  "one change costs the same calls and decisions with 30 claims and with 600, and a restart costs no write",
  { tags: "long" },
  async () => {
    const few = await costsAmong(30);
    expect(few).toEqual(await costsAmong(600));
    expect(few.filter(({ decisions }) => decisions > 0)).toHaveLength(changes.length - 1);
  },
);

test("what is written about a primary concerns none of the fifty claims below it", async () => {
  const cluster = new FakeCluster();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org"));
  for (let i = 0; i < 50; i++)
    cluster.put("Domain", claim(`acme-org/app-${String(i)}`, "acme.org", { sub: `app-${String(i)}` }));
  const { cost, stop } = await measured(cluster);
  const acme = cluster.get("Domain", "acme-org/acme");
  if (acme?.status === undefined) throw new Error("the primary has no status");
  const { status } = acme;
  const touched = await cost(() =>
    cluster.put("Domain", { ...acme, status: { ...status, message: "by somebody else" } }),
  );
  // That the watch shows what was written back concerns nobody either.
  expect(touched).toMatchObject({ kube: 1, kong: 0, decisions: 1 });
  await stop();
});

test(
  "an Ingress that names two hundred hosts is not looked at for each of them by itself",
  { tags: "long" },
  async () => {
    const cluster = new FakeCluster();
    const hosts = Array.from({ length: 200 }, (_, i) => `host-${String(i)}.example`);
    cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
    cluster.put("Namespace", namespace("acme-org"));
    cluster.put("Service", service("acme-org/web"));
    cluster.put("Ingress", ingress("acme-org/web", hosts));
    for (const [i, host] of hosts.entries()) cluster.put("Domain", claim(`acme-org/${String(i)}`, host, fresh));
    let looks = 0;
    const observeQueue = (queue: string): void => {
      if (queue === "ingress") looks += 1;
    };
    const { kong, settled, stop } = run({ cluster, observeQueue });
    await settled();
    expect(kong.stored.routes.size).toBe(200);
    expect(looks).toBeLessThan(10);
    await stop();
  },
);

type Counted = Omit<Cost, "us"> & { readonly what: string };

/** What each change of a round costs on a platform of so many claims, in calls and decisions. */
async function costsAmong(claims: number): Promise<readonly Counted[]> {
  const cluster = platform(claims);
  const first = await measured(cluster);
  await first.stop();
  const writes = cluster.writes.length + first.kong.writes.length;
  const { cost, kong, stop } = await measured(cluster, first.kong);
  expect(cluster.writes.length + kong.writes.length).toBe(writes);
  const costs: Counted[] = [];
  for (const { what, make } of changes) {
    const { kube, kong, decisions } = await cost(() => make(placeOf(cluster, claims, 1)));
    costs.push({ what, kube, kong, decisions });
  }
  await stop();
  return costs;
}
