import { ancestors } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { Groups } from "./groups.ts";
import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import { compareText } from "./compare.ts";
import type { HostRecord } from "./types.ts";

/** The HostRecords: by host, the carve-outs below a host, and the released ones by the namespace that held them last. */
export class Register {
  readonly #records = new Map<Host, HostRecord>();
  readonly #carveOuts = new Groups<Host, Host, HostRecord>();
  readonly #released = new Groups<string, Host, HostRecord>();

  /** Takes in a record, new or changed; returns the keys of the facts that changed. */
  set(record: HostRecord): readonly FactKey[] {
    const changed = this.remove(record.host);
    this.#records.set(record.host, record);
    if (record.holder === undefined) this.#released.put(lastNamespace(record), record.host, record);
    for (const above of carvedOutOf(record)) this.#carveOuts.put(above, record.host, record);
    return [...changed, ...keysOf(record)];
  }

  /** Forgets the record of the host; returns the keys of the facts that changed. */
  remove(host: Host): readonly FactKey[] {
    const old = this.#records.get(host);
    if (old === undefined) return [];
    this.#records.delete(host);
    this.#released.drop(lastNamespace(old), host);
    for (const above of carvedOutOf(old)) this.#carveOuts.drop(above, host);
    return keysOf(old);
  }

  /** The record of the host. */
  get(host: Host): HostRecord | undefined {
    return this.#records.get(host);
  }

  /** Records of primaries strictly below the host that were granted when nothing enclosed them, by name. */
  carveOuts(host: Host): readonly HostRecord[] {
    return [...this.#carveOuts.of(host)].sort((a, b) => compareText(a.name, b.name));
  }

  /** Records without a holder that the namespace held last. */
  released(namespace: string): readonly HostRecord[] {
    return this.#released.of(namespace);
  }

  /** All of them. */
  all(): IterableIterator<HostRecord> {
    return this.#records.values();
  }
}

function keysOf(record: HostRecord): readonly FactKey[] {
  return [
    factKeys.record(record.host),
    ...(record.holder === undefined ? [factKeys.released(lastNamespace(record))] : []),
    ...carvedOutOf(record).map((above) => factKeys.carveOuts(above)),
  ];
}

/** The hosts out of which the record's host is carved; none if it stands under somebody's authority. */
function carvedOutOf({ host, holder }: HostRecord): readonly Host[] {
  return holder?.kind === "primary" && holder.authority?.kind === "none" ? ancestors(host) : [];
}

function lastNamespace(record: HostRecord): string {
  return record.history[0]?.namespace ?? "";
}
