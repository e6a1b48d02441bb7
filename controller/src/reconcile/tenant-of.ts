import { anyHost } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { World } from "../world/world.ts";
import { splitKey } from "./work-item.ts";
import type { UnitKind } from "./work-item.ts";

/**
 * The namespace that a unit's work is done for, by which units take turns: a host's is its holder's, or that of the claim
 * which has waited longest for it.
 */
export function tenantOf(world: World, kind: UnitKind, key: string): string {
  switch (kind) {
    case "claim":
    case "ingress":
      return splitKey(key).namespace;
    case "host": {
      const host = key as RouteHost;
      if (host === anyHost) return "";
      return world.record(host)?.holder?.namespace ?? world.claimsFor(host)[0]?.namespace ?? "";
    }
    case "released":
      return key;
  }
}
