import { hostOfRecord } from "@domain-claims/crds/hostname";
import { hostOfClaim } from "../world/claim-host.ts";
import type { WorldEvent } from "../world/types.ts";
import type { UnitKind } from "./work-item.ts";

/**
 * What an event concerns by itself, whether or not a decision has read it before. One that changed no fact concerns nobody
 * but its object, which has to be what it was made (rule O8).
 */
export function itemsFor(event: WorldEvent, changedFacts: boolean): readonly (readonly [UnitKind, string])[] {
  if (event.type === "delete") {
    if (event.kind === "HostRecord") return [["host", hostOfRecord(event.name)]];
    if (event.kind === "Domain") return [["claim", `${event.namespace}/${event.name}`]];
    return event.kind === "Ingress" ? [["ingress", `${event.namespace}/${event.name}`]] : [];
  }
  switch (event.kind) {
    case "Domain": {
      const host = hostOfClaim(event.object);
      const own = ["claim", `${event.object.namespace}/${event.object.name}`] as const;
      return host.ok && changedFacts ? [own, ["host", host.host]] : [own];
    }
    case "HostRecord": {
      const { host, holder, history } = event.object;
      return holder === undefined
        ? [
            ["host", host],
            ["released", history[0]?.namespace ?? ""],
          ]
        : [["host", host]];
    }
    case "Ingress":
      return [["ingress", `${event.object.namespace}/${event.object.name}`]];
    case "Namespace":
    case "IngressClass":
    case "Service":
      return [];
  }
}
