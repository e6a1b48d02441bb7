import * as http from "node:http";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectionsNeeded, kongClient } from "../../src/kong/client.ts";
import type { Kong } from "../../src/kong/client.ts";
import type { KongTransport } from "../../src/kong/calls.ts";
import { kongTransport } from "../../src/kong/transport.ts";
import { redirectRoute } from "../../src/plan/kong/redirect.ts";
import type { PlannedRedirect } from "../../src/plan/route.ts";
import { claim, settings } from "../support/builders.ts";
import { runningKong } from "./running-kong.ts";
import type { RunningKong } from "./running-kong.ts";

let running: RunningKong;
let transport: KongTransport;
let kong: Kong;
const written: { readonly collection: "routes" | "services"; readonly id: string }[] = [];

beforeAll(async () => {
  running = await runningKong();
  transport = kongTransport({ url: running.adminUrl, timeoutMs: 10_000, connections: connectionsNeeded({}) });
  kong = kongClient(transport, { tag: settings.kongTag });
  await redirected("kept.redirect.test", {});
  for (const statusCode of [301, 302, 307, 308] as const)
    await redirected(`s${String(statusCode)}.redirect.test`, { statusCode, scheme: "https" });
  await redirected("root.redirect.test", { keepPath: false });
  await redirected("*.any.redirect.test", {});
});

afterAll(async () => {
  for (const { collection, id } of written.reverse()) await kong.remove(collection, id);
  await transport.close();
  await running.stop();
});

/** Writes what a host's redirect is in Kong's terms. */
async function redirected(host: string, more: Partial<PlannedRedirect>): Promise<void> {
  const owner = { ...claim(`team/${host}`, host), redirect: { host: "new.test", statusCode: 308, keepPath: true } } as const; // prettier-ignore
  const to = "new.test" as Hostname;
  const redirect: PlannedRedirect = { ok: true, scheme: "http", to, statusCode: 308, keepPath: true, claim: owner, ...more }; // prettier-ignore
  const { plugin, route, service } = redirectRoute(settings, host as Host, redirect);
  await kong.create("services", service);
  written.push({ collection: "services", id: service.id });
  await kong.create("plugins", plugin);
  await kong.create("routes", route);
  written.push({ collection: "routes", id: route.id });
}

/** Sends one request, with the path as it stands. */
async function ask(
  host: string,
  path: string,
  method = "GET",
): Promise<{ readonly status: number; readonly location: string | undefined; readonly headers: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const sent = http.request(running.proxyUrl, { method, path, headers: { host }, agent: false });
    sent.once("error", reject).once("response", (answer) => {
      answer.resume();
      const { location } = answer.headers;
      resolve({ status: answer.statusCode ?? 0, location, headers: answer.rawHeaders });
    });
    sent.end();
  });
}

test.each([
  "/",
  "/a/b?x=1&y=2",
  "/?",
  "/a??b?",
  "/a//b///c/",
  "//evil.example/x",
  "/\\evil.example",
  "/@evil.example",
  "/.evil.example:8443/",
  "/a/../b/./c",
  "/..;/x",
  "/%C3%BC%2F%2f%20+%25",
  "/%0d%0aSet-Cookie:%20a=b",
  "/x?%0D%0ALocation:%20http://evil.example/",
  "/a?u=http://x.example/?a=b%26c#d",
  "/a#b?c",
  "/'\"<>{}|^`$()",
  `/${"long/".repeat(1500)}?${"q".repeat(500)}`,
])("what was asked for is kept byte for byte: %s", async (path) => {
  const { status, location, headers } = await ask("kept.redirect.test", path);
  expect({ status, location }).toEqual({ status: 308, location: `http://new.test${path}` });
  expect(headers.filter((name) => /^(set-cookie|location)$/i.test(name))).toEqual(["Location"]);
});

test.each(["kept.redirect.test", "root.redirect.test", "x.any.redirect.test"])(
  "a certificate authority that looks for the answer to a challenge of %s is sent to nobody",
  async (host) => {
    for (const target of ["", `http://${host}`].map((root) => `${root}/.well-known/acme-challenge/token`)) {
      expect(await ask(host, target)).toMatchObject({ status: 404, location: undefined });
    }
    expect(await ask(host, "/.well-known/other")).toMatchObject({ status: 308 });
  },
);

test("of a target in absolute form its path and query are kept, and never a part of its host", async () => {
  const location = async (target: string): Promise<unknown> => (await ask("kept.redirect.test", target)).location;
  expect(await location("http://kept.redirect.test/a?b")).toBe("http://new.test/a?b");
  expect(await location("http://kept.redirect.test?b@evil.example")).toBe("http://new.test/?b@evil.example");
});

test.each([301, 302, 307, 308])(
  "the status %i and the scheme are those that are asked for, whatever the method",
  async (status) => {
    for (const method of ["GET", "HEAD", "POST", "DELETE"])
    expect(await ask(`s${String(status)}.redirect.test`, "/x", method)).toMatchObject({ status, location: "https://new.test/x" }); // prettier-ignore
  },
);

test("without its path every request leads to the root", async () => {
  for (const path of ["/", "/a/b?c=d", "//evil.example"])
    expect(await ask("root.redirect.test", path)).toMatchObject({ status: 308, location: "http://new.test/" });
});

test("a port in the Host header is no part of where the redirect leads", async () => {
  expect(await ask("kept.redirect.test:8443", "/x")).toMatchObject({ status: 308, location: "http://new.test/x" });
  expect(await ask("a.any.redirect.test:8443", "/x")).toMatchObject({ status: 308, location: "http://new.test/x" });
});

test("H4: a wildcard is redirected for names of one label more, and for no others", async () => {
  expect(await ask("a.any.redirect.test", "/x?y")).toMatchObject({ status: 308, location: "http://new.test/x?y" });
  for (const host of ["any.redirect.test", "b.a.any.redirect.test", "A.any.redirect.test", "xany.redirect.test"])
    expect(await ask(host, "/"), host).toMatchObject({ status: 404, location: undefined });
});
