import fc from "fast-check";
import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import { letsEncryptLimits } from "../../../src/decide/certificates/limits.ts";
import { triesAll } from "../../support/how-much.ts";
import type { Validation } from "./challenge-queue.ts";
import { issuers } from "./issuers.ts";
import { Simulation } from "./simulation.ts";
import type { Ways } from "./simulation.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const small = {
  ...{
    ...letsEncryptLimits,
    namesPerCertificate: 5,
    untriedNames: 3,
    domain: { capacity: 10, refillMs: 202 * minute },
  },
  ...{ share: { capacity: 6, refillMs: 10 * minute }, underWay: { all: 12, beyondFirst: 7 } },
};

const namespaces = ["a", "b"] as const;
const hosts = [
  ...Array.from({ length: 12 }, (_, index) => `n${String(index)}.acme.org`),
  ...["*.acme.org", "acme.org", "x.n1.acme.org", "*.n1.acme.org"],
] as Host[];

const action = fc.record({
  kind: fc.constantFrom("want", "want", "want", "drop", "lose", "validation", "unserve", "serve"),
  namespace: fc.constantFrom(...namespaces),
  hosts: fc.subarray(hosts, { minLength: 1, maxLength: 8 }),
  validation: fc.constantFrom<Validation>("valid", "valid", "refused", "stuck", "unwritable", "slow", "mute"),
  waitMs: fc.oneof(
    fc.integer({ min: 0, max: 20_000 }),
    fc.integer({ min: 0, max: hour }),
    fc.integer({ min: 0, max: 20 * day }),
  ),
});

const way = fc.record({ tellsOne: fc.boolean(), issuer: fc.constantFrom(...Object.values(issuers)) });

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** A host has one holder: what one namespace asks for, the other has lost. */
function play(history: readonly Action[], ways: Omit<Ways, "limits">): Simulation {
  const simulation = new Simulation({ ...ways, limits: small });
  for (const { kind, namespace, hosts: some, validation, waitMs } of history) {
    if (kind === "want") {
      simulation.drop(namespace === "a" ? "b" : "a", some, true);
      simulation.want(namespace, ...some);
    } else if (kind === "unserve" || kind === "serve") {
      for (const host of some) simulation.serves(host, kind === "serve");
    } else if (kind === "validation") for (const host of some) simulation.validates(host, validation);
    else simulation.drop(namespace, some, kind === "lose");
    simulation.run(waitMs);
  }
  return simulation;
}

test(
  "over months no budget is exceeded, no order is for nothing, no sound name loses its certificate, and all get theirs",
  { timeout: 600_000 },
  () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 3, maxLength: 40 }), way, (history, ways) => {
        const simulation = play(history, ways);
        for (const host of hosts) {
          simulation.validates(host, "valid");
          simulation.serves(host, true);
        }
        simulation.run(40 * day);
        expect({ wrongs: simulation.wrongs, refused: simulation.authority.refused }).toEqual({
          wrongs: [],
          refused: [],
        });
        for (const namespace of namespaces) {
          const { group, waiting } = simulation.member(namespace);
          expect(waiting).toEqual([]);
          expect(group.certificates.filter(({ running }) => running)).toEqual([]);
          expect(group.leaving).toEqual([]);
        }
      }),
      {
        numRuns: Number(process.env["ORDER_HISTORIES"] ?? (triesAll ? 100 : 2)),
        seed: Number(process.env["ORDER_SEED"] ?? 1),
        // To make a failing history small takes far longer than to find it.
        endOnFailure: process.env["ORDER_SHRINK"] === undefined,
      },
    );
  },
);
