import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { GroupCertificate, ShownCertificate } from "../../world/certificate-group.ts";
import type { Issuer, Solver } from "../../world/issuer.ts";
import type { Draft } from "./draft.ts";
import { sameNames } from "./names.ts";

/**
 * What is known of a name before it is ordered. `proved`: it, its parent, or a name beside it or right below it has been
 * validated, so the issuer can write where its challenge is met. `vouched`: the issuer says so, or its challenge can always be
 * cleaned up, and nothing speaks against it: no order of its namespace has failed lately, and few names of other newcomers are
 * under way, which together may hold up everybody for minutes. `untried`: its challenge may keep a place in cert-manager's queue for
 * ever.
 */
export type Evidence = "proved" | "vouched" | "untried";

/** What is known of each name of the group. */
export function evidenceOf(draft: Draft): (host: Host) => Evidence {
  const { budgets, issuer, limits, others } = draft;
  const near = new Set<string>();
  for (const host of validatedNames(draft)) near.add(placeOf(host)).add(parentOf(placeOf(host)));
  const isCrowded = others.underWay.newcomers >= limits.untriedNames;
  const isTrusted = !isCrowded && budgets.noneHasFailed();
  return (host) => {
    const place = placeOf(host);
    if (near.has(place) || near.has(parentOf(place))) return "proved";
    return isTrusted && issuer !== undefined && isVouchedFor(issuer, host) ? "vouched" : "untried";
  };
}

/** Names that have certificates, and those that would have if it were not for few that get nowhere. */
function* validatedNames({ certificates, shown }: Draft): IterableIterator<Host> {
  for (const certificate of certificates.values()) {
    yield* certificate.issued;
    const now = shown.get(certificate.number);
    if (!isHeldUp(certificate, now)) continue;
    const pending = new Set(now.pending);
    yield* certificate.names.filter((host) => !pending.has(host));
  }
}

/**
 * True if each challenge for the host gives its place in cert-manager's queue back when its order is given up: that of HTTP-01,
 * where there is nothing to clean up outside of the cluster, and that of DNS-01 in a zone which the issuer names, but not below
 * a name of that, which may be another zone. Where no solver is for the host there is no challenge.
 */
function isVouchedFor({ solvers }: Issuer, host: Host): boolean {
  const place = placeOf(host);
  const named = solvers.filter((solver) => names(solver, host));
  // cert-manager takes one for all only where none is for the name (`acmeorders/selectors`).
  const used =
    named.length > 0 ? named : solvers.filter(({ dnsNames, dnsZones }) => dnsNames.length + dnsZones.length === 0);
  return used.every(
    ({ dnsNames, dnsZones, type }) =>
      type === "HTTP-01" || dnsNames.includes(host) || dnsZones.includes(place) || dnsZones.includes(parentOf(place)),
  );
}

function names({ dnsNames, dnsZones }: Solver, host: Host): boolean {
  const place = placeOf(host);
  return dnsNames.includes(host) || dnsZones.some((zone) => place === zone || place.endsWith(`.${zone}`));
}

/** The name whose `_acme-challenge` a challenge is met at: a wildcard's is that of the name without it (RFC 8555, section 8.4). */
function placeOf(host: Host): string {
  return isWildcard(host) ? parentOf(host) : host;
}

function parentOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** True if most names of the order have been met, and nothing moves any more. */
export function isHeldUp(
  { names, running }: GroupCertificate,
  shown: ShownCertificate | undefined,
): shown is ShownCertificate {
  if (!running || shown === undefined || !sameNames(shown.names, names)) return false;
  const { pending, stuck } = shown;
  return stuck.length > 0 && stuck.length === pending.length && stuck.length * 2 < names.length;
}
