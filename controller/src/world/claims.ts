import type { Host } from "@domain-claims/crds/hostname";
import { AgedGroups } from "./aged-groups.ts";
import { hostOfClaim } from "./claim-host.ts";
import { equalIgnoring } from "./compare.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import type { Claim } from "./claim.ts";

/** The claims, by name, by host, and by the claim that they rename. */
export class Claims {
  readonly #byName = new Map<string, Claim>();
  readonly #byHost = new AgedGroups<Host, Claim>();
  readonly #renamers = new AgedGroups<string, Claim>();
  readonly #mostRenamers: number;

  /** `mostRenamers`: how many of the claims that rename one count, the oldest first. */
  constructor(mostRenamers: number) {
    this.#mostRenamers = mostRenamers;
  }

  /** Takes in a claim, new or changed; returns the keys of the facts that changed. */
  set(claim: Claim): readonly FactKey[] {
    // That a status was written concerns nobody but its claim (rule O8).
    const before = this.get(claim.namespace, claim.name);
    const same = equalIgnoring(before, claim, "status", "resourceVersion");
    const changed = same ? [] : this.remove(claim.namespace, claim.name);
    this.#byName.set(objectKey(claim.namespace, claim.name), claim);
    if (claim.renames !== undefined) this.#renamers.put(objectKey(claim.namespace, claim.renames), claim);
    const host = hostOf(claim);
    if (host !== undefined) this.#byHost.put(host, claim);
    return same ? [] : [...changed, ...keysOf(claim, host)];
  }

  /** Forgets a claim; returns the keys of the facts that changed. */
  remove(namespace: string, name: string): readonly FactKey[] {
    const old = this.get(namespace, name);
    if (old === undefined) return [];
    this.#byName.delete(objectKey(namespace, name));
    if (old.renames !== undefined) this.#renamers.drop(objectKey(namespace, old.renames), old);
    const host = hostOf(old);
    if (host !== undefined) this.#byHost.drop(host, old);
    return keysOf(old, host);
  }

  /** The claim of that name; undefined: there is none. */
  get(namespace: string, name: string): Claim | undefined {
    return this.#byName.get(objectKey(namespace, name));
  }

  /** The claims for the host, oldest first. */
  for(host: Host): readonly Claim[] {
    return this.#byHost.of(host);
  }

  /** The claims that rename the claim of that name, as far as they count, oldest first. */
  renamers(namespace: string, name: string): readonly Claim[] {
    return this.#renamers.of(objectKey(namespace, name)).slice(0, this.#mostRenamers);
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
