import * as http from "node:http";
import * as net from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Received } from "../conformance/echo-upstream.ts";
import { rawRequest, type RawRequest } from "../conformance/raw-client.ts";
import { startProxy } from "../src/proxy/index.ts";
import { headerOf, proxyBench, type ProxyBench } from "./proxy-bench.ts";

let bench: ProxyBench;

beforeAll(async () => {
  bench = await proxyBench();
  bench.serve("echo", { port: bench.echoPort });
  bench.serve("odd", { port: bench.oddPort, read_timeout: 1000 });
});

afterAll(() => bench.close());

describe("bodies", () => {
  it("passes a body with its length", async () => {
    expect(await received({ host: "echo.test", method: "POST", body: "hello" })).toMatchObject({
      method: "POST",
      body: 5,
    });
  });

  it("turns a chunked body into one with a length, unless the route does without request buffering", async () => {
    const chunked = { method: "POST", headers: { host: "echo.test", "transfer-encoding": "chunked" } };
    const buffered = JSON.parse(await fetched(chunked, ["ab", "cd"])) as Received;
    expect(headerOf(buffered, "content-length")).toBe("4");
    bench.serve("stream", { port: bench.echoPort }, { request_buffering: false });
    const headers = { ...chunked.headers, host: "stream.test" };
    const streamed = JSON.parse(await fetched({ ...chunked, headers }, ["ab", "cd"])) as Received;
    expect([headerOf(streamed, "transfer-encoding"), streamed.body]).toEqual(["chunked", 4]);
  });

  it("passes an answer on as it comes", async () => {
    const times: number[] = [];
    await fetched({ path: "/drip", headers: { host: "odd.test" } }, [], () => times.push(performance.now()));
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(100);
  });
});

describe("connections", () => {
  it("serves several requests on one connection", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const options = { agent, headers: { host: "echo.test" } };
    await fetched(options, []);
    const sockets = await new Promise<boolean>((resolve) => {
      const request = http.get({ ...options, host: "127.0.0.1", port: bench.proxy.proxyPort }, (answer) => {
        answer.resume().on("end", () => resolve(request.reusedSocket));
      });
    });
    agent.destroy();
    expect(sockets).toBe(true);
  });

  it("asks the upstream anew as often as a connection that was kept turns out to be closed", async () => {
    const kept = new WeakSet<net.Socket>();
    const waiting: http.ServerResponse[] = [];
    const upstream = http.createServer(({ socket }, response) => {
      if (kept.has(socket)) return void socket.destroy();
      kept.add(socket);
      if (waiting.push(response) >= 3) for (const one of waiting) one.end();
    });
    await new Promise<void>((listening) => upstream.listen(0, "127.0.0.1", listening));
    bench.serve("forgetful", { port: (upstream.address() as net.AddressInfo).port });
    const statuses = async (requests: number): Promise<readonly number[]> =>
      (await Promise.all(Array.from({ length: requests }, () => bench.ask({ host: "forgetful.test" })))).map(
        ({ status }) => status,
      );
    expect(await statuses(3)).toEqual([200, 200, 200]);
    expect(await statuses(1)).toEqual([200]);
    upstream.closeAllConnections();
    upstream.close();
  });

  it("passes a WebSocket through, and closes it from both ends", async () => {
    const socket = net.connect(bench.proxy.proxyPort, "127.0.0.1");
    const lines = ["GET /ws HTTP/1.1", "Host: odd.test", "Connection: Upgrade", "Upgrade: websocket"];
    socket.write(`${[...lines, `Sec-WebSocket-Key: ${"x".repeat(22)}==`].join("\r\n")}\r\n\r\n`);
    const answer = await until(socket, "\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 101 .*upgrade: websocket/is);
    expect(answer).toMatch(/x-kong-request-id: [0-9a-f]{32}/i);
    socket.write("ping");
    expect(await until(socket, "gnip")).toContain("gnip");
    socket.end();
    await new Promise((closed) => socket.on("close", closed));
  });

  it("takes an answer other than 101 to an upgrade to the client", async () => {
    const headers = [
      ["Connection", "Upgrade"],
      ["Upgrade", "websocket"],
    ] as const;
    const answer = await bench.ask({ host: "echo.test", headers });
    expect(answer.status).toBe(200);
    expect(headerOf(JSON.parse(answer.body) as Received, "connection")).toBe("keep-alive, Upgrade");
  });
});

