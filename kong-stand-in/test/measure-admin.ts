import { adminHandler } from "../src/admin/http/handler.ts";
import { nodeConfiguration } from "../src/configuration.ts";
import { loadLua } from "../src/admin/plugins/lua-syntax.ts";
import { startGateway } from "../src/index.ts";
import { Store } from "../src/store.ts";

/**
 * Measures the Admin API with many routes: `node kong-stand-in/test/measure-admin.ts [routes]`. First its handler alone
 * (no HTTP, no proxy), then a whole gateway through HTTP with eight writers.
 */
const count = Number(process.argv[2] ?? 100_000);
const SERVICE = "51000000-0000-4000-8000-000000000001";
const headers = { "Content-Type": "application/json" };

await loadLua();
handlerAlone();
await throughHttp();

function handlerAlone(): void {
  const store = new Store();
  const connections = () => ({ accepted: 0, active: 0, requests: 0 });
  const node = { nodeId: SERVICE, hostname: "here", workers: 1, configuration: nodeConfiguration(0, 0), connections };
  const handle = adminHandler({ store, now: () => 1 }, node);
  const request = (method: string, path: string, query: string, body: string) =>
    handle({ method, path, query, headers: { "content-type": "application/json" }, body: Buffer.from(body) });
  request("PUT", `/services/${SERVICE}`, "", '{"host":"h"}');
  const before = memory();
  const put = seconds(() => {
    for (let i = 0; i < count; i++) request("PUT", `/routes/${idOf(i)}`, "", routeOf(i));
  });
  console.log(
    `handler: ${count} routes PUT in ${put.toFixed(1)} s (${rate(count, put)}/s), ${memory() - before} MB more`,
  );
  const list = seconds(() => {
    for (let offset = ""; ;) {
      const page = request("GET", "/routes", `size=1000&tags=ours${offset}`, "").json as { offset?: string };
      JSON.stringify(page);
      if (page.offset === undefined) return;
      offset = `&offset=${encodeURIComponent(page.offset)}`;
    }
  });
  console.log(`handler: listed by tag in pages of 1000 in ${list.toFixed(2)} s`);
}

async function throughHttp(): Promise<void> {
  const gateway = await startGateway();
  const send = (path: string, body: string) => fetch(`${gateway.adminUrl}${path}`, { method: "PUT", headers, body });
  await send(`/services/${SERVICE}`, '{"host":"h"}');
  let next = 0;
  let started = performance.now();
  const writer = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await (await send(`/routes/${idOf(i)}`, routeOf(i))).arrayBuffer();
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  const put = (performance.now() - started) / 1000;
  console.log(
    `HTTP and proxy: ${count} routes PUT in ${put.toFixed(1)} s (${rate(count, put)}/s), ${memory()} MB in all`,
  );
  started = performance.now();
  let rows = 0;
  for (let offset = ""; ;) {
    const answer = await fetch(`${gateway.adminUrl}/routes?size=1000&tags=ours${offset}`);
    const page = (await answer.json()) as { data: readonly unknown[]; offset?: string };
    rows += page.data.length;
    if (page.offset === undefined) break;
    offset = `&offset=${encodeURIComponent(page.offset)}`;
  }
  console.log(`HTTP: ${rows} routes listed by tag in ${((performance.now() - started) / 1000).toFixed(2)} s`);
  await gateway.stop();
}

function routeOf(i: number): string {
  const tags = ["ours", `ns:${i % 100}`, `ingress:${i % 5000}`, `uid:${i}`];
  const paths = [`/p${i}/`, `~/p${i}$`];
  return JSON.stringify({ name: `r-${i}`, hosts: [`h${i}.example`], paths, tags, service: { id: SERVICE } });
}

/** Ids in no order, as those of UUIDv5 are. */
function idOf(i: number): string {
  const scattered = (Math.imul(i, 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  return `${scattered}-0000-5000-8000-${i.toString(16).padStart(12, "0")}`;
}

function seconds(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

function rate(number: number, time: number): string {
  return (number / time).toFixed(0);
}

function memory(): number {
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}
