import { hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Claim, WorldEvent } from "../world/types.ts";

/** How many claims have a status. */
export interface StatusCount {
  readonly phase: string;
  /** Empty for a claim that has not been decided yet. */
  readonly reason: string;
  readonly claims: number;
}

/** Counts claims by what their status says and hosts that are held, event by event, so that nobody has to look at each. */
export class Census {
  readonly #statusOf = new Map<string, string>();
  readonly #claims = new Map<string, number>();
  readonly #held = new Set<Host>();

  /** Takes note of an event that the world takes in. */
  note(event: WorldEvent): void {
    if (event.kind === "Domain") {
      const { namespace, name } = event.type === "set" ? event.object : event;
      this.#replace(`${namespace}/${name}`, event.type === "set" ? statusOf(event.object) : undefined);
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
    for (const [status, claims] of this.#claims) {
      const [phase = "", reason = ""] = status.split(" ");
      yield { phase, reason, claims };
    }
  }

  #replace(claim: string, now: string | undefined): void {
    const before = this.#statusOf.get(claim);
    if (before === now) return;
    if (before !== undefined) this.#add(before, -1);
    if (now === undefined) this.#statusOf.delete(claim);
    else {
      this.#statusOf.set(claim, now);
      this.#add(now, 1);
    }
  }

  #add(status: string, by: 1 | -1): void {
    const count = (this.#claims.get(status) ?? 0) + by;
    if (count === 0) this.#claims.delete(status);
    else this.#claims.set(status, count);
  }
}

function statusOf({ status }: Claim): string {
  return `${status?.phase ?? "Pending"} ${status?.reason ?? ""}`;
}
