import type { Host } from "@domain-claims/crds/hostname";

/** How full new certificates are made where there are several of them: a name that comes later finds room. */
const fill = 0.8;

/** How many times the fewest possible orders that may cost. */
const mostOrders = 1.2;

/**
 * Names of new certificates: as few as `namesPerCertificate` allows, or somewhat more where that leaves room in them. The
 * hosts stay in their order, in lists of nearly the same length.
 */
export function spread(hosts: readonly Host[], namesPerCertificate: number): readonly (readonly Host[])[] {
  const fullOnes = hosts.length / namesPerCertificate;
  const roomy = Math.ceil(hosts.length / Math.max(1, Math.floor(namesPerCertificate * fill)));
  const count = Math.min(roomy, Math.max(Math.ceil(fullOnes), Math.floor(fullOnes * mostOrders)));
  return Array.from({ length: count }, (_, index) =>
    hosts.slice(Math.floor((index * hosts.length) / count), Math.floor(((index + 1) * hosts.length) / count)),
  );
}
