import { expect, test } from "vitest";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";

test("O10: two thousand rounds of claiming and releasing one name keep its last twenty tenures, and nothing in Kong", async () => {
  const { cluster, kong, settled, stop } = run();
  for (const name of ["a-org", "b-org"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
    cluster.put("Ingress", ingress(`${name}/web`, ["round.example"]));
  }
  for (let round = 0; round < 2000; round++) {
    const owner = round % 2 === 0 ? "a-org" : "b-org";
    cluster.put("Domain", claim(`${owner}/round`, "round.example", { ...fresh, uid: `uid-${String(round)}` }));
    await settled();
    if (kong.stored.routes.size !== 1) throw new Error(`round ${String(round)} is not live`);
    cluster.remove("Domain", owner, "round");
    await settled();
  }
  expect(cluster.all("Domain")).toEqual([]);
  expect([kong.stored.routes.size, kong.stored.services.size]).toEqual([0, 0]);
  const [record] = cluster.all("HostRecord");
  expect(record?.holder).toBeUndefined();
  expect(record?.history.map(({ uid }) => uid)).toEqual(
    Array.from({ length: 20 }, (_, i) => `uid-${String(1999 - i)}`),
  );
  await stop();
});
