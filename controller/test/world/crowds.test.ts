import fc from "fast-check";
import { expect, test } from "vitest";
import { factKeys } from "../../src/world/keys.ts";
import type { Source } from "../../src/world/source.ts";
import { Sources } from "../../src/world/sources.ts";
import { ingress, path } from "../support/builders.ts";

const made = (name: string, routes: number, created: number): Source =>
  ingress(`a/${name}`, [], {
    created: `2026-01-01T00:00:0${String(created)}Z`,
    uid: `uid-${name}-${String(created)}`,
    rules: [{ host: "acme.org", paths: Array.from({ length: routes }, (_, i) => path(`/${String(i)}`)) }],
  });

const limit = 10;

/** Who is left out, found from nothing. */
function leftOut(sources: readonly Source[]): readonly string[] {
  const sorted = [...sources].sort((a, b) => (a.created + a.uid < b.created + b.uid ? -1 : 1));
  const out: string[] = [];
  let routes = 0;
  for (const source of sorted) {
    const asked = source.rules.flatMap(({ paths }) => paths).length;
    if (asked <= limit) routes += Math.max(1, asked);
    if (asked > limit || routes > limit) out.push(source.uid);
  }
  return out.sort();
}

test("X1: who is left out is the same as found from nothing, and every change of it is told by its key", () => {
  const change = fc.record({
    name: fc.constantFrom("i", "j", "k", "l"),
    routes: fc.integer({ min: 0, max: 12 }),
    created: fc.integer({ min: 0, max: 3 }),
    gone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const sources = new Sources(limit);
      for (const { name, routes, created, gone } of changes) {
        const before = new Set([...sources.all()].filter((one) => sources.isLeftOut(one)).map(({ uid }) => uid));
        const source = made(name, routes, created);
        const keys = gone ? sources.remove(source) : sources.set(source);
        const all = [...sources.all()];
        const now = all.filter((one) => sources.isLeftOut(one)).map(({ uid }) => uid);
        expect(now.sort()).toEqual(leftOut(all));
        const others = all.filter((one) => one.name !== name).map(({ uid }) => uid);
        const changed = others.some((uid) => before.has(uid) !== now.includes(uid));
        if (changed) expect(keys).toContainEqual(factKeys.crowd("a", "kong"));
      }
    }),
  );
});

test("X1: a namespace within its limit tells of no change", () => {
  const sources = new Sources(limit);
  const keys = [made("i", 4, 0), made("j", 5, 1), made("i", 5, 0)].flatMap((source) => sources.set(source));
  expect(keys).not.toContainEqual(factKeys.crowd("a", "kong"));
});

test("X1: what is for another class takes nobody's place", () => {
  const sources = new Sources(limit);
  const nginx = { ...made("i", 9, 0), class: { by: "field", name: "nginx" } } as const;
  const own = made("j", 9, 1);
  for (const source of [nginx, own]) sources.set(source);
  expect(sources.isLeftOut(own)).toBe(false);
  expect(sources.set(made("i", 9, 0))).toContainEqual(factKeys.crowd("a", "kong"));
  expect(sources.isLeftOut(own)).toBe(true);
});

test("X1: a regular expression counts as many routes as it takes in the gateway, for each host and alias", () => {
  const heavy = (i: number): Source =>
    ingress(`a/${String(i)}`, [], {
      uid: String(i),
      rules: [{ host: "acme.org", paths: [path("/~/\\w+", { pathType: "ImplementationSpecific" })] }],
      annotations: { "konghq.com/host-aliases": "www.acme.org" },
    });
  const sources = new Sources(100);
  const all = [0, 1, 2, 3].map(heavy);
  for (const source of all) sources.set(source);
  expect(all.map((source) => sources.isLeftOut(source))).toEqual([false, false, true, true]);
});

test("X1: wildcards one below the other count together, since a request may be matched with the expressions of all of them", () => {
  const levels = Array.from({ length: 11 }, (_, i) => `*.${"a.".repeat(i)}acme.org`);
  const paths = Array.from({ length: 250 }, (_, i) =>
    path(`/~/[ab]*a[ab]{5}c${String(i)}`, { pathType: "ImplementationSpecific" }),
  );
  const sources = new Sources(10_000);
  const all = levels.map((host, i) =>
    ingress(`a/level-${String(i).padStart(2, "0")}`, [], {
      uid: String.fromCharCode(97 + i),
      rules: [{ host, paths }],
    }),
  );
  for (const source of all) sources.set(source);
  expect(all.map((source) => sources.isLeftOut(source))).toEqual([...Array<boolean>(10).fill(false), true]);
});
