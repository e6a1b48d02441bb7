import { hostOf } from "@domain-claims/crds/domain";

import type { IngressClaims } from "../claims/ingress-claims.ts";
import { display } from "./display.ts";
import { capped } from "./more.ts";

/** Lines about one Ingress: a tenant can write very many hosts that are none. */
const mostOfOne = 5;

/** What people have to know of what was planned, a line for each thing; first what they have to decide. */
export function migrationLines({ claims, conflicts, shares, unheld, unclaimable }: IngressClaims): {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
} {
  const delegating = claims.filter(({ spec }) => (spec.delegates ?? []).length > 0);
  return {
    problems: [
      ...conflicts.map(({ host, why }) => `${display(host)}: ${why}`),
      ...unclaimable.flatMap(({ ingress, why }) => {
        const { shown, more } = capped(why, mostOfOne);
        return [...shown, ...(more === undefined ? [] : [more])].map((text) => `Ingress ${ingress}: ${text}`);
      }),
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
