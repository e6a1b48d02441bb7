import { hostOfRecord } from "@domain-claims/crds/hostname";
import type { Claim, HostRecord, WorldEvent } from "../world/types.ts";
import type { World } from "../world/world.ts";

/** How many claims have a status. */
export interface StatusCount {
  readonly phase: string;
  /** Empty for a claim that has not been decided yet. */
  readonly reason: string;
  readonly claims: number;
}

/** Counts claims by what their status says and hosts that are held, event by event, so that nobody has to look at each. */
export class Census {
  readonly #claims = new Map<string, number>();
  #held = 0;

  /** Takes note of an event that the world is about to take in. */
  note(event: WorldEvent, before: Pick<World, "claim" | "record">): void {
    if (event.kind === "Domain") {
      const { namespace, name } = event.type === "set" ? event.object : event;
      this.#replace(before.claim(namespace, name), event.type === "set" ? event.object : undefined);
    } else if (event.kind === "HostRecord") {
      const host = event.type === "set" ? event.object.host : hostOfRecord(event.name);
      const [old, now] = [before.record(host), event.type === "set" ? event.object : undefined];
      this.#held += isHeld(now) - isHeld(old);
    }
  }

  /** Hosts that a claim holds. */
  get hostsHeld(): number {
    return this.#held;
  }

  /** Every status that some claim has, with the number of claims that have it. */
  *statuses(): Generator<StatusCount, void> {
    for (const [status, claims] of this.#claims) {
      const [phase = "", reason = ""] = status.split(" ");
      yield { phase, reason, claims };
    }
  }

  #replace(old: Claim | undefined, now: Claim | undefined): void {
    if (old !== undefined) this.#add(statusOf(old), -1);
    if (now !== undefined) this.#add(statusOf(now), 1);
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

function isHeld(record: HostRecord | undefined): 0 | 1 {
  return record?.holder === undefined ? 0 : 1;
}
