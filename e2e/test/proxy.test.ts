import { createHash } from "node:crypto";
import * as http from "node:http";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { echoUpstream, type EchoUpstream, type Received } from "../support/conformance/echo-upstream.ts";
import { rawRequest, type RawAnswer, type RawRequest } from "../support/conformance/raw-client.ts";
import type { Plugin, Route, Service } from "../support/gateway/entities.ts";
import { startProxy, type Proxy } from "../support/gateway/proxy/index.ts";
import { Store } from "../support/gateway/store.ts";
import { certificateAuthority } from "../support/pki.ts";
import { certificateEntity, pluginEntity, routeEntity, serviceEntity, sniEntity } from "./gateway-entities.ts";

const store = new Store();
let echo: EchoUpstream;
let odd: http.Server;
let proxy: Proxy;

beforeAll(async () => {
  echo = await echoUpstream(0);
  odd = oddUpstream();
  await new Promise<void>((listening) => odd.listen(0, "127.0.0.1", listening));
  proxy = await startProxy({ store, allowDebugHeader: true });
  serve("echo", { port: echo.port });
  serve("odd", { port: portOf(odd), read_timeout: 300 });
});

afterAll(async () => {
  await proxy.close();
  await echo.close();
  odd.closeAllConnections();
  odd.close();
});

describe("bodies", () => {
  it("passes a body with its length", async () => {
    expect(await received({ host: "echo.test", method: "POST", body: "hello" })).toMatchObject({ method: "POST", body: 5 });
  });

  it("turns a chunked body into one with a length, unless the route does without request buffering", async () => {
    const chunked = { method: "POST", headers: { host: "echo.test", "transfer-encoding": "chunked" } };
    const buffered = JSON.parse(await fetched(chunked, ["ab", "cd"])) as Received;
    expect(headerOf(buffered, "content-length")).toBe("4");
    serve("stream", { port: echo.port }, { request_buffering: false });
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
      const request = http.get({ ...options, host: "127.0.0.1", port: proxy.proxyPort }, (answer) => {
        answer.resume().on("end", () => resolve(request.reusedSocket));
      });
    });
    agent.destroy();
    expect(sockets).toBe(true);
  });

  it("passes a WebSocket through, and closes it from both ends", async () => {
    const socket = net.connect(proxy.proxyPort, "127.0.0.1");
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
    const answer = await ask({ host: "echo.test", headers });
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
    serve("dead", { port: 1 });
    const answer = await ask({ host: `${name}.test`, path });
    expect([answer.status, answer.body.split("\n")[0]]).toEqual([status, message]);
    expect(answer.headers.map(([header]) => header)).toContain("X-Kong-Upstream-Latency");
  });

  it("tells of a host that has no address", async () => {
    const own = await startProxy({ store, resolve: () => Promise.resolve(undefined) });
    const answer = await rawRequest({ host: "127.0.0.1", ...own }, { host: "echo.test" });
    await own.close();
    expect([answer.status, answer.body]).toEqual([503, expect.stringContaining("name resolution failed")]);
  });

  it("cuts the client's connection when the upstream breaks off within an answer", async () => {
    await expect(fetched({ path: "/half", headers: { host: "odd.test" } }, [])).rejects.toThrow();
  });
});

describe("plugins", () => {
  const guard = (id: string, given: Partial<Plugin>, status: number): Plugin =>
    pluginEntity({ id, name: "request-termination", config: { status_code: status, message: "stop" }, ...given });

  it("uses the route's plugin before the service's, and the service's where the route's is switched off", async () => {
    const { route, service } = serve("plugged", { port: echo.port });
    store.put("plugins", guard(id(901), { service }, 418));
    store.put("plugins", guard(id(902), { route }, 410));
    expect((await ask({ host: "plugged.test" })).status).toBe(410);
    store.put("plugins", guard(id(902), { route, enabled: false }, 410));
    expect((await ask({ host: "plugged.test" })).status).toBe(418);
    store.delete("plugins", id(901));
    expect((await ask({ host: "plugged.test" })).status).toBe(200);
  });

  it("runs the Lua of pre-function, which reads the request, sets headers and answers", async () => {
    const { service } = serve("lua", { port: echo.port });
    const access = [
      `kong.response.set_header("X-Seen", kong.request.get_method() .. " " .. kong.request.get_path())
       kong.service.request.set_header("X-From-Lua", kong.request.get_header("x-in") or "none")`,
      `pcall(function()
         if kong.request.get_query_arg("deny") then
           return kong.response.exit(403, { message = "denied", list = { 1, 2 } }, { ["X-Why"] = "deny" })
         end
       end)`,
    ];
    store.put("plugins", pluginEntity({ id: id(903), name: "pre-function", service, config: { access } }));
    const passed = await ask({ host: "lua.test", path: "/a%20b", headers: [["X-In", "in"]] });
    expect(passed.headers).toContainEqual(["X-Seen", "GET /a b"]);
    expect(headerOf(JSON.parse(passed.body) as Received, "x-from-lua")).toBe("in");
    const denied = await ask({ host: "lua.test", path: "/?deny=1" });
    expect([denied.status, JSON.parse(denied.body)]).toEqual([403, { message: "denied", list: [1, 2] }]);
    expect(denied.headers).toContainEqual(["X-Why", "deny"]);
  });

  it("takes over a changed function, and answers 500 where it fails", async () => {
    const { service } = serve("change", { port: echo.port });
    const withCode = (code: string): void =>
      store.put("plugins", pluginEntity({ id: id(904), name: "pre-function", service, config: { access: [code] } }));
    withCode("return kong.response.exit(401)");
    expect((await ask({ host: "change.test" })).status).toBe(401);
    withCode("error('no')");
    expect((await ask({ host: "change.test" })).body).toBe('{"message":"An unexpected error occurred"}');
    withCode("return os.execute('true')");
    expect((await ask({ host: "change.test" })).status).toBe(500);
  });
});

