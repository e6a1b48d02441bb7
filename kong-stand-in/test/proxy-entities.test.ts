import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Received } from "../conformance/echo-upstream.ts";
import type { Plugin } from "../src/entities.ts";
import { selfSigned, type CertifiedKey } from "../src/proxy/default-certificate.ts";
import { certificateEntity, pluginEntity, sniEntity } from "./gateway-entities.ts";
import { headerOf, proxyBench, uuid, type ProxyBench } from "./proxy-bench.ts";

let bench: ProxyBench;

beforeAll(async () => {
  bench = await proxyBench();
});

afterAll(() => bench.close());

describe("plugins", () => {
  const guard = (id: string, given: Partial<Plugin>, status: number): Plugin =>
    pluginEntity({ id, name: "request-termination", config: { status_code: status, message: "stop" }, ...given });

  it("uses the route's plugin before the service's, and the service's where the route's is switched off", async () => {
    const { route, service } = bench.serve("plugged", { port: bench.echoPort });
    bench.store.put("plugins", guard(uuid(901), { service }, 418));
    bench.store.put("plugins", guard(uuid(902), { route }, 410));
    expect((await bench.ask({ host: "plugged.test" })).status).toBe(410);
    bench.store.put("plugins", guard(uuid(902), { route, enabled: false }, 410));
    expect((await bench.ask({ host: "plugged.test" })).status).toBe(418);
    bench.store.delete("plugins", uuid(901));
    expect((await bench.ask({ host: "plugged.test" })).status).toBe(200);
  });

  it("runs the Lua of pre-function, which reads the request, sets headers and answers", async () => {
    const { service } = bench.serve("lua", { port: bench.echoPort });
    const access = [
      `kong.response.set_header("X-Seen", kong.request.get_method() .. " " .. kong.request.get_path())
       kong.service.request.set_header("X-From-Lua", kong.request.get_header("x-in") or "none")`,
      `pcall(function()
         if kong.request.get_query_arg("deny") then
           return kong.response.exit(403, { message = "denied", list = { 1, 2 } }, { ["X-Why"] = "deny" })
         end
       end)`,
    ];
    bench.store.put("plugins", pluginEntity({ id: uuid(903), name: "pre-function", service, config: { access } }));
    const passed = await bench.ask({ host: "lua.test", path: "/a%20b", headers: [["X-In", "in"]] });
    expect(passed.headers).toContainEqual(["X-Seen", "GET /a b"]);
    expect(headerOf(JSON.parse(passed.body) as Received, "x-from-lua")).toBe("in");
    const denied = await bench.ask({ host: "lua.test", path: "/?deny=1" });
    expect([denied.status, JSON.parse(denied.body)]).toEqual([403, { message: "denied", list: [1, 2] }]);
    expect(denied.headers).toContainEqual(["X-Why", "deny"]);
  });

  it("lets a function of pre-function set where the request goes, and with which Host header", async () => {
    const { service } = bench.serve("target", { host: "nowhere.invalid.", port: 1 }, { preserve_host: true });
    const target = `kong.service.set_target("127.0.0.1", ${String(bench.echoPort)})`;
    const hostSeen = async (code: string): Promise<string | undefined> => {
      const config = { access: [code] };
      bench.store.put("plugins", pluginEntity({ id: uuid(905), name: "pre-function", service, config }));
      const answer = await bench.ask({ host: "target.test" });
      return answer.status === 200 ? headerOf(JSON.parse(answer.body) as Received, "host") : String(answer.status);
    };
    expect(await hostSeen("return")).toBe("503");
    expect(await hostSeen(target)).toBe("127.0.0.1");
    expect(await hostSeen(`${target} kong.service.request.set_header("host", "own.test")`)).toBe("own.test");
    expect(await hostSeen(`kong.service.set_target("127.0.0.1", "80")`)).toBe("500");
  });

  it("takes over a changed function, and answers 500 where it fails", async () => {
    const { service } = bench.serve("change", { port: bench.echoPort });
    const withCode = (code: string): void =>
      bench.store.put(
        "plugins",
        pluginEntity({ id: uuid(904), name: "pre-function", service, config: { access: [code] } }),
      );
    withCode("return kong.response.exit(401)");
    expect((await bench.ask({ host: "change.test" })).status).toBe(401);
    withCode("error('no')");
    expect((await bench.ask({ host: "change.test" })).body).toBe('{"message":"An unexpected error occurred"}');
    withCode("return os.execute('true')");
    expect((await bench.ask({ host: "change.test" })).status).toBe(500);
  });
});

describe("certificates", () => {
  it("serves a changed certificate and a moved server name at once", async () => {
    const put = (number: number, pair: CertifiedKey): void =>
      bench.store.put("certificates", certificateEntity({ id: uuid(number), ...pair }));
    const issue = (): Promise<CertifiedKey> => selfSigned("CN=tls.test");
    const [first, second, third] = [await issue(), await issue(), await issue()];
    const served = async (): Promise<string> =>
      digest((await bench.ask({ host: "tls.test", scheme: "https", sni: "tls.test" })).certificate!);
    const builtIn = await served();
    put(801, first);
    bench.store.put("snis", sniEntity({ id: uuid(811), name: "tls.test", certificate: { id: uuid(801) } }));
    expect(await served()).toBe(digestOf(first.cert));
    put(801, second);
    expect(await served()).toBe(digestOf(second.cert));
    put(802, third);
    bench.store.put("snis", sniEntity({ id: uuid(811), name: "tls.test", certificate: { id: uuid(802) } }));
    expect(await served()).toBe(digestOf(third.cert));
    bench.store.delete("snis", uuid(811));
    expect(await served()).toBe(builtIn);
  });
});

function digest(der: Buffer): string {
  return createHash("sha256").update(der).digest("hex");
}

function digestOf(pem: string): string {
  return digest(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64"));
}
