import { expect, test } from "vitest";
import { normalizePath, pathMatch } from "../../src/translate/path.ts";
import type { PathMatch } from "../../src/world/source.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

type Row = readonly [kind: PathMatch["kind"], text: string, path: string];

test.each<Row>([
  ["prefix", "/", "/"],
  ["prefix", "/foo", "/foo"],
  ["prefix", "/foo/", "/foo"],
  ["prefix", "/caf%C3%A9", "/café"],
  ["prefix", "/a%2fb", "/a%2Fb"],
  ["prefix", "/~marvin", "/~marvin"],
  ["exact", "/foo", "/foo"],
  ["exact", "/foo/", "/foo/"],
  ["exact", "/a+b", "/a+b"],
  ["start", "/foo", "/foo"],
  ["start", "/foo/", "/foo/"],
  ["regex", "/v[0-9]+", "/v[0-9]+"],
  ["regex", "/api/(?<id>\\d+)$", "/api/(?<id>\\d+)$"],
  ["regex", "/[\\1(?=)]", "/[\\1(?=)]"],
])("the %s %j means %j", (kind, text, path) => {
  expect(pathMatch(kind, text)).toEqual({ ok: true, match: { kind, path } });
});

test.each<Row>([
  ["prefix", "foo", "a path begins with a slash"],
  ["prefix", "/a//b", "a path has no empty segments (//)"],
  ["prefix", "/a%2", "a percent sign is followed by two hexadecimal digits"],
  ["prefix", "/a%zz", "a percent sign is followed by two hexadecimal digits"],
  ["prefix", "/a%FF", "its percent-encoded bytes are not UTF-8"],
  ["prefix", "/a%C3%21", "its percent-encoded bytes are not UTF-8"],
  ["exact", "/a%00", "a path has no null character (%00)"],
  ["start", "/a?b=c", "a path ends before ? and #, so no request has it"],
  ["prefix", "/a#b", "a path ends before ? and #, so no request has it"],
  [
    "prefix",
    "/gke/*",
    "an asterisk in a path stands for itself; pathType Prefix with the path /gke matches everything below it",
  ],
  [
    "start",
    "/*",
    "an asterisk in a path stands for itself; pathType Prefix with the path / matches everything below it",
  ],
  ["prefix", "/~/v[0-9]+", "a regular expression (/~) needs pathType ImplementationSpecific"],
  ["exact", "/~/v1$", "a regular expression (/~) needs pathType ImplementationSpecific"],
  ["regex", "v[0-9]", "the regular expression after /~ has to begin with a slash, as in /~/v[0-9]+"],
  ["regex", "/(?=a)", "Kong's regular expressions know no look-around"],
  ["regex", "/a(?<!b)", "Kong's regular expressions know no look-around"],
  ["regex", "/(a)\\1", "Kong's regular expressions know no back-references"],
  ["regex", `/${"a".repeat(256)}`, "a regular expression has at most 256 bytes"],
  [
    "regex",
    "/\\w{100}",
    "Kong would need megabytes for this regular expression: repeat less, and write [0-9A-Za-z_] for \\w and [0-9] for \\d",
  ],
  [
    "regex",
    "/.*a.{18}",
    "a request may be matched with this regular expression for too long: let a letter that * or + can't take follow it, as in [^/]+/, put alternatives into parentheses, write (?:) where nothing is to be captured, do without \\b, or repeat less",
  ],
])("the %s %j is refused with a sentence: %s", (kind, text, message) => {
  expect(pathMatch(kind, text)).toEqual({ ok: false, message });
});

test("reading a path is linear in its length, whatever stands in it", { tags: "long" }, () => {
  for (const part of ["/a", "%2F", "/..", "%C3%A9", "%C3%21", "/%2e", "/~("]) {
    const text = `/${part.repeat(200_000)}`;
    const took = cpuMilliseconds(() => {
      pathMatch("prefix", text);
      pathMatch("regex", text);
    });
    expect(took, part).toBeLessThan(2_000);
  }
});

test("X2: a path of broken escapes costs no more than some of others", () => {
  const cost = (part: string): number =>
    cpuMilliseconds(() => {
      for (let i = 0; i < 50; i++) pathMatch("prefix", `/${part.repeat(340)}`);
    });
  expect(cost("%C3%21")).toBeLessThan(8 * cost("%C3%A9"));
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
