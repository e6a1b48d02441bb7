import { hostOf } from "@domain-claims/crds/domain";

import type { IngressClaims } from "../claims/ingress-claims.ts";
import { display } from "./display.ts";

/** What people have to know of what was planned, a line for each thing; first what they have to decide. */
export function migrationLines({ claims, conflicts, shares, unheld, unclaimable }: IngressClaims): {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
} {
  const delegating = claims.filter(({ spec }) => (spec.delegates ?? []).length > 0);
  return {
    problems: [
      ...conflicts.map(({ host, why }) => `${display(host)}: ${why}`),
      ...unclaimable.map(({ ingress, why }) => `Ingress ${ingress}: ${why}`),
    ],
    notes: [
      ...shares.map(
        ({ primary, holder, namespaces }) =>
          `${display(primary)} has to be shared, unless it is: kubectl domain share ${primary} --with ${namespaces.join(",")} -n ${holder}`,
      ),
      ...delegating.map(
        ({ metadata: { namespace = "" }, spec }) =>
          `${display(hostOf(spec))} of ${namespace} is shared with ${(spec.delegates ?? []).join(", ")}, which serve names below it`,
      ),
      ...unheld.map(
        (domain) =>
          `nobody serves ${display(domain)} itself, so nobody gets it: names below it are primaries of their own, and whoever claims it later gets the others (--holder ${domain}=NAMESPACE)`,
      ),
    ],
  };
}
