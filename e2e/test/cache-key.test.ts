import { describe, expect, test } from "vitest";
import { cacheKey, sameSources } from "../support/go/cache-key.ts";

const input = {
  files: { "go.mod": "module a", "go.sum": "b", "main.go": "package main" },
  flags: ["-trimpath"],
  goVersion: "go1.26.8",
  platform: "linux-amd64",
};

describe("the cache's key", () => {
  test("names Go's version and the platform after a hash", () => {
    expect(cacheKey(input)).toMatch(/^[0-9a-f]{16}-go1\.26\.8-linux-amd64$/);
  });

  test("does not depend on the order in which the files are given", () => {
    const { "go.mod": mod, ...rest } = input.files;
    expect(cacheKey({ ...input, files: { ...rest, "go.mod": mod } })).toBe(cacheKey(input));
  });

  test.each([
    ["a module's version changes", { files: { ...input.files, "go.mod": "module b" } }],
    ["a checksum changes", { files: { ...input.files, "go.sum": "c" } }],
    ["the program changes", { files: { ...input.files, "main.go": "package main // new" } }],
    ["text moves from one file to another", { files: { ...input.files, "go.mod": "module ab", "go.sum": "" } }],
    ["a flag changes", { flags: [] }],
    ["Go changes", { goVersion: "go1.26.9" }],
    ["the platform changes", { platform: "linux-arm64" }],
  ])("is another one when %s", (_, change) => {
    expect(cacheKey({ ...input, ...change })).not.toBe(cacheKey(input));
  });

  test("shows whether a build is of the same sources, whatever Go built it", () => {
    expect(sameSources(cacheKey({ ...input, goVersion: "go1.24.1" }), input)).toBe(true);
    expect(sameSources(cacheKey({ ...input, platform: "linux-arm64" }), input)).toBe(false);
    expect(sameSources(cacheKey({ ...input, flags: [] }), input)).toBe(false);
    expect(sameSources(`${cacheKey(input)}.123.unfinished`, input)).toBe(false);
  });
});
