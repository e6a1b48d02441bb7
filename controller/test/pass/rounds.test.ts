/** @module-tag long */
import { expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";

test("O10: two hundred rounds of claiming and releasing one name keep its last twenty tenures, and nothing in Kong", async () => {
  const rounds = 200;
  const { cluster, kong, settled, stop } = run();
  for (const name of ["a-org", "b-org"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
    cluster.put("Ingress", ingress(`${name}/web`, ["round.example"]));
  }
  for (let round = 0; round < rounds; round++) {
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
    Array.from({ length: 20 }, (_, i) => `uid-${String(rounds - 1 - i)}`),
  );
  await stop();
});

test("O10: released records go when their time is over, also those of an earlier leader; one that stays stops no other", async () => {
  const day = 24 * 3_600_000;
  const first = run({ limits: { retentionMs: day } });
  const { cluster, kong, clock } = first;
  cluster.put("Namespace", namespace("a-org"));
  const names = ["one", "two", "held"];
  for (const name of names) cluster.put("Domain", claim(`a-org/${name}`, `${name}.example`, fresh));
  await first.settled();
  for (const name of ["one", "two"]) cluster.remove("Domain", "a-org", name);
  await first.settled();
  const hosts = (): readonly string[] => cluster.all("HostRecord").map(({ host }) => host);
  expect(hosts()).toEqual(["one.example", "two.example", "held.example"]);
  cluster.fault = (call) => {
    if (call === "delete one.example") throw new KubeError("induced", { status: 503, reason: "", kind: "unavailable" });
  };
  await clock.pass(day + 3_600_000);
  expect(hosts()).toEqual(["one.example", "held.example"]);
  await first.stop();

  cluster.fault = () => undefined;
  const next = run({ cluster, kong, clock, limits: { retentionMs: day } });
  await clock.pass(1000);
  expect(hosts()).toEqual(["held.example"]);
  await next.stop();
});
