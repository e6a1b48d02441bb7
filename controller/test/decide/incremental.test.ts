import fc from "fast-check";
import { expect, test } from "vitest";
import { claimHost } from "@domain-claims/crds/claim-host";
import type { Host } from "@domain-claims/crds/hostname";
import { itemNamed, splitKey } from "../../src/reconcile/work-item.ts";
import { work } from "../../src/reconcile/work.ts";
import { decideClaim } from "../../src/decide/claim.ts";
import { decideHost } from "../../src/decide/host.ts";
import { sourceVerdict } from "../../src/reconcile/source.ts";
import { Readers } from "../../src/reconcile/readers.ts";
import { planHost } from "../../src/plan/host.ts";
import { targetNames } from "../../src/plan/kong/target-names.ts";
import { Facts } from "../../src/world/facts.ts";
import type { FactKey } from "../../src/world/keys.ts";
import type { Reads } from "../../src/world/reads.ts";
import type { SecretRef, TlsSecret } from "../../src/world/tls.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import { defaultLimits } from "../../src/world/limits.ts";
import type { Limits } from "../../src/world/limits.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { claim, grant, heldBy, ingress, namespace, service, settings } from "../support/builders.ts";
import { triesAll } from "../support/how-much.ts";

const catching = { ...settings, catchAllNamespaces: ["a"] };

const secret: SecretRef = { namespace: "a", name: "s" };
const usable: TlsSecret = {
  ok: true,
  pair: { certHash: "hash:cert", keyHash: "hash:key", leaf: "aa", names: ["acme.org"], notBefore: 0, notAfter: 1 },
};
const useless: TlsSecret = { ok: false, problem: { kind: "expired", detail: "has a certificate that expired" } };

/** Decides one item, and says what it read. */
function decide(state: TermState, item: string): { readonly answer: string; readonly reads: Reads } {
  const facts = new Facts(state);
  const { kind, key } = itemNamed(item);
  const { namespace: ns, name } = splitKey(key);
  const answer = (): unknown => {
    if (kind === "claim") {
      const found = facts.claim(ns, name);
      return found === undefined ? undefined : decideClaim(facts, catching, found);
    }
    if (kind === "host") {
      const decision = decideHost(facts, catching, key as Host);
      return { decision, plan: planHost(facts, catching, decision, targetNames(catching)) };
    }
    const found = facts.source({ kind: "Ingress", namespace: ns, name });
    return found === undefined ? undefined : sourceVerdict(facts, catching, found);
  };
  return { answer: JSON.stringify(answer()) ?? "nothing", reads: facts.reads };
}

/** Keeps the decisions of every item, deciding only what an event touches. */
class Incremental {
  readonly world: World;
  readonly state: TermState;
  readonly answers = new Map<string, string>();
  readonly #readers = new Readers();

  constructor(limits: Limits) {
    this.world = new World(limits);
    this.state = new TermState(this.world, (keys) => this.#redecide(keys));
    this.world.subscribe((event, changed) => {
      for (const kind of ["claim", "host", "ingress"] as const)
        for (const key of work[kind].keysFor(event, changed.length > 0)) this.#decide(`${kind} ${key}`);
    });
  }

  #redecide(keys: readonly FactKey[]): void {
    for (const item of this.#readers.of(keys)) this.#decide(item);
  }

  #decide(item: string): void {
    const { answer, reads } = decide(this.state, item);
    this.#readers.record(item, reads);
    this.answers.set(item, answer);
  }
}

const namespaces = ["a", "b", "kong-system"] as const;
const primaries = ["acme.org", "b.acme.org", "c.b.acme.org"] as const;
const subs = [undefined, "b", "*", "x"] as const;
const flag = fc.boolean();

const claims = fc
  .record({
    ns: fc.constantFrom(...namespaces),
    n: fc.constantFrom("1", "2"),
    primary: fc.constantFrom(...primaries),
    sub: fc.constantFrom(...subs),
    parent: fc.constantFrom(undefined, "a", "b"),
    delegates: fc.subarray(["a", "b", "*"]),
    deleting: fc.constantFrom(false, false, false, true),
    life: fc.constantFrom("1", "2"),
    transferTo: fc.constantFrom(undefined, undefined, undefined, "a", "b"),
    acceptFrom: fc.constantFrom(undefined, "a", "b"),
  })
  .map(({ ns, n, primary, sub, parent, delegates, deleting, life, ...handing }) =>
    claim(`${ns}/${n}`, primary, {
      sub,
      parent: sub === undefined ? undefined : parent,
      delegates: sub === undefined ? delegates : [],
      deleting,
      ...handing,
      uid: `uid-${ns}-${n}-${life}`,
      created: `2026-01-01T00:00:0${life}Z`,
    }),
  );

