import { describe, expect, test } from "vitest";
import { claimHost } from "../src/claim-host.ts";
import { hostOf, kindOf } from "../src/domain.ts";

const long = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(57)].join("."); // 249 bytes

describe("the host of a spec", () => {
  test.each([
    [{ primary: "acme.org" }, "acme.org", "primary", false],
    [{ primary: "acme.org", sub: "marvin" }, "marvin.acme.org", "shared", false],
    [{ primary: "acme.org", sub: "*" }, "*.acme.org", "shared", true],
    [{ primary: long, sub: "eee" }, `eee.${long}`, "shared", false],
  ])("%j is for %s, a %s claim", (spec, host, kind, wildcard) => {
    expect(claimHost(spec)).toEqual({ ok: true, host, primary: spec.primary, wildcard });
    expect(hostOf(spec)).toBe(host);
    expect(kindOf(spec)).toBe(kind);
  });

  test.each([
    [{ primary: "ACME.org" }, "spec.primary", "NotCanonical"],
    [{ primary: "xn--a.org" }, "spec.primary", "InvalidIdna"],
    [{ primary: "*.acme.org" }, "spec.primary", "Wildcard"],
    [{ primary: "acme.org", sub: "a.b" }, "spec.sub", "SeveralLabels"],
    [{ primary: "acme.org", sub: "" }, "spec.sub", "Empty"],
    [{ primary: long, sub: "eeee" }, "spec.sub", "TooLong"],
    [{ primary: long, sub: "*" }, "spec.sub", "TooLong"],
    [{ primary: "xn--4dbc.example", sub: "1a" }, "spec.sub", "InvalidIdna"],
  ])("%j is refused because of %s: %s", (spec, field, kind) => {
    expect(claimHost(spec)).toMatchObject({ ok: false, field, problem: { kind } });
  });
});
