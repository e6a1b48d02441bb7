import type { Host } from "@domain-claims/crds/hostname";
import type { GroupCertificate } from "../../world/certificate-group.ts";
import type { Draft } from "./draft.ts";
import { change, hasToGo, isSound } from "./draft.ts";
import { isBelowWildcard } from "./names.ts";
import { reliantNames } from "./reliance.ts";

/** Notes since when names of certificates are wanted no longer, and forgets it of those that are wanted again (rule T5). */
export function noteLeaving({ certificates, leaving, now, wanted }: Draft): void {
  const held = new Set<Host>();
  for (const { issued, names } of certificates.values()) for (const host of [...names, ...issued]) held.add(host);
  for (const host of leaving.keys()) if (wanted.has(host) || !held.has(host)) leaving.delete(host);
  for (const host of held) if (!wanted.has(host) && !leaving.has(host)) leaving.set(host, { host, since: now });
}

/** The first probe that was issued in a group without any other certificate is the group's certificate from then on. */
export function promoteProbe(draft: Draft): void {
  const certificates = [...draft.certificates.values()].sort((a, b) => a.number - b.number);
  if (certificates.some(({ probe }) => !probe)) return;
  const first = certificates.find(({ issued }) => issued.length > 0);
  if (first !== undefined) change(draft, first, { probe: false });
}

/** Certificates that nothing needs go, and so do those of probes whose names have joined the others. */
export function dropUnneeded(draft: Draft): void {
  const certificates = [...draft.certificates.values()];
  const all = new Set(certificates.flatMap(({ issued }) => issued));
  const common = new Set(certificates.flatMap(({ issued, probe }) => (probe ? [] : issued)));
  for (const certificate of certificates) {
    const { names, number, probe, running } = certificate;
    if (running) continue;
    const hasJoined = probe && names.every((host) => common.has(host) || isBelowWildcard(all, host));
    if (hasJoined || isUnneeded(draft, certificate)) draft.certificates.delete(number);
  }
}

/** True if nobody wants any of its names and one has to go, or if it has expired for names that can't be validated. */
function isUnneeded(draft: Draft, certificate: GroupCertificate): boolean {
  const { names, notAfter } = certificate;
  if (names.some((host) => isSound(draft, host))) return false;
  if (draft.now >= notAfter) return true;
  return (
    names.some((host) => !draft.wanted.has(host) && hasToGo(draft, certificate, host)) &&
    reliantNames(draft, certificate, names).length === 0
  );
}
