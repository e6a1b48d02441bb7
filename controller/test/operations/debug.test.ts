import { afterEach, expect, test } from "vitest";
import { request } from "undici";
import { startDebug } from "../../src/operations/debug.ts";
import type { DebugOptions } from "../../src/operations/debug.ts";
import type { Server } from "../../src/operations/http-server.ts";
import { createLog } from "../../src/operations/logging/log.ts";

const open: Server[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

type Term = NonNullable<ReturnType<DebugOptions["term"]>>;

/** A term that knows nothing but the host that it is asked for. */
const term: Term = { inspect: (host) => ({ host }) as ReturnType<Term["inspect"]> };

async function serving(leads = true) {
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", destination: { write: (line) => lines.push(line) } });
  const server = await startDebug({
    address: { host: "127.0.0.1", port: 0 },
    term: () => (leads ? term : undefined),
    log,
  });
  open.push(server);
  const ask = async (path: string, options: { method?: "GET" | "PUT" | "POST"; body?: string; host?: string } = {}) => {
    const { method = "GET", body = null, host = `localhost:${String(server.port)}` } = options;
    const answer = await request(`http://127.0.0.1:${String(server.port)}${path}`, { method, body, headers: { host } });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  return { ask, lines, log };
}

test("a host is shown, in whatever spelling it is asked for", async () => {
  const { ask } = await serving();
  for (const [path, host] of [
    ["acme.org", "acme.org"],
    ["ACME.org.", "acme.org"],
    ["*.acme.org", "*.acme.org"],
    ["b%C3%BCcher.example", "xn--bcher-kva.example"],
    ["any", "*any*"],
  ] as const) {
    const { status, text } = await ask(`/debug/hosts/${path}`);
    expect([status, JSON.parse(text)]).toEqual([200, { host }]);
  }
});

test("what is no host, or is asked of one that does not lead, is answered with a sentence", async () => {
  const { ask } = await serving(false);
  expect(await ask("/debug/hosts/a..b")).toMatchObject({ status: 400 });
  expect(await ask("/debug/hosts/%ff")).toMatchObject({ status: 400 });
  const { status, text } = await ask("/debug/hosts/acme.org");
  expect(status).toBe(503);
  expect(text).toContain("does not lead");
});

test("the log says more, and less, from the moment that it is told to", async () => {
  const { ask, lines, log } = await serving();
  expect(await ask("/debug/log-level")).toEqual({ status: 200, text: "info\n" });
  log.debug({}, "not yet");
  expect(await ask("/debug/log-level", { method: "PUT", body: "debug\n" })).toEqual({ status: 200, text: "debug\n" });
  log.debug({}, "now");
  await ask("/debug/log-level", { method: "PUT", body: "error" });
  log.warn({}, "no more");
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    "the log level has changed",
    "now",
    "the log level has changed",
  ]);
  for (const body of ["loud", "debug".repeat(100), ""]) {
    expect(await ask("/debug/log-level", { method: "PUT", body })).toMatchObject({ status: 400 });
  }
  expect(log.level()).toBe("error");
});

test("nobody is answered under a name that only resolves to this machine", async () => {
  const { ask } = await serving();
  for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80"]) {
    expect(await ask("/debug/log-level", { host })).toMatchObject({ status: 403 });
    expect(await ask("/debug/log-level", { method: "PUT", body: "debug", host })).toMatchObject({ status: 403 });
  }
});

test("everything else is refused with what there is", async () => {
  const { ask } = await serving();
  expect(await ask("/debug")).toMatchObject({ status: 404, text: expect.stringContaining("/debug/hosts/HOST") });
  expect(await ask("/debug/hosts/acme.org", { method: "POST" })).toMatchObject({ status: 405 });
});
