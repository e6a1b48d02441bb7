import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ancestors, hostOfRecord, parseHost, parseHostname, recordName, toUnicode } from "../src/hostname.ts";
import * as lazy from "../src/lazy-hostname.ts";
import { maxHost } from "../src/host.ts";

const typed = fc.string({ unit: fc.constantFrom(..."aZ0-._*:/ xnüßא\u200d\u3002ſ１"), maxLength: 24 });
const label = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,10}[A-Za-z0-9])?$/),
  fc.constantFrom("bücher", "XN--BCHER-KVA", "食狮", "faß", "نامه"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }),
);
const nameLike = fc.array(label, { minLength: 2, maxLength: 5 }).map((labels) => labels.join("."));
const text = fc.oneof(
  { arbitrary: typed, weight: 1 },
  { arbitrary: nameLike, weight: 3 },
  { arbitrary: nameLike.map((name) => `*.${name}`), weight: 1 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 40 }), weight: 1 },
);
const runs = { numRuns: 2000 };

describe("whatever somebody types", () => {
  test("the canonical form parses to itself", () => {
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseHost(input);
        if (parsed.ok) expect(parseHost(parsed.host)).toEqual(parsed);
      }),
      runs,
    );
  });

  test("a host is an object name that the API server takes, and no more than 253 bytes", () => {
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseHost(input);
        if (!parsed.ok) return;
        const name = recordName(parsed.host);
        expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/);
        expect(name.length).toBeLessThanOrEqual(maxHost);
        expect(hostOfRecord(name)).toBe(parsed.host);
      }),
      runs,
    );
  });

  test("two hosts never share a record", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b] = [parseHost(one), parseHost(other)];
        if (a.ok && b.ok) expect(recordName(a.host) === recordName(b.host)).toBe(a.host === b.host);
      }),
      runs,
    );
  });

  test("case and a trailing dot make no difference", () => {
    fc.assert(
      fc.property(nameLike, (input) => {
        const parsed = parseHostname(input);
        if (!parsed.ok || !/^[\0-\x7f]*$/.test(input)) return;
        expect(parseHostname(`${input.toUpperCase()}.`)).toEqual(parsed);
      }),
      runs,
    );
  });

  test("U-labels lead back to the host", () => {
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseHost(input);
        if (parsed.ok) expect(parseHost(toUnicode(parsed.host))).toEqual(parsed);
      }),
      runs,
    );
  });

  test("every name above a host is a host, and each is shorter than the one before", () => {
    fc.assert(
      fc.property(nameLike, (input) => {
        const parsed = parseHostname(input);
        if (!parsed.ok) return;
        const above = ancestors(parsed.hostname);
        expect(above.length).toBe(parsed.hostname.split(".").length - 2);
        for (const name of above) expect(parsed.hostname.endsWith(`.${name}`)).toBe(true);
      }),
      runs,
    );
  });

  test("a problem is one short line without invisible characters", () => {
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseHost(input);
        if (parsed.ok) return;
        expect(parsed.problem.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(parsed.problem.message.length).toBeLessThan(1500);
      }),
      runs,
    );
  });

  test("the lazy functions answer as the others do", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (input) => {
        expect(await lazy.parseHost(input)).toEqual(parseHost(input));
        expect(await lazy.parseHostname(input)).toEqual(parseHostname(input));
        expect(await lazy.toUnicode(input)).toBe(toUnicode(input));
      }),
      runs,
    );
  });
});
