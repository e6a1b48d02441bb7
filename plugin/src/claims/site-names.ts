import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import { recordOf } from "./register.ts";

/** A name of a site, and when it had it, as far as the register tells: RFC 3339. */
export interface SiteName {
  readonly host: string;
  readonly since: string | undefined;
  /** When it was renamed; undefined: it has the name now. */
  readonly until: string | undefined;
}

/** Renames that are followed one after the other: as many as a record keeps names. */
const mostFollowed = 50;

/**
 * Every name of the site that has or had this one, newest first. A host that was renamed is followed to the newest name, whose
 * record keeps those of before. Empty where nobody holds the host.
 */
export async function namesOf(cluster: Cluster, host: Host): Promise<readonly SiteName[]> {
  const passed = new Set<string>();
  for (let at: string = host; ;) {
    passed.add(at);
    const holder = (await recordOf(cluster, at as Host))?.spec.holder;
    if (holder === undefined) return [];
    const { renamedTo, renamedFrom = [], since } = holder;
    const goesOn = renamedTo?.done !== undefined && !passed.has(renamedTo.host) && passed.size < mostFollowed;
    if (goesOn) {
      at = renamedTo.host;
      continue;
    }
    const former = renamedFrom.map((name) => ({ host: name.host, since: undefined, until: name.since }));
    return [{ host: at, since, until: undefined }, ...former];
  }
}