const happenings = fc.oneof(
  claims.map((object): WorldEvent => ({ type: "set", kind: "Domain", object })),
  fc
    .tuple(fc.constantFrom(...namespaces), fc.constantFrom("1", "2"))
    .map(([ns, name]): WorldEvent => ({ type: "delete", kind: "Domain", namespace: ns, name })),
  fc.tuple(claims, flag, flag, fc.subarray(["a", "b"]), flag).map(([owner, held, above, grants, bound]): WorldEvent => {
    const authority =
      owner.sub !== undefined
        ? undefined
        : above
          ? ({ kind: "delegation", host: "acme.org" as Host, namespace: "a", name: "1", uid: "uid-a-1-1" } as const)
          : ({ kind: "none" } as const);
    const givers = above ? [grant("b")] : undefined;
    const record = heldBy(
      owner,
      { authority, givers },
      grants.map((name) => grant(name)),
    );
    const to = owner.transferTo;
    const transfer = bound && to !== undefined ? { ...grant(to), delegates: owner.delegates } : undefined;
    const object = held ? { ...record, transfer } : { ...record, holder: undefined, grants: [] };
    return { type: "set", kind: "HostRecord", object };
  }),
  fc
    .constantFrom("acme.org", "b.acme.org", "wc--any.acme.org")
    .map((name): WorldEvent => ({ type: "delete", kind: "HostRecord", namespace: "", name })),
  fc.tuple(fc.constantFrom(...namespaces), flag).map(([name, again]): WorldEvent => ({
    type: "set",
    kind: "Namespace",
    object: namespace(name, again ? `uid-${name}-again` : undefined),
  })),
  fc
    .constantFrom(...namespaces)
    .map((name): WorldEvent => ({ type: "delete", kind: "Namespace", namespace: "", name })),
  fc
    .tuple(
      fc.constantFrom(...namespaces),
      fc.subarray(["acme.org", "*.acme.org", "b.acme.org", undefined]),
      fc.constantFrom("kong", "other"),
      fc.subarray([{ secretName: "s" }, { secretName: "t", hosts: ["acme.org", "*.acme.org"] }]),
    )
    .map(([ns, hosts, className, tls]): WorldEvent => ({
      type: "set",
      kind: "Ingress",
      object: ingress(`${ns}/i`, hosts, { className, tls }),
    })),
  fc
    .tuple(fc.constantFrom(...namespaces), fc.constantFrom("s", "t"), fc.constantFrom("1", "2"))
    .map(([ns, name, resourceVersion]): WorldEvent => ({
      type: "set",
      kind: "Secret",
      object: { namespace: ns, name, uid: "uid", resourceVersion, ordered: false },
    })),
  fc
    .tuple(fc.constantFrom(...namespaces), fc.constantFrom("s", "t"))
    .map(([ns, name]): WorldEvent => ({ type: "delete", kind: "Secret", namespace: ns, name })),
  fc
    .constantFrom(...namespaces)
    .map((ns): WorldEvent => ({ type: "delete", kind: "Ingress", namespace: ns, name: "i" })),
  fc
    .constantFrom("platform.koli.io/kong", "another")
    .map((controller): WorldEvent => ({ type: "set", kind: "IngressClass", object: { name: "kong", controller } })),
  fc
    .constantFrom(...namespaces)
    .map((ns): WorldEvent => ({ type: "set", kind: "Service", object: service(`${ns}/web`) })),
  fc
    .constantFrom(...namespaces)
    .map((ns): WorldEvent => ({ type: "delete", kind: "Service", namespace: ns, name: "web" })),
);

test("for any history, what was decided step by step equals what is decided from nothing", () => {
  fc.assert(
    fc.property(
      fc.array(happenings, { minLength: 5, maxLength: 40 }),
      fc.array(flag, { minLength: 6, maxLength: 6 }),
      fc.constantFrom(
        {},
        { claimsPerNamespace: 1 },
        { waitingClaimsPerNamespace: 1 },
        { waitingClaimsPerNamespace: 0 },
      ),
      (history, facts, bounds) => {
        const limits = { ...defaultLimits, ...bounds };
        const incremental = new Incremental(limits);
        const rebuilt = new TermState(new World(limits));
        for (const state of [incremental.state, rebuilt]) {
          state.setKong({ synced: true, preFunction: true });
          for (const event of history) state.world.apply(event);
          state.setLive("*.acme.org" as Host, { namespaces: facts[0] === true ? ["a"] : [], guard: facts[1] === true });
          state.setLive("b.acme.org" as Host, { namespaces: [], guard: facts[2] === true });
          if (facts[3] === true) state.setLive("acme.org" as Host, { namespaces: [], guard: false, tls: secret });
          if (facts[4] === true) state.setTlsSecret(secret, facts[5] === true ? usable : useless);
        }
        for (const [item, answer] of incremental.answers)
          expect([item, answer]).toEqual([item, decide(rebuilt, item).answer]);
        for (const known of rebuilt.world.claims()) {
          expect(incremental.answers.has(`claim ${known.namespace}/${known.name}`)).toBe(true);
          const host = claimHost(known);
          if (host.ok) expect(incremental.answers.has(`host ${host.host}`)).toBe(true);
        }
      },
    ),
    { numRuns: triesAll ? 2000 : 400 },
  );
});
