import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "../../src/time/clock.ts";
import { KongError } from "../../src/kong/errors.ts";
import { kongTransport } from "../../src/kong/transport.ts";
import type { KongRequest, KongTransport, KongTransportOptions } from "../../src/kong/calls.ts";
import { adminServer, json } from "./admin-server.ts";
import type { AdminServer } from "./admin-server.ts";
import { tempFolder } from "../support/temp-folder.ts";

const open: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function serving(...answer: Parameters<typeof adminServer>): Promise<AdminServer> {
  const server = await adminServer(...answer);
  open.push(server);
  return server;
}

function transportTo(url: string, options: Partial<KongTransportOptions> = {}): KongTransport {
  const transport = kongTransport({ url, timeoutMs: 5_000, connections: 4, ...options });
  open.push(transport);
  return transport;
}

async function failed(run: Promise<unknown>): Promise<KongError> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof KongError) return error;
  throw new Error(`expected a KongError, but got ${String(error)}`);
}

/** A clock whose timers run when the test says so. */
function handClock(now = 0): { clock: Clock; fire: () => void; pending: () => number } {
  const timers = new Set<() => void>();
  return {
    clock: {
      now: () => now,
      monotonic: () => 0,
      after: (_, run) => {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
    fire: () => {
      for (const run of timers) run();
    },
    pending: () => timers.size,
  };
}

const post: KongRequest = { method: "POST", path: "/routes", body: { name: "a" } };
const get: KongRequest = { method: "GET", path: "/routes" };

describe("a request", () => {
  test("arrives below the address's path with query, JSON body and the headers that were set", async () => {
    const server = await serving((response) => json(response, 201, { id: "1" }));
    const transport = transportTo(`${server.url}/admin/`, { headers: { "x-team": "edge" } });
    const answer = await transport.request({ ...post, query: { tags: "a b&c", size: 2, offset: undefined } });
    expect(answer).toMatchObject({ status: 201, body: { id: "1" } });
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: "POST", url: "/admin/routes?tags=a%20b%26c&size=2", body: '{"name":"a"}' });
    expect(seen?.headers).toMatchObject({ "content-type": "application/json", "x-team": "edge" });
    expect(seen?.headers["kong-admin-token"]).toBeUndefined();
  });

  test("without a body has no content type, and an empty answer has no body", async () => {
    const server = await serving((response) => json(response, 204, undefined));
    const answer = await transportTo(server.url).request({ method: "DELETE", path: "/routes/1" });
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(server.seen[0]?.headers["content-type"]).toBeUndefined();
  });

  test("uses a connection again that an earlier one left", async () => {
    const server = await serving((response) => json(response, 200, {}));
    const transport = transportTo(server.url);
    for (let i = 0; i < 20; i++) await transport.request(get);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test("answers with Kong's status and JSON also when that is an error", async () => {
    const server = await serving((response) => json(response, 404, { message: "Not found" }));
    expect(await transportTo(server.url).request(get)).toMatchObject({ status: 404, body: { message: "Not found" } });
  });
});

describe("the token", () => {
  const tokenFile = (): string => join(tempFolder(), "token");

  test("is sent, and read again when its file is replaced", async () => {
    const server = await serving((response) => json(response, 200, {}));
    const path = tokenFile();
    writeFileSync(path, "first\n");
    const transport = transportTo(server.url, { tokenFile: path });
    await transport.request(get);
    writeFileSync(`${path}.new`, "other\n");
    renameSync(`${path}.new`, path);
    await transport.request(get);
    expect(server.seen.map((seen) => seen.headers["kong-admin-token"])).toEqual(["first", "other"]);
  });

  test.each([
    ["is missing", undefined, "a file with credentials is missing"],
    ["is empty", "\n", "holds no token"],
    ["has two lines", "alpha\nbravo", "holds no token"],
  ])("whose file %s is an error that names no token, and nothing is sent", async (_, content, sentence) => {
    const server = await serving((response) => json(response, 200, {}));
    const path = tokenFile();
    if (content !== undefined) writeFileSync(path, content);
    const error = await failed(transportTo(server.url, { tokenFile: path }).request(post));
    expect(error).toMatchObject({ kind: "unavailable", outcomeUnknown: false });
    expect(error.message).toContain(sentence);
    expect(error.message).not.toMatch(/alpha|bravo/);
    expect(server.seen).toEqual([]);
  });
});

describe("an answer that is not JSON", () => {
  const page = (status: number): string => `<html><head><title>${status}</title></head><body>secret page</body></html>`;

  test.each([
    [413, "refused", "larger than its Admin API takes", false],
    [415, "refused", "does not take the content type", false],
    [502, "unavailable", "did not serve POST /routes: it failed (502)", true],
    [404, "unavailable", "check that it is the address of the Admin API", false],
    [400, "unavailable", "is not Kong's Admin API", false],
    [401, "unavailable", "does not accept our credentials", false],
    [200, "unavailable", "is not Kong's Admin API", true],
    [302, "unavailable", "is not Kong's Admin API", false],
  ])("with status %i is %s", async (status, kind, sentence, outcomeUnknown) => {
    const server = await serving((response) => {
      response.writeHead(status, { "content-type": "text/html" });
      response.end(page(status));
    });
    const error = await failed(transportTo(server.url).request(post));
    expect(error).toMatchObject({ kind, status, outcomeUnknown });
    expect(error.message).toContain(sentence);
    expect(`${error.message} ${String(error.cause)}`).not.toContain("secret");
  });

  test("but half of one is an error, and a write's outcome unknown", async () => {
    const server = await serving((response) => {
      response.writeHead(201, { "content-type": "application/json" });
      response.end('{"id": "1", "na');
    });
    const error = await failed(transportTo(server.url).request(post));
    expect(error).toMatchObject({ kind: "unavailable", outcomeUnknown: true });
    expect(error.cause).toBeUndefined();
  });

  test("says how long Kong wants to be left alone, in seconds or until a date", async () => {
    const values = ["7", "Thu, 01 Jan 1970 00:01:40 GMT", "soon"];
    const server = await serving((response, seen) => {
      response.writeHead(429, { "retry-after": values[Number(seen.url.slice(-1))] ?? "" });
      response.end("slow down");
    });
    const transport = transportTo(server.url, { clock: handClock(90_000).clock });
    const waits = [0, 1, 2].map(async (i) => (await failed(transport.request({ ...get, query: { i } }))).retryAfterMs);
    expect(await Promise.all(waits)).toEqual([7_000, 10_000, undefined]);
  });
});

describe("a connection that fails", () => {
  test("because nothing listens leaves nothing undecided", async () => {
    const server = await adminServer((response) => json(response, 200, {}));
    await server.close();
    const error = await failed(transportTo(server.url).request(post));
    expect(error).toMatchObject({ kind: "unavailable", status: undefined, outcomeUnknown: false });
    expect(error.why).toBe("nothing listens at its address (ECONNREFUSED)");
    expect(error.message).toBe(
      "Kong's Admin API did not serve POST /routes: nothing listens at its address (ECONNREFUSED)",
    );
  });

  test.each([
    ["before the answer", () => undefined],
    [
      "in the middle of the answer",
      (response: Parameters<Parameters<typeof adminServer>[0]>[0]) => {
        response.writeHead(201, { "content-type": "application/json", "content-length": "100" });
        response.write('{"id":');
      },
    ],
  ])("%s leaves open what a write did, and says so", async (_, begin) => {
    const server = await serving((response, _seen, request) => {
      begin(response);
      setTimeout(() => request.socket.destroy(), 20);
    });
    const transport = transportTo(server.url);
    const written = await failed(transport.request(post));
    expect(written).toMatchObject({ kind: "unavailable", outcomeUnknown: true });
    expect(written.message).toContain("the connection broke before the answer was complete");
    expect(await failed(transport.request(get))).toMatchObject({ kind: "unavailable", outcomeUnknown: false });
  });

  test("does not keep later requests from working", async () => {
    const server = await serving((response, _seen, request) => {
      if (server.seen.length === 1) request.socket.destroy();
      else json(response, 200, { fine: true });
    });
    const transport = transportTo(server.url, { connections: 1 });
    await failed(transport.request(get));
    expect(await transport.request(get)).toMatchObject({ body: { fine: true } });
  });
});

describe("a silent Kong", () => {
  test("is given up when the time is over, with the outcome unknown", async () => {
    const { clock, fire, pending } = handClock();
    const server = await serving(() => {
      fire();
    });
    const error = await failed(transportTo(server.url, { clock }).request({ ...post, timeoutMs: 1_500 }));
    expect(error).toMatchObject({ kind: "unavailable", outcomeUnknown: true });
    expect(error.message).toContain("no whole answer within 1.5 s");
    expect(pending()).toBe(0);
  });

  test("that sends one byte now and then is given up all the same", async () => {
    const { clock, fire } = handClock();
    const server = await serving((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write("{");
      setTimeout(fire, 30);
    });
    expect((await failed(transportTo(server.url, { clock }).request(get))).message).toContain("no whole answer");
  });

  test("is left at once by a caller who gives up", async () => {
    const controller = new AbortController();
    const server = await serving(() => {
      controller.abort();
    });
    const error = await failed(transportTo(server.url).request({ ...post, signal: controller.signal }));
    expect(error).toMatchObject({ kind: "unavailable", outcomeUnknown: true });
  });

  test("does not get what was given up while it waited for a connection", async () => {
    const controller = new AbortController();
    const hanging: (() => void)[] = [];
    const server = await serving((response) => hanging.push(() => json(response, 200, {})));
    const transport = transportTo(server.url, { connections: 1 });
    const first = transport.request(get);
    while (hanging.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = transport.request({ ...post, signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 10);
    expect(await failed(second)).toMatchObject({ kind: "unavailable", outcomeUnknown: false });
    hanging[0]?.();
    expect(await first).toMatchObject({ status: 200 });
    const third = transport.request(get);
    while (hanging.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
    hanging[1]?.();
    await third;
    expect(server.seen.map(({ method }) => method)).toEqual(["GET", "GET"]);
    expect(server.connections()).toBe(1);
  });

  test("is left when the transport is closed", async () => {
    const transport = kongTransport({ url: "http://127.0.0.1:9", timeoutMs: 5_000, connections: 1 });
    await transport.close();
    expect((await failed(transport.request(get))).message).toContain("we are shutting down");
  });
});
