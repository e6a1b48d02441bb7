import type { Host } from "@domain-claims/crds/hostname";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideClaim } from "../../src/decide/claim.ts";
import { decideHost } from "../../src/decide/host.ts";
import { Facts } from "../../src/world/facts.ts";
import type { TermState } from "../../src/world/term-state.ts";
import type { Authority } from "../../src/world/host-record.ts";
import type { Claim } from "../../src/world/claim.ts";
import { claim, grant, heldBy, settings, world } from "../support/builders.ts";

/** Facts that count how often anything was asked for, and end a decision that asks without end. */
class CountingFacts extends Facts {
  asked = 0;

  override record(of: Host): ReturnType<Facts["record"]> {
    this.#count();
    return super.record(of);
  }

  override claim(namespace: string, name: string): ReturnType<Facts["claim"]> {
    this.#count();
    return super.claim(namespace, name);
  }

  #count(): void {
    this.asked += 1;
    if (this.asked > 10_000) throw new Error("the decision asks without end");
  }
}

/** Primaries one below the other, as deep as there are owners; each shares with everybody's namespace, or not any more. */
function nested(owners: readonly string[], shared: readonly boolean[]): { state: TermState; deepest: Claim } {
  const claims: Claim[] = [];
  const records = owners.map((namespace, depth) => {
    const above = claims.at(-1);
    const host = above === undefined ? "acme.org" : `x.${above.primary}`;
    const own = claim(`${namespace}/d${String(depth)}`, host, { delegates: shared[depth] === false ? [] : ["a", "b"] });
    claims.push(own);
    const authority: Authority =
      above === undefined
        ? { kind: "none" }
        : {
            kind: above.namespace === namespace ? "own" : "delegation",
            host: above.primary as Host,
            namespace: above.namespace,
            name: above.name,
            uid: above.uid,
          };
    return heldBy(own, { authority }, [grant("a"), grant("b")]);
  });
  const deepest = claims.at(-1);
  if (deepest === undefined) throw new Error("there is no claim");
  return { state: world({ claims, records }), deepest };
}

test.each([true, false])(
  "a decision about a name thirty deep takes as many steps as there are names above it (shared: %s)",
  (sharing) => {
    const owners = Array.from({ length: 30 }, (_, depth) => (depth % 2 === 0 ? "a" : "b"));
    const { state, deepest } = nested(
      owners,
      owners.map(() => sharing),
    );
    for (const decide of [
      (facts: Facts) => decideHost(facts, settings, deepest.primary as Host),
      (facts: Facts) => decideClaim(facts, settings, deepest),
    ]) {
      const facts = new CountingFacts(state);
      decide(facts);
      expect(facts.asked).toBeLessThan(8 * owners.length);
    }
  },
);

test("that is so for any tree of shares", () => {
  const level = fc.tuple(fc.constantFrom("a", "b", "c"), fc.boolean());
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 40 }), (levels) => {
      const { state, deepest } = nested(
        levels.map(([owner]) => owner),
        levels.map(([, shared]) => shared),
      );
      const facts = new CountingFacts(state);
      decideHost(facts, settings, deepest.primary as Host);
      expect(facts.asked).toBeLessThan(20 + 8 * levels.length);
    }),
    { numRuns: 500 },
  );
});