describe("failing upstreams", () => {
  it.each([
    ["a connection that is refused", "dead", "/", 502, "An invalid response was received from the upstream server"],
    ["a connection that is cut", "odd", "/cut", 502, "An invalid response was received from the upstream server"],
    ["an answer that is not HTTP", "odd", "/garbage", 502, "An invalid response was received from the upstream server"],
    ["an answer that does not come", "odd", "/never", 504, "The upstream server is timing out"],
  ])("tells of %s", async (_, name, path, status, message) => {
    bench.serve("dead", { port: 1 });
    const answer = await bench.ask({ host: `${name}.test`, path });
    expect([answer.status, answer.body.split("\n")[0]]).toEqual([status, message]);
    expect(answer.headers.map(([header]) => header)).toContain("X-Kong-Upstream-Latency");
  });

  it("tells of a host that has no address", async () => {
    const own = await startProxy({ store: bench.store, resolve: () => Promise.resolve(undefined) });
    const answer = await rawRequest({ host: "127.0.0.1", ...own }, { host: "echo.test" });
    await own.close();
    expect([answer.status, answer.body]).toEqual([503, expect.stringContaining("name resolution failed")]);
  });

  it("cuts the client's connection when the upstream breaks off within an answer", async () => {
    await expect(fetched({ path: "/half", headers: { host: "odd.test" } }, [])).rejects.toThrow();
  });
});

describe("what is no request", () => {
  it.each([
    ["a blank in the host", { host: "a b.test" }],
    ["two dots in the host", { host: "a..test" }],
    ["no host in HTTP/1.1", {}],
    ["two hosts", { host: "echo.test", headers: [["Host", "echo.test"]] as const }],
    ["a path above the root", { host: "echo.test", path: "/a/../../b" }],
    ["an incomplete percent-encoding", { host: "echo.test", path: "/%4" }],
    ["a method in lower case", { host: "echo.test", method: "get" }],
    ["an asterisk as target", { host: "echo.test", method: "OPTIONS", path: "*" }],
  ])("is refused with 400: %s", async (_, request) => {
    const answer = await bench.ask(request);
    expect([answer.status, answer.body]).toEqual([
      400,
      expect.stringMatching(/^Bad request\nrequest_id: [0-9a-f]{32}\n$/),
    ]);
  });

  it("is refused with 414 or 400 where a line is longer than 8 KiB", async () => {
    expect((await bench.ask({ host: "echo.test", path: `/${"a".repeat(8200)}` })).status).toBe(414);
    expect((await bench.ask({ host: "echo.test", headers: [["X-Long", "a".repeat(8200)]] })).status).toBe(400);
  });
});

async function received(request: RawRequest): Promise<Received> {
  return JSON.parse((await bench.ask(request)).body) as Received;
}

/** The body that Node's own client gets, which is called back for each part. */
async function fetched(options: http.RequestOptions, chunks: readonly string[], onData?: () => void): Promise<string> {
  const request = http.request({ host: "127.0.0.1", port: bench.proxy.proxyPort, ...options });
  for (const chunk of chunks) request.write(chunk);
  request.end();
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on("response", resolve).on("error", reject);
  });
  if (onData !== undefined) answer.on("data", onData);
  return text(answer);
}

async function until(socket: net.Socket, mark: string): Promise<string> {
  let seen = "";
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
    seen += String(bytes);
    if (seen.includes(mark)) break;
  }
  return seen;
}
