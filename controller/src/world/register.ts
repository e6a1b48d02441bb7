import { ancestors } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { certificateDomain } from "./certificate-domain.ts";
import { Groups } from "./groups.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import { compareText } from "./compare.ts";
import type { HostRecord } from "./host-record.ts";

/** Who held released hosts last: a namespace, or any of those that are gone, which are not told apart. */
export type LastHolder = { readonly kind: "namespace"; readonly namespace: string } | { readonly kind: "gone" };

/**
 * The HostRecords: by host, by the names that a host had before, the carve-outs below a host, and the released ones by the
 * namespace that held them last, or together where that is gone. The history of a record knows a namespace by its name only:
 * one that comes back under an old name, whoever made it, has the records of its predecessor again.
 */
export class Register {
  readonly #records = new Map<Host, HostRecord>();
  readonly #carveOuts = new Groups<Host, Host, HostRecord>();
  readonly #released = new Groups<string, Host, HostRecord>();
  readonly #ofGone = new Map<Host, HostRecord>();
  readonly #namespaces = new Set<string>();
  readonly #held = new Groups<string, Host, HostRecord>();
  readonly #successors = new Groups<string, Host, HostRecord>();
  readonly #domains = new Map<Host, string>();
  readonly #byDomain: boolean;

  /** `byDomain`: whether it is going to be asked for what is held below a registrable domain. */
  constructor({ byDomain }: { readonly byDomain: boolean }) {
    this.#byDomain = byDomain;
  }

  /** Takes in a record, new or changed; returns the keys of the facts that changed. */
  set(record: HostRecord): readonly FactKey[] {
    const changed = this.remove(record.host);
    this.#records.set(record.host, record);
    if (record.holder === undefined) {
      const last = lastNamespace(record);
      if (last !== undefined) this.#released.put(last, record.host, record);
      if (last === undefined || !this.#namespaces.has(last)) this.#ofGone.set(record.host, record);
    }
    for (const above of carvedOutOf(record)) this.#carveOuts.put(above, record.host, record);
    for (const name of formerNames(record)) this.#successors.put(name, record.host, record);
    if (this.#byDomain && record.holder !== undefined) {
      const domain = certificateDomain(record.host);
      this.#domains.set(record.host, domain);
      this.#held.put(objectKey(record.holder.namespace, domain), record.host, record);
    }
    return [...changed, ...this.#keysOf(record)];
  }

  /** Forgets the record of the host; returns the keys of the facts that changed. */
  remove(host: Host): readonly FactKey[] {
    const old = this.#records.get(host);
    if (old === undefined) return [];
    this.#records.delete(host);
    const keys = this.#keysOf(old);
    const last = lastNamespace(old);
    if (last !== undefined) this.#released.drop(last, host);
    this.#ofGone.delete(host);
    for (const above of carvedOutOf(old)) this.#carveOuts.drop(above, host);
    for (const name of formerNames(old)) this.#successors.drop(name, host);
    const domain = this.#domains.get(host);
    this.#domains.delete(host);
    if (domain !== undefined && old.holder !== undefined)
      this.#held.drop(objectKey(old.holder.namespace, domain), host);
    return keys;
  }

  /** Takes in that there is a namespace of that name; returns the keys of the facts that changed. */
  namespaceCame(name: string): readonly FactKey[] {
    if (this.#namespaces.has(name)) return [];
    this.#namespaces.add(name);
    const released = this.#released.of(name);
    for (const { host } of released) this.#ofGone.delete(host);
    return released.length === 0 ? [] : movedBetween(name);
  }

  /** Takes in that there is none any more; returns the keys of the facts that changed. */
  namespaceWent(name: string): readonly FactKey[] {
    if (!this.#namespaces.delete(name)) return [];
    const released = this.#released.of(name);
    for (const record of released) this.#ofGone.set(record.host, record);
    return released.length === 0 ? [] : movedBetween(name);
  }

  /** The record of the host; undefined: there is none. */
  get(host: Host): HostRecord | undefined {
    return this.#records.get(host);
  }

  /**
   * Records of primaries strictly below the host that were granted when nothing enclosed them and that others than the namespace
   * hold, by name; undefined where there are more than `most`, since tenants may make any number, and change one all the time.
   */
  carveOuts(host: Host, namespace: string, most: number): readonly HostRecord[] | undefined {
    const others: HostRecord[] = [];
    for (const record of this.#carveOuts.each(host)) {
      if (record.holder?.namespace === namespace) continue;
      if (others.length === most) return undefined;
      others.push(record);
    }
    return others.sort((a, b) => compareText(a.name, b.name));
  }

  /** Records without a holder, by who held last. */
  released(last: LastHolder): readonly HostRecord[] {
    if (last.kind === "gone") return [...this.#ofGone.values()];
    return this.#namespaces.has(last.namespace) ? this.#released.of(last.namespace) : [];
  }

  /** Records of the hosts that the namespace holds below the registrable domain. */
  held(namespace: string, domain: string): readonly HostRecord[] {
    return this.#held.of(objectKey(namespace, domain));
  }

  /** Records of the hosts that the namespace holds, and that had this name before. */
  successors(namespace: string, host: Host): readonly HostRecord[] {
    return this.#successors.of(objectKey(namespace, host));
  }

  /** All of them. */
  all(): IterableIterator<HostRecord> {
    return this.#records.values();
  }

  #keysOf(record: HostRecord): readonly FactKey[] {
    const last = lastNamespace(record);
    const released =
      last !== undefined && this.#namespaces.has(last) ? factKeys.released(last) : factKeys.releasedOfGone;
    const domain = this.#domains.get(record.host);
    return [
      ...(domain === undefined || record.holder === undefined ? [] : [factKeys.held(record.holder.namespace, domain)]),
      factKeys.record(record.host),
      ...(record.holder === undefined ? [released] : []),
      ...carvedOutOf(record).map((above) => factKeys.carveOuts(above)),
      ...(record.holder?.renamedFrom ?? []).map(({ host }) =>
        factKeys.successors(record.holder?.namespace ?? "", host),
      ),
    ];
  }
}

function movedBetween(namespace: string): readonly FactKey[] {
  return [factKeys.released(namespace), factKeys.releasedOfGone];
}

/** The hosts out of which the record's host is carved; none if it stands under somebody's authority. */
function carvedOutOf({ host, holder }: HostRecord): readonly Host[] {
  return holder?.kind === "primary" && holder.authority?.kind === "none" ? ancestors(host) : [];
}

/** The names that a held host had before, each with the namespace that holds it now. */
function formerNames({ holder }: HostRecord): readonly string[] {
  return (holder?.renamedFrom ?? []).map(({ host }) => objectKey(holder?.namespace ?? "", host));
}

/** The namespace that held the host last; undefined for a record that was never held. */
export function lastNamespace({ history }: HostRecord): string | undefined {
  return history[0]?.namespace;
}
