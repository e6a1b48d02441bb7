import type { Host } from "@domain-claims/crds/hostname";
import type { Draft } from "./draft.ts";

/**
 * Bytes that a name takes in a DomainCertificate at most: three times the name (what its certificate is ordered for, what was
 * issued, and that it leaves or is tried apart), with a certificate of its own, times and what is said of it.
 */
function bytesOf(host: Host): number {
  return 3 * host.length + 530;
}

/**
 * How much of the names, those that come first first, the group's object has room for beside those that stand in certificates
 * or are tried apart, whatever becomes of them: etcd refuses an object of 1.5 MiB, and then nothing of the group could be
 * written down any more (rule X1).
 */
export function fitting({ certificates, limits, quarantine, wanted }: Draft, hosts: readonly Host[]): readonly Host[] {
  const kept = new Set<Host>();
  for (const { issued, names } of certificates.values()) for (const host of [...names, ...issued]) kept.add(host);
  for (const host of quarantine.keys()) if (wanted.has(host)) kept.add(host);
  let room = limits.objectBytes;
  for (const host of kept) room -= bytesOf(host);
  return hosts.filter((host) => (room -= bytesOf(host)) >= 0);
}
