import { describe, expect, test } from "vitest";
import { exactHostPaths, wildcardHostPaths } from "../../src/plan/kong/paths.ts";
import type { PathMatch } from "../../src/world/source.ts";

type Row = readonly [
  kind: PathMatch["kind"],
  path: string,
  exactHost: readonly string[],
  wildcardHost: readonly string[],
];

describe("a match in Kong's terms", () => {
  test.each<Row>([
    ["prefix", "/", ["/"], ["~/"]],
    ["prefix", "/foo", ["/foo/", "~/foo$"], ["~/foo(?:/|$)"]],
    ["prefix", "/v1.0", ["/v1.0/", "~/v1\\.0$"], ["~/v1\\.0(?:/|$)"]],
    ["prefix", "/a%2Fb", ["/a%2Fb/", "~/a%2Fb$"], ["~/a%2Fb(?:/|$)"]],
    ["exact", "/", ["~/$"], ["~/$"]],
    ["exact", "/foo/", ["~/foo/$"], ["~/foo/$"]],
    ["exact", "/a+b", ["~/a\\+b$"], ["~/a\\+b$"]],
    ["start", "/foo", ["/foo"], ["~/foo"]],
    ["regex", "/v[0-9]+", ["~/v[0-9]+"], ["~/v[0-9]+"]],
  ])("%s %j", (kind, path, exactHost, wildcardHost) => {
    expect(exactHostPaths({ kind, path }, false)).toEqual(exactHost);
    expect(wildcardHostPaths({ kind, path }, false).paths).toEqual(wildcardHost);
  });

  test("a prefix leaves its own path to an exact match of the same text", () => {
    const prefix = { kind: "prefix", path: "/foo" } as const;
    expect(exactHostPaths(prefix, true)).toEqual(["/foo/"]);
    expect(wildcardHostPaths(prefix, true).paths).toEqual(["~/foo/"]);
  });

  test("an exact match ranks above whatever begins with the same text", () => {
    const rank = (kind: PathMatch["kind"]): number => wildcardHostPaths({ kind, path: "/foo" }, false).rank;
    expect(rank("exact")).toBeGreaterThan(rank("start"));
  });
});
