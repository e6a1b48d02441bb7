import { hostOfRecord, parentOf } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";

import type { HostRecord } from "../kube/objects.ts";
import { inHostOrder } from "./host-order.ts";
import type { HeldRecord } from "./register.ts";

/** What becomes of a host when something above it goes. */
export interface Fall {
  readonly record: HeldRecord;
  /** `goes`: nobody holds it any more. `decided again`: it stands if another primary above it, or none, lets it. */
  readonly effect: "goes" | "decided again";
}

/**
 * What falls when the primary `top` is no longer there for the namespaces that `lost` is true for (rules O3 to O5):
 * the names shared with them directly below it, the primaries that they have below it by delegation, and what stands on
 * these. `gone`: the primary itself goes, so that a primary below it may stand on its own.
 */
export function falling(
  below: readonly HeldRecord[],
  top: Host,
  lost: (namespace: string) => boolean,
  gone: boolean,
): readonly Fall[] {
  const falls = new Map<string, Fall>();
  const drop = (record: HeldRecord, effect: Fall["effect"]): void => {
    if (falls.has(record.spec.host)) return;
    falls.set(record.spec.host, { record, effect });
    if (effect === "goes" && record.spec.holder.kind === "primary") dropBelow(hostIn(record), () => true, true);
  };
  const dropBelow = (primary: Host, hit: (namespace: string) => boolean, primaryGoes: boolean): void => {
    for (const record of below) {
      const { holder } = record.spec;
      if (!hit(holder.namespace)) continue;
      if (holder.kind === "shared" && parentOf(hostIn(record)) === primary) drop(record, "goes");
      if (holder.kind === "primary" && holder.authority?.kind !== "none" && holder.authority?.host === primary)
        drop(record, primaryGoes ? "decided again" : "goes");
    }
  };
  dropBelow(top, lost, gone);
  return inHostOrder([...falls.values()], ({ record }) => record.spec.host);
}

/** The host of a record. */
function hostIn(record: HostRecord): Host {
  return hostOfRecord(record.metadata.name);
}
