import { afterEach, expect, test } from "vitest";

import { rawRequest, type ProxyAddress } from "../conformance/raw-client.ts";
import { startGateway, type GatewayOptions, type NodeAddresses, type RunningGateway } from "../src/index.ts";
import { pluginEntity, routeEntity } from "./gateway-entities.ts";
import { manualTiming } from "./manual-timing.ts";
import { uuid } from "./proxy-bench.ts";

let gateway: RunningGateway;
afterEach(() => gateway.stop());

const start = async (options: GatewayOptions): Promise<void> => {
  gateway = await startGateway(options);
};
const route = { id: uuid(1) };
const writeRoute = (): void => gateway.store.put("routes", routeEntity({ ...route, hosts: ["a.test"] }));
const writePlugin = (): void =>
  gateway.store.put(
    "plugins",
    pluginEntity({ id: uuid(2), name: "request-termination", route, config: { status_code: 418 } }),
  );

/** 404 without the route, 503 with it alone (it has no service), 418 with its plugin. */
async function answer(node: NodeAddresses = gateway): Promise<number> {
  return (await rawRequest(addressOf(node), { host: "a.test" })).status;
}

function addressOf({ proxyUrl, tlsAddress }: NodeAddresses): ProxyAddress {
  const port = (text: string): number => Number(text.split(":").at(-1));
  return { host: "127.0.0.1", proxyPort: port(proxyUrl), tlsPort: port(tlsAddress) };
}

test("a route and its plugin are taken over by two timers: either may be live before the other", async () => {
  const timing = manualTiming(0.2, 0.6, 0);
  await start({ workerStateUpdateFrequency: 5, timing });
  writeRoute();
  writePlugin();
  expect(await answer()).toBe(404);
  timing.pass(1_000);
  expect(await answer()).toBe(503);
  timing.pass(2_000);
  expect(await answer()).toBe(418);
  gateway.store.delete("plugins", uuid(2));
  gateway.store.delete("routes", uuid(1));
  timing.pass(2_999);
  expect(await answer()).toBe(418);
  timing.pass(5_000);
  expect(await answer()).toBe(404);
});

test("each connection is some worker's, and workers take over at different times", async () => {
  // Timers of two workers, routes and plugins; then which worker each connection gets.
  const timing = manualTiming(0.1, 0.1, 0.9, 0.9, 0, 0.5, 0, 0.5, 0, 0.5);
  await start({ workers: 2, workerStateUpdateFrequency: 5, timing });
  writeRoute();
  timing.pass(600);
  expect([await answer(), await answer(), await answer()].toSorted()).toContain(404);
  timing.pass(5_000);
  expect([await answer(), await answer()]).toEqual([503, 503]);
});

test("the nodes of a cluster hear of a change one after the other", async () => {
  const timing = manualTiming(0.5);
  await start({ nodes: 2, dbUpdateFrequency: 5, timing });
  writeRoute();
  expect(await Promise.all(gateway.nodes.map(answer))).toEqual([503, 404]);
  timing.pass(2_500);
  expect(await Promise.all(gateway.nodes.map(answer))).toEqual([503, 503]);
});

test("a worker's router freezes: its routes stay, plugins go on, the Admin API knows nothing of it", async () => {
  await start({ controlPort: 0 });
  const control = async (what: string, place?: object): Promise<number> =>
    (await fetch(`${gateway.controlUrl}/__faults/${what}`, { method: "POST", body: JSON.stringify(place ?? {}) }))
      .status;
  writeRoute();
  expect(await control("freeze", { node: 0, worker: 0 })).toBe(200);
  gateway.store.delete("routes", route.id);
  writePlugin();
  expect(await answer()).toBe(418);
  expect((await fetch(`${gateway.adminUrl}/routes/${route.id}`)).status).toBe(404);
  expect(await control("thaw")).toBe(200);
  expect(await answer()).toBe(404);
  expect(await control("freeze", { node: 1 })).toBe(400);
});

test.each([
  [{}, { worker_state_update_frequency: 0, worker_consistency: "strict", db_update_frequency: 0, dns_stale_ttl: 0 }],
  [
    { workerStateUpdateFrequency: 5, dbUpdateFrequency: 5 },
    { worker_state_update_frequency: 5, worker_consistency: "eventual", db_update_frequency: 5 },
  ],
])("started with %j the node tells so", async (options, configuration) => {
  await start({ ...options, workers: 3 });
  expect(await (await fetch(gateway.adminUrl)).json()).toMatchObject({
    configuration,
    pids: { workers: [process.pid, process.pid, process.pid] },
  });
});
