import { toUnicode } from "@domain-claims/crds/lazy-hostname";
import { expect, test } from "vitest";

import { proxyFromEnvironment } from "../src/kube/proxy.ts";
import { display } from "../src/output/display.ts";
import { age, parseDuration } from "../src/claims/duration.ts";
import { typedHost } from "../src/claims/host-input.ts";
import { keyValues, namespaceList } from "../src/cli/inputs.ts";

test.each([
  ["acme.org", "acme.org", undefined],
  ["ACME.org.", "acme.org", undefined],
  [" acme.org ", "acme.org", undefined],
  ["*.Acme.Org", "*.acme.org", undefined],
  ["Bücher.Example.", "xn--bcher-kva.example", 'reading "Bücher.Example." as xn--bcher-kva.example (bücher.example)'],
  [
    "https://marvin.acme.org/path?q=1",
    "marvin.acme.org",
    'reading "https://marvin.acme.org/path?q=1" as marvin.acme.org',
  ],
  ["HTTPS://user:pw@Acme.Org:8443", "acme.org", 'reading "HTTPS://user:pw@Acme.Org:8443" as acme.org'],
  ["//acme.org#top", "acme.org", 'reading "//acme.org#top" as acme.org'],
  ["acme.org:8443", "acme.org", 'reading "acme.org:8443" as acme.org'],
  ["acme.org/shop", "acme.org", 'reading "acme.org/shop" as acme.org'],
])("%s is understood as the host %s", async (typed, host, note) => {
  expect(await typedHost(typed)).toEqual({ host, note });
});

test.each(["acme", "http://", "192.168.1.1", "https://[::1]/", "a_b.acme.org", "", "www.*.org"])(
  "%s is no host, and the error says why",
  async (typed) => {
    await expect(typedHost(typed)).rejects.toThrow(/^"/);
  },
);

test.each([
  "acme.org",
  "*.acme.org",
  "xn--bcher-kva.example",
  "*.xn--bcher-kva.example",
  "xn--strae-oqa.de",
  "xn--mgbh0fb.xn--kgbechtv",
])("%s is shown with the same U-labels that the controller shows", async (host) => {
  const unicode = await toUnicode(host);
  expect(display(host)).toBe(unicode === host ? host : `${host} (${unicode})`);
});

test.each([
  ["30s", 30_000],
  ["1m30s", 90_000],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  ["0", 0],
  ["15", 15_000],
  ["abc", undefined],
  ["-1s", undefined],
  ["", undefined],
])("the duration %s is %s ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  [0, "0s"],
  [119, "119s"],
  [120, "2m"],
  [150, "2m30s"],
  [700, "11m"],
  [10_800, "3h"],
  [11_100, "3h5m"],
  [50_000, "13h"],
  [180_000, "2d2h"],
  [864_000, "10d"],
  [70_000_000, "2y80d"],
])("%s seconds are an AGE of %s, as kubectl prints it", (seconds, text) => {
  expect(age(seconds * 1000)).toBe(text);
});

test("lists of namespaces are split, sorted and checked", () => {
  expect(namespaceList(["b,a", "*", "a"])).toEqual(["*", "a", "b"]);
  expect(() => namespaceList(["Team"])).toThrow('"Team" is not the name of a namespace');
  expect(() => namespaceList(["a,,b"])).toThrow('"" is not the name of a namespace');
});

test("labels are pairs", () => {
  expect(keyValues("labels", ["a=b,c=d", "e=f=g"])).toEqual({ labels: { a: "b", c: "d", e: "f=g" } });
  expect(() => keyValues("labels", ["a"])).toThrow("write key=value");
});

const proxy = "http://proxy:3128";
test.each([
  ["https://api.example.com", { HTTPS_PROXY: proxy }, proxy],
  ["https://api.example.com", { https_proxy: "proxy:3128" }, proxy],
  ["http://api.example.com", { HTTPS_PROXY: proxy }, undefined],
  ["http://api.example.com", { HTTP_PROXY: proxy }, proxy],
  ["https://localhost:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://127.0.0.1:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://api.example.com", { HTTPS_PROXY: proxy, NO_PROXY: "example.com" }, undefined],
  ["https://example.com", { HTTPS_PROXY: proxy, NO_PROXY: ".example.com" }, proxy],
  ["https://api.example.com", { HTTPS_PROXY: proxy, NO_PROXY: "foo, .example.com" }, undefined],
  ["https://api.example.com:6443", { HTTPS_PROXY: proxy, NO_PROXY: "api.example.com:443" }, proxy],
  ["https://api.example.com:6443", { HTTPS_PROXY: proxy, NO_PROXY: "api.example.com:6443" }, undefined],
  ["https://10.1.2.3:6443", { HTTPS_PROXY: proxy, NO_PROXY: "10.0.0.0/8" }, undefined],
  ["https://11.1.2.3:6443", { HTTPS_PROXY: proxy, NO_PROXY: "10.0.0.0/8" }, proxy],
  ["https://api.example.com", { HTTPS_PROXY: proxy, NO_PROXY: "*" }, undefined],
])("%s with %o goes through %s", (server, env, expected) => {
  expect(proxyFromEnvironment(new URL(server), env)).toBe(expected);
});
