import type { Host } from "@domain-claims/crds/hostname";
import type { GroupCertificate } from "../../world/certificate-group.ts";
import { compareText } from "../../world/compare.ts";
import type { Draft } from "./draft.ts";
import { hasToGo, isSound } from "./draft.ts";
import { covers, withoutRedundant } from "./names.ts";

/** Names that are wanted and stand in no certificate, or only in one that they have to leave; those that came first first. */
export function missingNames(draft: Draft): readonly Host[] {
  const held = new Set<Host>();
  for (const certificate of draft.certificates.values()) {
    const going = new Set(certificate.running ? [] : goingNames(draft, certificate));
    for (const host of certificate.names) if (!going.has(host)) held.add(host);
  }
  const missing = [...draft.wanted.values()].filter(({ host }) => isSound(draft, host) && !covers(held, host));
  const needed = new Set(withoutRedundant(missing.map(({ host }) => host)));
  return missing
    .filter(({ host }) => needed.has(host))
    .sort((a, b) => a.since - b.since || compareText(a.host, b.host))
    .map(({ host }) => host);
}

/** Rule T3: false for a name for which the gateway does not answer yet. */
export function isServed({ wanted }: Draft, host: Host): boolean {
  return wanted.get(host)?.isServed === true;
}

/** Rule T2: when the names that came together are ordered, in milliseconds since the epoch; a time that is over where there are none. */
export function dueAt({ certificates, limits, wanted }: Draft, hosts: readonly Host[]): number {
  let first = Infinity;
  let last = -Infinity;
  for (const host of hosts) {
    const { since } = wanted.get(host) ?? { since: Infinity };
    first = Math.min(first, since);
    last = Math.max(last, since);
  }
  return Math.min(last + (certificates.size === 0 ? limits.firstIdleMs : limits.idleMs), first + limits.longestWaitMs);
}

/** The names that a certificate has to do without. */
export function goingNames(draft: Draft, certificate: GroupCertificate): readonly Host[] {
  // Whether it ails is asked of each name: most certificates do not.
  return certificate.names.filter((host) => !isSound(draft, host) && hasToGo(draft, certificate, host));
}
