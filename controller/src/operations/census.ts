import { hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Claim } from "../world/claim.ts";
import type { WorldEvent } from "../world/event.ts";

/** How many claims have a status. */
export interface StatusCount {
  readonly phase: string;
  /** Empty for a claim that has not been decided yet. */
  readonly reason: string;
  readonly claims: number;
}

/** How many held hosts are not served in full. */
export interface UnservedCount {
  /** Why: the reason of their claims' condition `Ready`. */
  readonly reason: string;
  readonly hosts: number;
}

/** Counts claims by what their status says and hosts that are held, event by event, so that nobody has to look at each. */
export class Census {
  readonly #claims = new Tally();
  readonly #unserved = new Tally();
  readonly #held = new Set<Host>();

  /** Takes note of an event that the world takes in. */
  note(event: WorldEvent): void {
    if (event.kind === "Domain") {
      const { namespace, name } = event.type === "set" ? event.object : event;
      const key = `${namespace}/${name}`;
      this.#claims.count(key, event.type === "set" ? statusOf(event.object) : undefined);
      this.#unserved.count(key, event.type === "set" ? unservedFor(event.object) : undefined);
    } else if (event.kind === "HostRecord") {
      const host = event.type === "set" ? event.object.host : hostOfRecord(event.name);
      if (event.type === "set" && event.object.holder !== undefined) this.#held.add(host);
      else this.#held.delete(host);
    }
  }

  /** Hosts that a claim holds. */
  get hostsHeld(): number {
    return this.#held.size;
  }

  /** Every status that some claim has, with the number of claims that have it. */
  *statuses(): Generator<StatusCount, void> {
    for (const [status, claims] of this.#claims.all()) {
      const [phase = "", reason = ""] = status.split(" ");
      yield { phase, reason, claims };
    }
  }

  /** Hosts that are held and of which something that is asked for is not served, by the reason. */
  *unserved(): Generator<UnservedCount, void> {
    for (const [reason, hosts] of this.#unserved.all()) yield { reason, hosts };
  }
}

/** How many keys there are of each kind, where each key is of one. */
class Tally {
  readonly #kindOf = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Counts the key as one of that kind from now on; undefined: not at all. */
  count(key: string, now: string | undefined): void {
    const before = this.#kindOf.get(key);
    if (before === now) return;
    if (before !== undefined) this.#add(before, -1);
    if (now === undefined) this.#kindOf.delete(key);
    else {
      this.#kindOf.set(key, now);
      this.#add(now, 1);
    }
  }

  /** Every kind that there is one of, and how many. */
  all(): IterableIterator<[string, number]> {
    return this.#counts.entries();
  }

  #add(kind: string, by: 1 | -1): void {
    const count = (this.#counts.get(kind) ?? 0) + by;
    if (count === 0) this.#counts.delete(kind);
    else this.#counts.set(kind, count);
  }
}

function statusOf({ status }: Claim): string {
  return `${status?.phase ?? "Pending"} ${status?.reason ?? ""}`;
}

/** Why a claim that holds its host is not ready; undefined where it is, or holds nothing. */
function unservedFor({ status }: Claim): string | undefined {
  if (status?.phase !== "OK") return undefined;
  const ready = status.conditions.find(({ type }) => type === "Ready");
  return ready === undefined || ready.status === "True" ? undefined : ready.reason;
}