describe("certificates", () => {
  it("serves a changed certificate and a moved server name at once", async () => {
    const authority = certificateAuthority("test");
    const issue = (): { certificate: string; key: string } =>
      authority.issue({ commonName: "tls.test", hosts: ["tls.test"], use: "server" });
    const put = (number: number, { certificate, key }: { certificate: string; key: string }): void =>
      store.put("certificates", certificateEntity({ id: id(number), cert: certificate, key }));
    const [first, second, third] = [issue(), issue(), issue()];
    const served = async (): Promise<string> =>
      digest((await ask({ host: "tls.test", scheme: "https", sni: "tls.test" })).certificate!);
    const builtIn = await served();
    put(801, first);
    store.put("snis", sniEntity({ id: id(811), name: "tls.test", certificate: { id: id(801) } }));
    expect(await served()).toBe(digestOf(first.certificate));
    put(801, second);
    expect(await served()).toBe(digestOf(second.certificate));
    put(802, third);
    store.put("snis", sniEntity({ id: id(811), name: "tls.test", certificate: { id: id(802) } }));
    expect(await served()).toBe(digestOf(third.certificate));
    store.delete("snis", id(811));
    expect(await served()).toBe(builtIn);
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
    const answer = await ask(request);
    expect([answer.status, answer.body]).toEqual([400, expect.stringMatching(/^Bad request\nrequest_id: [0-9a-f]{32}\n$/)]);
  });

  it("is refused with 414 or 400 where a line is longer than 8 KiB", async () => {
    expect((await ask({ host: "echo.test", path: `/${"a".repeat(8200)}` })).status).toBe(414);
    expect((await ask({ host: "echo.test", headers: [["X-Long", "a".repeat(8200)]] })).status).toBe(400);
  });
});

let last = 100;

/** Serves `<name>.test` by a service of its own. */
function serve(
  name: string,
  service: Partial<Service>,
  route: Partial<Route> = {},
): { readonly route: { id: string }; readonly service: { id: string } } {
  const entity = serviceEntity({ id: id(last++), name, ...service });
  const made = routeEntity({ id: id(last++), name, hosts: [`${name}.test`], service: { id: entity.id }, ...route });
  store.put("services", entity);
  store.put("routes", made);
  return { route: { id: made.id }, service: { id: entity.id } };
}

function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

function ask(request: RawRequest): Promise<RawAnswer> {
  return rawRequest({ host: "127.0.0.1", proxyPort: proxy.proxyPort, tlsPort: proxy.tlsPort }, request);
}

async function received(request: RawRequest): Promise<Received> {
  return JSON.parse((await ask(request)).body) as Received;
}

function headerOf({ headers }: Received, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

/** The body that Node's own client gets, which is called back for each part. */
async function fetched(options: http.RequestOptions, chunks: readonly string[], onData?: () => void): Promise<string> {
  const request = http.request({ host: "127.0.0.1", port: proxy.proxyPort, ...options });
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

function digest(der: Buffer): string {
  return createHash("sha256").update(der).digest("hex");
}

function digestOf(pem: string): string {
  return digest(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64"));
}

function portOf(server: http.Server): number {
  return (server.address() as AddressInfo).port;
}

/** An upstream that misbehaves by path, and turns what it gets over a WebSocket around. */
function oddUpstream(): http.Server {
  const server = http.createServer((request, response) => {
    switch (request.url) {
      case "/cut":
        return void request.socket.destroy();
      case "/garbage":
        return void request.socket.end("this is no HTTP\r\n\r\n");
      case "/never":
        return undefined;
      case "/half":
        response.writeHead(200, { "Content-Length": 100 }).write("half", () => request.socket.destroy());
        return undefined;
      default:
        return void drip(response);
    }
  });
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.on("data", (bytes: Buffer) => socket.write(bytes.reverse()));
    socket.on("end", () => socket.end());
  });
  return server;
}

async function drip(response: http.ServerResponse): Promise<void> {
  for (const part of ["one", "two", "three"]) {
    response.write(part);
    await pause(80);
  }
  response.end();
}
