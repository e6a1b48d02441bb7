import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { GroupCertificate } from "../../world/certificate-group.ts";
import type { Draft } from "./draft.ts";
import { isSound } from "./draft.ts";
import { covers, isBelowWildcard } from "./names.ts";

/**
 * Sound names that would be without a certificate if this one had no longer the names in `dropped`: those that only a
 * wildcard among them covers.
 */
export function reliantNames(draft: Draft, { number }: GroupCertificate, dropped: readonly Host[]): readonly Host[] {
  const wildcards = new Set(dropped.filter(isWildcard));
  if (wildcards.size === 0) return [];
  const others = new Set<Host>();
  for (const other of draft.certificates.values())
    if (other.number !== number) for (const host of other.issued) others.add(host);
  return [...draft.wanted.keys()].filter(
    (host) => isSound(draft, host) && isBelowWildcard(wildcards, host) && !covers(others, host),
  );
}
