/** Real sockets, where only they can tell. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { KubeTransportConfig } from "../../src/kube/transport.ts";
import type { KubeTransport } from "../../src/kube/calls.ts";
import { kubeTransport } from "../../src/kube/transport.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { kubeconfig } from "./kubeconfig-kit.ts";
import { tempFolder } from "../support/temp-folder.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Served {
  readonly transport: KubeTransport;
  readonly url: string;
  readonly seen: IncomingMessage[];
  readonly sockets: Set<Socket>;
}

/** A server that answers with `handle`, and a transport to it. */
async function served(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  config: KubeTransportConfig & { readonly user?: object; readonly prefix?: string } = {},
): Promise<Served> {
  const seen: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    seen.push(request);
    handle(request, response);
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { user, prefix, ...rest } = config;
  const transport = await kubeTransport({ kubeconfig: kubeconfig(`${url}${prefix ?? ""}`, user), ...rest });
  closers.push(async () => {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { transport, url, seen, sockets };
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const get = { method: "GET", path: "/api/v1/namespaces" } as const;

describe("a call", () => {
  test("brings path, query, body and credentials to the server, and its answer back", async () => {
    const bodies: string[] = [];
    const { seen, transport } = await served(
      (request, response) => {
        request.on("data", (chunk: Buffer) => bodies.push(chunk.toString()));
        request.on("end", () => json(response, { a: "bücher" }, 201));
      },
      { user: { token: "secret" }, prefix: "/k8s/clusters/c1" },
    );
    const answer = await transport.request({
      ...{ method: "PATCH", path: "/apis/x", query: { fieldManager: "a b", force: "true" }, body: { b: 1 } },
      contentType: "application/apply-patch+yaml",
    });
    expect(answer).toMatchObject({
      status: 201,
      body: { a: "bücher" },
      headers: { "content-type": "application/json" },
    });
    expect(seen[0]?.url).toBe("/k8s/clusters/c1/apis/x?fieldManager=a+b&force=true");
    expect(seen[0]?.headers).toMatchObject({
      authorization: "Bearer secret",
      "content-type": "application/apply-patch+yaml",
    });
    expect(bodies).toEqual(['{"b":1}']);
  });

  test("returns an error status as an answer, and text where there is no JSON", async () => {
    const { transport } = await served((_, response) =>
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found"),
    );
    expect(await transport.request(get)).toMatchObject({ status: 404, body: "404 page not found" });
  });

  test("shares connections with the calls before it", async () => {
    const { sockets, transport } = await served((_, response) => json(response, {}));
    for (let calls = 0; calls < 50; calls += 1) await transport.request(get);
    expect(sockets.size).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 100 }, () => transport.request(get)));
    expect(sockets.size).toBeLessThanOrEqual(16);
  });

  test("that is urgent does not queue behind others", async () => {
    const { transport } = await served(
      (request, response) => (request.url === "/slow" ? undefined : json(response, {})),
      { connections: 1 },
    );
    const slow = transport.request({ method: "GET", path: "/slow", timeoutMs: 1_000 });
    const queued = transport.request({ ...get, timeoutMs: 500 });
    expect((await transport.request({ ...get, urgent: true })).status).toBe(200);
    await expect(queued).rejects.toMatchObject({ kind: "unavailable" });
    await expect(slow).rejects.toMatchObject({ kind: "unavailable" });
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ["is never answered", () => {}, "no whole answer within 0.2 s"],
    [
      "is answered with headers only",
      (response) => response.writeHead(200, { "content-type": "application/json" }).flushHeaders(),
      "no whole answer within 0.2 s",
    ],
    ["is answered drop by drop", drip, "no whole answer within 0.2 s"],
    ["is reset", (response) => response.socket?.resetAndDestroy(), "ECONNRESET"],
    ["is closed on", (response) => response.socket?.destroy(), "other side closed"],
    ["is answered half", halfAnswer, "other side closed"],
    [
      "is answered with broken JSON",
      (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"a"'),
      "broken JSON",
    ],
  ])("that %s fails as unavailable", async (_, misbehave, why) => {
    const { transport } = await served((_, response) => misbehave(response));
    // Where it is not the time-out that ends it, none comes before.
    const timeoutMs = why.endsWith("0.2 s") ? 200 : 30_000;
    const failure = transport.request({ ...get, timeoutMs });
    await expect(failure).rejects.toMatchObject({
      kind: "unavailable",
      status: 0,
      message: expect.stringContaining(why),
    });
    await expect(failure).rejects.toThrow("GET /api/v1/namespaces");
  });

  test("that is answered at greater length than it allows is left there, and fails as too large", async () => {
    let sent = 0;
    const { sockets, transport } = await served((_, response) => {
      const more = (): void => {
        while (response.writable && !response.destroyed && response.write("x".repeat(64 * 1024))) sent += 1;
      };
      response.writeHead(200, { "content-type": "application/json" }).on("drain", more);
      more();
    });
    await expect(transport.request({ ...get, maxBytes: 1024 * 1024 })).rejects.toMatchObject({
      kind: "tooLarge",
      message: "GET /api/v1/namespaces: an answer of more than 1048576 bytes, which is not read",
    });
    await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
    expect(sent * 64).toBeLessThan(20 * 1024);
    await expect(transport.request({ ...get, method: "POST", maxBytes: 1024 * 1024 })).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("more than 1048576 bytes"),
    });
  });

  test("may be answered at greater length than one string holds characters, and fails then, as any other", async () => {
    const { transport } = await served((_, response) => {
      const chunk = "x".repeat(1024 * 1024);
      const more = (): void => {
        while (response.writable && !response.destroyed && response.write(chunk));
      };
      response.writeHead(200).on("drain", more);
      more();
    });
    await expect(transport.request(get)).rejects.toMatchObject({ kind: "tooLarge", status: 200 });
  });

  test("to a server that is not there fails as unavailable", async () => {
    const transport = await kubeTransport({ kubeconfig: kubeconfig("http://127.0.0.1:1") });
    await expect(transport.request(get)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await transport.close();
  });

  test("can be cancelled", async () => {
    const { transport } = await served(() => {});
    const abort = new AbortController();
    const call = transport.request({ ...get, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(call).rejects.toMatchObject({ kind: "unavailable", message: expect.stringContaining("cancelled") });
    await expect(transport.request({ ...get, signal: abort.signal })).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("with a token that has been rotated is made once more with the new one", async () => {
    const token = join(tempFolder(), "token");
    const clock = new FakeClock();
    writeFileSync(token, "old");
    const { seen, transport } = await served(
      (request, response) => json(response, {}, request.headers.authorization === "Bearer new" ? 200 : 401),
      { user: { tokenFile: token }, clock },
    );
    expect((await transport.request(get)).status).toBe(401);
    writeFileSync(token, "new");
    clock.stall(10_001);
    expect((await transport.request(get)).status).toBe(200);
    expect(seen).toHaveLength(4);
  });
});

describe("a stream", () => {
  test("brings lines as they come, and ends when the server ends it", async () => {
    const { transport } = await served((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"a":1}\n{"b"');
      setTimeout(() => response.end(":2}\n"), 50);
    });
    const stream = await transport.stream(get);
    expect(stream.status).toBe(200);
    expect(await collected(stream.lines)).toEqual(['{"a":1}', '{"b":2}']);
  });

  test("that is refused brings the reason", async () => {
    const { transport } = await served((_, response) => json(response, { kind: "Status", code: 410 }, 410));
    expect(await transport.stream(get)).toMatchObject({ status: 410, body: { code: 410 } });
  });

  test("lives longer than its time-out, which is for the headers only", async () => {
    const { transport } = await served((_, response) => {
      response.writeHead(200).flushHeaders();
      setTimeout(() => response.end("late\n"), 300);
    });
    const stream = await transport.stream({ ...get, timeoutMs: 100 });
    expect(await collected(stream.lines)).toEqual(["late"]);
  });

  test("without headers in time fails", async () => {
    const { transport } = await served(() => {});
    await expect(transport.stream({ ...get, timeoutMs: 100 })).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("that is reset, or ends within a line, fails after the lines that were whole", async () => {
    for (const finish of [
      (response: ServerResponse) => response.socket?.resetAndDestroy(),
      (response: ServerResponse) => response.end('{"b"'),
    ]) {
      const { transport } = await served((_, response) => {
        response.writeHead(200).write('{"a":1}\n');
        setTimeout(() => finish(response), 50);
      });
      const lines: string[] = [];
      const reading = (async () => {
        for await (const line of (await transport.stream(get)).lines) lines.push(line);
      })();
      await expect(reading).rejects.toMatchObject({ kind: "unavailable" });
      expect(lines).toEqual(['{"a":1}']);
    }
  });

  test("on a silent socket ends when its signal does, and gives the connection back", async () => {
    const { sockets, transport } = await served((_, response) => response.writeHead(200).flushHeaders());
    const abort = new AbortController();
    const stream = await transport.stream({ ...get, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(collected(stream.lines)).rejects.toMatchObject({ kind: "unavailable" });
    await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
  });

  test("gives the connection back when nobody reads on", async () => {
    const { sockets, transport } = await served((_, response) => response.writeHead(200).write("a\nb\n"));
    for await (const _ of (await transport.stream(get)).lines) break;
    await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
  });

  test("takes no connection from calls: with 20 watches open, calls are answered", async () => {
    const { transport } = await served((request, response) =>
      request.url?.includes("watch") ? void response.writeHead(200).flushHeaders() : json(response, {}),
    );
    const abort = new AbortController();
    const watch = { ...get, query: { watch: "true" }, signal: abort.signal } as const;
    const streams = await Promise.all(Array.from({ length: 20 }, () => transport.stream(watch)));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => transport.request({ ...get, timeoutMs: 2_000 })),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    abort.abort();
    for (const stream of streams) await expect(collected(stream.lines)).rejects.toThrow();
  });
});

function drip(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
}

function halfAnswer(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write('{"a":');
  setTimeout(() => response.socket?.destroy(), 20);
}

async function collected(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
