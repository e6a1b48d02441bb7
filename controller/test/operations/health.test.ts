import { afterEach, describe, expect, test } from "vitest";
import { request } from "undici";
import { startHealth } from "../../src/operations/health.ts";
import type { Check } from "../../src/operations/health.ts";
import type { Server } from "../../src/operations/http-server.ts";

const registry = { contentType: "text/plain; version=0.0.4; charset=utf-8", metrics: () => Promise.resolve("up 1\n") };
const open: Server[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function serving(checks: () => readonly Check[] = () => [], metrics = registry) {
  const health = await startHealth({ address: { host: "127.0.0.1", port: 0 }, checks, registry: metrics });
  open.push(health);
  return async (path: string, method: "GET" | "HEAD" | "POST" = "GET") => {
    const { statusCode, headers, body } = await request(`http://127.0.0.1:${health.port}${path}`, { method });
    return { status: statusCode, type: headers["content-type"], text: await body.text() };
  };
}

describe("the health server", () => {
  test("says that the process lives, whatever fails", async () => {
    const ask = await serving(() => [{ name: "kong", ok: false, detail: "away" }]);
    for (const path of ["/livez", "/healthz"]) expect(await ask(path)).toMatchObject({ status: 200, text: "ok\n" });
  });

  test("says what keeps the process from being ready, as it is at that moment", async () => {
    let ok = true;
    const ask = await serving(() => [
      { name: "kong", ok, detail: ok ? "" : "nothing listens at its address" },
      { name: "watch/Domain", ok: true, detail: "last heard of 3 s ago" },
    ]);
    expect(await ask("/readyz")).toMatchObject({ status: 200, text: "ok\n" });
    ok = false;
    expect(await ask("/readyz")).toMatchObject({
      status: 503,
      text: "[-]kong failed: nothing listens at its address\nreadyz check failed\n",
    });
    expect(await ask("/readyz?verbose")).toMatchObject({
      status: 503,
      text: "[-]kong failed: nothing listens at its address\n[+]watch/Domain ok: last heard of 3 s ago\nreadyz check failed\n",
    });
    ok = true;
    expect((await ask("/readyz?verbose=1")).text).toBe(
      "[+]kong ok\n[+]watch/Domain ok: last heard of 3 s ago\nreadyz check passed\n",
    );
  });

  test("shows what somebody should look at, and stays ready", async () => {
    const ask = await serving(() => [
      { name: "publish-service", ok: true, warns: true, detail: "there is no Service" },
    ]);
    expect(await ask("/readyz")).toMatchObject({ status: 200, text: "ok\n" });
    expect((await ask("/readyz?verbose")).text).toBe(
      "[!]publish-service warns: there is no Service\nreadyz check passed\n",
    );
  });

  test("serves the metrics", async () => {
    const ask = await serving();
    expect(await ask("/metrics")).toEqual({ status: 200, type: registry.contentType, text: "up 1\n" });
    expect(await ask("/metrics", "HEAD")).toMatchObject({ status: 200, text: "" });
  });

  test("answers 500 without details where the metrics or the checks fail", async () => {
    const broken = { ...registry, metrics: () => Promise.reject(new Error("secret")) };
    const ask = await serving(() => {
      throw new Error("secret");
    }, broken);
    for (const path of ["/metrics", "/readyz"]) {
      const reply = await ask(path);
      expect(reply.status).toBe(500);
      expect(reply.text).not.toContain("secret");
    }
  });

  test("knows nothing else", async () => {
    const ask = await serving();
    expect((await ask("/")).status).toBe(404);
    expect((await ask("/livez", "POST")).status).toBe(405);
  });

  test("says in a sentence that its address is taken", async () => {
    const first = await startHealth({ address: { host: "127.0.0.1", port: 0 }, checks: () => [], registry });
    open.push(first);
    const second = startHealth({ address: { host: "127.0.0.1", port: first.port }, checks: () => [], registry });
    await expect(second).rejects.toThrow(`health and metrics can't be served at 127.0.0.1:${first.port}`);
  });
});
