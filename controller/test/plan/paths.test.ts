import { describe, expect, test } from "vitest";
import { kongPath, normalizePath } from "../../src/plan/paths.ts";
import { path } from "../support/builders.ts";

type Row = readonly [text: string, exactHost: readonly string[], wildcardHost: readonly string[]];

describe("a path means in Kong what its type means in Kubernetes", () => {
  const prefix: readonly Row[] = [
    ["/", ["/"], ["~/"]],
    ["", ["/"], ["~/"]],
    ["/foo", ["/foo/", "~/foo$"], ["~/foo(?:/|$)"]],
    ["/foo/", ["/foo/", "~/foo$"], ["~/foo(?:/|$)"]],
    ["/a/b", ["/a/b/", "~/a/b$"], ["~/a/b(?:/|$)"]],
    ["/v1.0", ["/v1.0/", "~/v1\\.0$"], ["~/v1\\.0(?:/|$)"]],
    ["/caf%C3%A9", ["/café/", "~/café$"], ["~/café(?:/|$)"]],
    ["/a%2fb", ["/a%2Fb/", "~/a%2Fb$"], ["~/a%2Fb(?:/|$)"]],
  ];
  test.each(prefix)("Prefix %j matches element by element", (text, exactHost, wildcardHost) => {
    expect(kongPath(path(text))).toMatchObject({ ok: true, path: { exactHost, wildcardHost } });
  });

  const exact: readonly Row[] = [
    ["/", ["~/$"], ["~/$"]],
    ["/foo", ["~/foo$"], ["~/foo$"]],
    ["/foo/", ["~/foo/$"], ["~/foo/$"]],
    ["/a+b", ["~/a\\+b$"], ["~/a\\+b$"]],
  ];
  test.each(exact)("Exact %j matches itself", (text, exactHost, wildcardHost) => {
    expect(kongPath(path(text, { pathType: "Exact" }))).toMatchObject({ ok: true, path: { exactHost, wildcardHost } });
  });

  const own: readonly Row[] = [
    ["/foo", ["/foo"], ["~/foo"]],
    ["/~/v[0-9]+", ["~/v[0-9]+"], ["~/v[0-9]+"]],
    ["/~/api/(?<id>\\d+)$", ["~/api/(?<id>\\d+)$"], ["~/api/(?<id>\\d+)$"]],
  ];
  test.each(own)("ImplementationSpecific %j is Kong's own", (text, exactHost, wildcardHost) => {
    const translated = kongPath(path(text, { pathType: "ImplementationSpecific" }));
    expect(translated).toMatchObject({ ok: true, path: { exactHost, wildcardHost } });
  });

  test("a Prefix leaves its own path to an Exact of the same text", () => {
    const translated = kongPath(path("/foo"), new Set(["Exact /foo"]));
    expect(translated).toMatchObject({ ok: true, path: { exactHost: ["/foo/"], wildcardHost: ["~/foo/"] } });
  });

  test("an Exact ranks above a plain prefix of the same text", () => {
    const rank = (pathType: "Exact" | "ImplementationSpecific"): number => {
      const translated = kongPath(path("/foo", { pathType }));
      return translated.ok ? translated.path.rank : Number.NaN;
    };
    expect(rank("Exact")).toBeGreaterThan(rank("ImplementationSpecific"));
  });

  test.each([
    ["foo", "a path begins with a slash"],
    ["/a//b", "a path has no empty segments (//)"],
    ["/a%2", "a percent sign is followed by two hexadecimal digits"],
    ["/a%zz", "a percent sign is followed by two hexadecimal digits"],
    ["/a%FF", "its percent-encoded bytes are not UTF-8"],
  ])("%j is refused with a sentence", (text, message) => {
    expect(kongPath(path(text))).toEqual({ ok: false, message });
  });

  test("a regular expression that does not begin with a slash is refused", () => {
    const translated = kongPath(path("/~v[0-9]", { pathType: "ImplementationSpecific" }));
    expect(translated).toMatchObject({ ok: false, message: expect.stringContaining("begin with a slash") as string });
  });
});

// The normal forms that a real Kong asks for (its error "non-normalized path, consider use ...").
test.each([
  ["/%61bc", "/abc"],
  ["/%C3%BC", "/ü"],
  ["/a%20b", "/a b"],
  ["/a%2Fb", "/a%2Fb"],
  ["/a%2fb", "/a%2Fb"],
  ["/a/..", "/"],
  ["/a/../b", "/b"],
  ["/a/./b", "/a/b"],
  ["/../a", "/a"],
  ["/a/.", "/a/"],
  ["/!$&'()*+,;=:@", "/!$&'()*+,;=:@"],
])("the normal form of %j is %j", (text, normal) => {
  expect(normalizePath(text)).toEqual({ ok: true, path: normal });
});
