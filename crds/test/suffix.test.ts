import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseHostname } from "../src/hostname.ts";
import type { Hostname } from "../src/hostname.ts";
import { isPublicSuffix, registrableDomain, suffixListDate } from "../src/suffix.ts";

const registrable = (text: string): string | undefined => {
  const parsed = parseHostname(text);
  return parsed.ok ? registrableDomain(parsed.hostname) : undefined;
};

const canonical = (text: string): string => {
  const parsed = parseHostname(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.hostname;
};

const vectors = readFileSync(new URL("public-suffix-vectors.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("//"))
  .map((line) => line.split(" ") as [string, string]);

describe("the public suffix list's own vectors", () => {
  test.each(vectors)("%s is registered as %s", (text, expected) => {
    expect(registrable(text)).toBe(expected === "null" ? undefined : canonical(expected));
  });
});

describe("who may hold a name", () => {
  test.each([
    ["co.uk", true, "an ICANN suffix"],
    ["github.io", true, "a suffix of the private section"],
    ["me.github.io", false, "a name below a private suffix"],
    ["kobe.jp", true, "the bare base of a wildcard rule"],
    ["compute.amazonaws.com", true, "the bare base of a private wildcard rule"],
    ["lovable.app", true, "a suffix that only the fresher list has"],
    ["up.railway.app", true, "a suffix that only the fresher list has"],
    ["acme.org", false, "an ordinary domain"],
    ["acme.internal", false, "a name in a top-level domain that no list has"],
    ["acme.local", false, "a name that never leaves a local network"],
    ["xn--55qx5d.cn", true, "a suffix with U-labels in the list"],
  ])("%s: public suffix %s, as %s", (name, expected) => {
    expect(isPublicSuffix(name as Hostname)).toBe(expected);
  });

  test("a suffix that an administrator allows is none, and its neighbours still are", () => {
    expect(isPublicSuffix("github.io" as Hostname, ["github.io"])).toBe(false);
    expect(isPublicSuffix("gitlab.io" as Hostname, ["github.io"])).toBe(true);
  });
});

describe("properties of suffixes", () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const suffix = fc.constantFrom(
    "org",
    "co.uk",
    "github.io",
    "kobe.jp",
    "ck",
    "compute.amazonaws.com",
    "no-such-tld",
    "xn--fiqs8s",
  );
  const name = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), suffix)
    .map(([labels, tail]) => [...labels, tail].join(".") as Hostname);

  test("more labels in front never make the registrable domain shorter", () => {
    fc.assert(
      fc.property(name, label, (host, more) => {
        const above = registrableDomain(host);
        const below = registrableDomain(`${more}.${host}` as Hostname);
        if (above === undefined) return;
        expect(below === undefined || below.endsWith(above)).toBe(true);
      }),
    );
  });

  test("the registrable domain of a registrable domain is itself", () => {
    fc.assert(
      fc.property(name, (host) => {
        const domain = registrableDomain(host);
        if (domain !== undefined) expect(registrableDomain(domain)).toBe(domain);
      }),
    );
  });
});

test("the date of the list is that of the version of tldts that is installed", () => {
  const { version } = createRequire(import.meta.url)("tldts/package.json") as { version: string };
  expect({ version, suffixListDate }).toEqual({ version: "7.5.4", suffixListDate: "2026-11-15" });
});
