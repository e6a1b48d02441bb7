import type { Host } from "@domain-claims/crds/hostname";
import { byAge, equalIgnoring, position } from "./compare.ts";
import { hostOfClaim } from "./claim-host.ts";
import { Groups } from "./groups.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import type { Claim } from "./claim.ts";

/** The claims, by name, by host, and by the claim that they rename. */
export class Claims {
  readonly #byName = new Map<string, Claim>();
  readonly #byHost = new Map<Host, Claim[]>();
  readonly #renamers = new Groups<string, string, Claim>();

  /** Takes in a claim, new or changed; returns the keys of the facts that changed. */
  set(claim: Claim): readonly FactKey[] {
    // No decision reads a status (rule O8): that one was written concerns nobody but its claim.
    const before = this.get(claim.namespace, claim.name);
    if (equalIgnoring(before, claim, "status", "resourceVersion")) {
      this.#replace(claim);
      return [];
    }
    const changed = this.remove(claim.namespace, claim.name);
    this.#byName.set(objectKey(claim.namespace, claim.name), claim);
    if (claim.renames !== undefined) this.#renamers.put(objectKey(claim.namespace, claim.renames), claim.name, claim);
    const host = hostOf(claim);
    if (host !== undefined) {
      const claims = this.#byHost.get(host);
      if (claims === undefined) this.#byHost.set(host, [claim]);
      else claims.splice(position(claims, claim), 0, claim);
    }
    return [...changed, ...keysOf(claim, host)];
  }

  /** Puts the claim in the place of one that says the same of all but its status. */
  #replace(claim: Claim): void {
    this.#byName.set(objectKey(claim.namespace, claim.name), claim);
    if (claim.renames !== undefined) this.#renamers.put(objectKey(claim.namespace, claim.renames), claim.name, claim);
    const host = hostOf(claim);
    const claims = host === undefined ? undefined : this.#byHost.get(host);
    if (claims !== undefined) claims[position(claims, claim)] = claim;
  }

  /** Forgets a claim; returns the keys of the facts that changed. */
  remove(namespace: string, name: string): readonly FactKey[] {
    const old = this.get(namespace, name);
    if (old === undefined) return [];
    this.#byName.delete(objectKey(namespace, name));
    if (old.renames !== undefined) this.#renamers.drop(objectKey(namespace, old.renames), name);
    const host = hostOf(old);
    if (host !== undefined) {
      const claims = this.#byHost.get(host) ?? [];
      claims.splice(position(claims, old), 1);
      if (claims.length === 0) this.#byHost.delete(host);
    }
    return keysOf(old, host);
  }

  /** The claim of that name; undefined: there is none. */
  get(namespace: string, name: string): Claim | undefined {
    return this.#byName.get(objectKey(namespace, name));
  }

  /** The claims for the host, oldest first. */
  for(host: Host): readonly Claim[] {
    return this.#byHost.get(host) ?? [];
  }

  /** The claims that rename the claim of that name, oldest first. */
  renamers(namespace: string, name: string): readonly Claim[] {
    return [...this.#renamers.of(objectKey(namespace, name))].sort(byAge);
  }

  /** All of them. */
  all(): IterableIterator<Claim> {
    return this.#byName.values();
  }
}

function hostOf(claim: Claim): Host | undefined {
  const parsed = hostOfClaim(claim);
  return parsed.ok ? parsed.host : undefined;
}

function keysOf(claim: Claim, host: Host | undefined): readonly FactKey[] {
  const { namespace, name, renames } = claim;
  return [
    factKeys.claim(namespace, name),
    ...(host === undefined ? [] : [factKeys.claims(host)]),
    ...(renames === undefined ? [] : [factKeys.renamers(namespace, renames)]),
  ];
}
