import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "../support/controlplane/api.ts";
import type { Store } from "@domain-claims/kong-stand-in";
import type { StoredRecord } from "../support/world/objects.ts";
import { ourRoutes } from "./expected.ts";
import { afterDot, readRecords } from "./objects.ts";

/** Looks again and again while a run goes on. */
export interface Watchdog {
  readonly looks: () => number;
  readonly violations: readonly string[];
  readonly stop: () => Promise<void>;
}

const everyMs = 25;

/**
 * Looks at Kong's routes between two readings of the register: a route of ours, or a wildcard's route without the guard
 * below it, for which neither reading has an excuse breaks I3 or L2b. A record that changed between the readings is left
 * for the next look. Foreign entities must be the ones that were put there (I4).
 */
export function watchdog(api: Api, store: Store, foreign: readonly object[]): Watchdog {
  const violations: string[] = [];
  let looks = 0;
  let goesOn = true;
  const look = async (before: readonly StoredRecord[]): Promise<readonly StoredRecord[]> => {
    const routes = ourRoutes(store);
    const entities = [...store.services.values(), ...store.routes.values(), ...store.plugins.values()];
    const after = await readRecords(api);
    looks += 1;
    const earlier = new Map(before.map(({ spec, metadata }) => [spec.host, metadata.resourceVersion]));
    const now = new Map(after.map((record) => [record.spec.host, record]));
    const settled = (host: string): boolean => earlier.get(host) === now.get(host)?.metadata.resourceVersion;
    const holderOf = (host: string): string | undefined => now.get(host)?.spec.holder?.namespace;
    for (const { hosts, guard, namespace } of routes) {
      for (const host of guard ? [] : hosts) {
        // Rule N4: until it is changed, the route of whoever handed the host over goes on.
        const isGivers = now.get(host)?.spec.holder?.givers?.some((giver) => giver.namespace === namespace) === true;
        if (settled(host) && holderOf(host) !== namespace && !isGivers)
          violations.push(
            `I3: Kong has a route of ${namespace} for ${host}, which ${holderOf(host) ?? "nobody"} holds`,
          );
        if (!host.startsWith("*.")) continue;
        for (const below of now.keys()) {
          const other = holderOf(below);
          if (below.startsWith("*.") || afterDot(below) !== host.slice(2) || !settled(below)) continue;
          if (other === undefined || other === namespace) continue;
          if (!routes.some((route) => route.guard && route.hosts.includes(below)))
            violations.push(`L2b: ${host} is live and ${below}, which ${other} holds, has no guard`);
        }
      }
    }
    if (foreign.some((entity) => !entities.includes(entity as never)))
      violations.push("I4: a foreign entity was touched");
    return after;
  };
  const looking = (async () => {
    let records = await readRecords(api);
    while (goesOn) {
      records = await look(records);
      await sleep(everyMs);
    }
  })();
  looking.catch((error: unknown) => violations.push(`the register can't be read: ${String(error)}`));
  return {
    looks: () => looks,
    violations,
    stop: async () => {
      goesOn = false;
      await looking.catch(() => undefined);
    },
  };
}
