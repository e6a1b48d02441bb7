import { expect, test } from "vitest";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { settle } from "../support/fake-clock.ts";

/** A controller of a team that serves a host already, and how the calls go that are made from now on. */
async function serving() {
  const running = run();
  const { cluster, kong, settled } = running;
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, uid: "acme" }));
  cluster.put("Ingress", ingress("acme-org/acme", ["acme.org"]));
  await settled();
  const onTheirWay: { readonly call: string; readonly arrives: () => void }[] = [];
  const way = (call: string): Promise<void> =>
    new Promise((resolve) => void onTheirWay.push({ call, arrives: resolve }));
  cluster.way = way;
  kong.way = way;
  /** Lets calls arrive until none is made any more: those that are on their way at the same time are one trip. */
  const trips = async (): Promise<readonly string[]> => {
    const all: string[] = [];
    for (await settle(); onTheirWay.length > 0; await settle()) {
      const trip = onTheirWay.splice(0);
      all.push(trip.map(({ call }) => call).join(" + "));
      for (const { arrives } of trip) arrives();
    }
    return all;
  };
  return { ...running, trips };
}

test("from a claim to its route in Kong there are three round trips, as many as there are writes that rest on each other", async () => {
  const { cluster, stop, trips } = await serving();
  cluster.put("Ingress", ingress("acme-org/shop", ["shop.example"]));
  cluster.put("Domain", claim("acme-org/shop", "shop.example", { ...fresh, uid: "shop" }));
  expect(await trips()).toEqual([
    "finalizers acme-org/shop + namespace acme-org",
    "create shop.example",
    "create routes",
    "status acme-org/shop + addresses acme-org/shop",
  ]);
  await stop();
});

test("a path more is in Kong after one round trip", async () => {
  const { cluster, stop, trips } = await serving();
  const rules = [{ host: "acme.org", paths: [path("/"), path("/more")] }];
  cluster.put("Ingress", ingress("acme-org/acme", [], { rules }));
  expect((await trips())[0]).toContain("create routes");
  await stop();
});

test("a host's route leaves first, then its record is released, then our finalizer goes: one round trip each", async () => {
  const { cluster, stop, trips } = await serving();
  cluster.remove("Domain", "acme-org", "acme");
  const all = await trips();
  expect(all.map((trip) => trip.replace(" + addresses acme-org/acme", "")).slice(0, 3)).toEqual([
    "remove routes",
    "remove services + update acme.org",
    "finalizers acme-org/acme",
  ]);
  await stop();
});
