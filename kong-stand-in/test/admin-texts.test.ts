import { describe, expect, test } from "vitest";

import { bytesOf, textOf } from "../src/admin/bytes.ts";
import { routerFault } from "../src/admin/entities/router-check.ts";
import { parseJson } from "../src/admin/http/json.ts";
import { argumentsOf } from "../src/admin/http/query.ts";
import { luaTable } from "../src/admin/lua-print.ts";
import { addressOf } from "../src/admin/schema/address.ts";
import { normalized, routePathFault } from "../src/admin/schema/path.ts";

describe("a path's normal form", () => {
  test.each([
    ["/a/./b", "/a/b"],
    ["/a/../../b", "/b"],
    ["/a/..", "/"],
    ["/%2e%2e/x", "/x"],
    ["/a%2fb", "/a%2Fb"],
    ["/%61%C3%BC", "/aü"],
    ["/a//b", "/a/b"],
    ["/a//b.", "/a/b."],
  ])("of %s is %s", (path, normal) => {
    expect(normalized(path)).toBe(normal);
  });
});

describe("a route's path that is a regular expression", () => {
  test.each(["/a\\d+$", "/(?<x>a)", "/a++", "/[[:alpha:]]", "/a{2}", "/(?i)a"])("is taken: %s", (regex) => {
    expect(routePathFault(`~${regex}`)).toBeUndefined();
    expect(routerFault({ paths: [`~${regex}`] })).toBeUndefined();
  });

  test.each(["/a(", "/a)", "/a[b", "/a[z-a]", "/a{3,2}", "/a\\y", "/a\\"])(
    "is refused as no regular expression at all: %s",
    (regex) => {
      expect(routePathFault(`~${regex}`)).toContain("PCRE returned");
    },
  );

  test.each(["/a(?=b)", "/(?<!a)b", "/(a)\\1", "/(?>a)"])("is refused by the router alone: %s", (regex) => {
    expect(routePathFault(`~${regex}`)).toBeUndefined();
    expect(routerFault({ paths: [`~${regex}`] })).toContain("Router Expression failed validation: regex parse error");
  });
});

describe("a host text", () => {
  test.each([
    ["a.example", { kind: "name", port: undefined }],
    ["a.example:80", { kind: "name", port: 80 }],
    ["1.2.3.4:80", { kind: "ipv4", port: 80 }],
    ["::1", { kind: "ipv6", port: undefined }],
    ["[::1]:80", { kind: "ipv6", port: 80 }],
    ["1.2.3", { error: "invalid ipv4 address: 1.2.3" }],
    ["a:70000", { error: "invalid port number" }],
    ["a-.b", { error: "invalid hostname: a-.b" }],
    ["1:2:3", { error: "invalid ipv6 address: 1:2:3" }],
  ])("%s is read as Kong reads it", (text, address) => {
    expect(addressOf(text)).toEqual(address);
  });
});

describe("the arguments of a query", () => {
  test.each([
    ["a=1&a=2&b", { a: ["1", "2"], b: true }],
    ["&&=x&a=%C3%BC+b%zz", { a: "ü b%zz" }],
    ["constructor=x", { constructor: "x" }],
  ])("%s are texts", (text, entity) => {
    expect(argumentsOf(text)).toEqual(entity);
  });

  test("are a thousand at most", () => {
    expect(argumentsOf("a&".repeat(1000))).toBeDefined();
    expect(argumentsOf("a&".repeat(1001))).toBeUndefined();
  });
});

describe("JSON", () => {
  test.each([
    ['{"a":"x\ny"}', { a: "x\ny" }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"a":"\\ud83d\\ude00"}', { a: "😀" }],
    ['{"a":"\\\\ud800"}', { a: "\\ud800" }],
    ['{"a":"\\ud800"}', undefined],
    ['{"a":1,}', undefined],
    ["", undefined],
  ])("%j is read as Kong's library reads it", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});

test("a table is printed in Lua's notation, on one line or indented", () => {
  expect(luaTable({ name: "x", id: null, "@entity": [1] })).toBe('{["@entity"]={1},id="userdata: NULL",name="x"}');
  expect(luaTable({ access: ["a"] }, "  ")).toBe('{\n  access = {\n    "a"\n  }\n}');
});

test("bytes that are no UTF-8 survive the way through text", () => {
  const bytes = Buffer.from([0x61, 0xff, 0xc3, 0xbc, 0xc3, 0xf0, 0x9f, 0x98, 0x80]);
  expect(bytesOf(textOf(bytes))).toEqual(bytes);
  expect(textOf(bytes)).toContain("ü");
});
