import fc from "fast-check";
import { expect, test } from "vitest";
import type { FactKey } from "../../src/world/keys.ts";
import { defaultLimits } from "../../src/world/limits.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import { World } from "../../src/world/world.ts";
import { claim, heldBy } from "../support/builders.ts";
import { factText } from "../support/fact-text.ts";

const limits = { ...defaultLimits, claimsPerNamespace: 4, waitingClaimsPerNamespace: 2 };

/** What is too much, found by looking at everything. */
function expected(world: World): readonly string[] {
  const claims = [...world.claims()].sort((a, b) => (`${a.created} ${a.uid}` < `${b.created} ${b.uid}` ? -1 : 1));
  const holder = (one: Claim): string | undefined => world.record(one.primary as never)?.holder?.uid;
  const waits = (one: Claim): boolean => holder(one) !== undefined && holder(one) !== one.uid;
  return claims.flatMap((one) => {
    const older = claims.slice(0, claims.indexOf(one)).filter(({ namespace }) => namespace === one.namespace);
    if (holder(one) === one.uid) return [];
    if (older.length >= limits.claimsPerNamespace) return [`${one.namespace}/${one.name} claims`];
    const waiting = older.filter(waits).length >= limits.waitingClaimsPerNamespace;
    return waits(one) && waiting ? [`${one.namespace}/${one.name} waiting`] : [];
  });
}

function actual(world: World): readonly string[] {
  return [...world.claims()]
    .sort((a, b) => (`${a.created} ${a.uid}` < `${b.created} ${b.uid}` ? -1 : 1))
    .flatMap((one) => {
      const excess = world.excess(one);
      return excess === undefined ? [] : [`${one.namespace}/${one.name} ${excess.of}`];
    });
}

const owners = fc
  .record({ ns: fc.constantFrom("a", "b"), n: fc.nat(8), host: fc.constantFrom("x.org", "y.org", "z.org") })
  .map(({ ns, n, host }) =>
    claim(`${ns}/${String(n)}`, host, {
      uid: `uid-${ns}-${String(n)}-${host}`,
      created: `2026-01-01T00:00:0${String(n % 3)}Z`,
    }),
  );
const happenings = fc.oneof(
  owners.map((object): WorldEvent => ({ type: "set", kind: "Domain", object })),
  owners.map(({ namespace, name }): WorldEvent => ({ type: "delete", kind: "Domain", namespace, name })),
  fc.tuple(owners, fc.boolean()).map(([owner, held]): WorldEvent => {
    const record = heldBy(owner);
    return { type: "set", kind: "HostRecord", object: held ? record : { ...record, holder: undefined } };
  }),
  owners.map(({ primary }): WorldEvent => ({ type: "delete", kind: "HostRecord", namespace: "", name: primary })),
);

test(
  "X1: for any history, what is counted step by step equals what is counted anew, and whoever it concerns is told",
  { tags: "long" },
  () => {
    fc.assert(
      fc.property(fc.array(happenings, { minLength: 10, maxLength: 60 }), (history) => {
        const world = new World(limits);
        const keys: FactKey[] = [];
        world.subscribe((_event, changed) => keys.push(...changed));
        for (const event of history) {
          const before = new Set(actual(world));
          keys.length = 0;
          world.apply(event);
          const now = actual(world);
          expect(now).toEqual(expected(world));
          const moved = [...now.filter((one) => !before.has(one)), ...[...before].filter((one) => !now.includes(one))];
          for (const [at = ""] of moved.map((one) => one.split(" ")))
            expect(
              keys.map(factText).some((text) => text === `excess ${at}` || text === `claim ${at}`),
              at,
            ).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  },
);

test("X1: a claim more or less moves one other over the bound, however many there are", () => {
  const world = new World({ ...defaultLimits, claimsPerNamespace: 100, waitingClaimsPerNamespace: 50 });
  world.apply({ type: "set", kind: "HostRecord", object: heldBy(claim("acme-org/x", "x.org")) });
  const made = (n: number): Claim =>
    claim(`a/${String(n).padStart(4, "0")}`, "x.org", { created: `2026-01-01T00:00:${n < 10 ? "00" : "01"}Z` });
  for (let n = 0; n < 2000; n++) world.apply({ type: "set", kind: "Domain", object: made(n) });
  const keys: FactKey[] = [];
  world.subscribe((_event, changed) => keys.push(...changed));
  world.apply({ type: "delete", kind: "Domain", namespace: "a", name: "0005" });
  expect(keys.map(factText).filter((text) => text.startsWith("excess"))).toEqual(["excess a/0050", "excess a/0100"]);
});

test("X2: whoever takes a host or gives it up, those of very many claims for it that are too much are not looked at", () => {
  const world = new World({ ...defaultLimits, claimsPerNamespace: 10 });
  let looks = 0;
  for (let n = 0; n < 2_000; n++) {
    const created = `2026-01-01T00:00:00.${String(n).padStart(4, "0")}Z`;
    const object = Object.defineProperty(claim(`a/${String(n)}`, "x.org"), "created", {
      enumerable: true,
      get: () => {
        looks += 1;
        return created;
      },
    });
    world.apply({ type: "set", kind: "Domain", object });
  }
  looks = 0;
  world.apply({ type: "set", kind: "HostRecord", object: heldBy(claim("acme-org/x", "x.org")) });
  world.apply({ type: "delete", kind: "HostRecord", namespace: "", name: "x.org" });
  expect(looks).toBeLessThan(50);
});
