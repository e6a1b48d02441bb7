import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { HostDecision } from "../decide/host-decision.ts";
import { redirectName } from "../decide/redirect-name.ts";
import { isGiver } from "../decide/transfer.ts";
import type { Facts } from "../world/facts.ts";
import { locationOf } from "./route.ts";
import type { PlannedRedirect, PlannedRoute, TargetNames } from "./route.ts";

/**
 * What answers by a function of the gateway's own, a redirect or the routes of a wildcard, and has to be in effect before
 * a route that serves is led there: the gateway takes over routes and functions at different times, and in between
 * requests would be answered with an error.
 */
export interface Standby {
  readonly redirect: PlannedRedirect | undefined;
  readonly routes: readonly PlannedRoute[];
  /** What it is, in a word: of a redirect whose it is and where it leads. */
  readonly name: string;
}

/** The redirect, or else the routes, as something to be in effect first. */
export function standbyOf(redirect: PlannedRedirect | undefined, routes: readonly PlannedRoute[]): Standby {
  const backends = routes.map(({ backend, options }) => JSON.stringify([backend, options.preserveHost]));
  const name =
    redirect === undefined ? [...new Set(backends)].sort().join() : redirectName(redirect.claim, locationOf(redirect));
  return { redirect, routes, name };
}

/**
 * What is to take the place of routes that serve the host now, its holder's own or those of who handed it over (rule N4), and
 * answers by a function that no route of the host leads to yet; undefined where nothing does.
 */
export function takingOver(
  facts: Facts,
  names: TargetNames,
  { host, serving }: Pick<HostDecision, "host" | "serving">,
  redirect: PlannedRedirect | undefined,
  routes: readonly PlannedRoute[],
): Standby | undefined {
  if (serving === undefined || host === anyHost || !facts.kong.preFunction) return undefined;
  if (redirect === undefined && (!isWildcard(host) || routes.length === 0)) return undefined;
  const { arriving = false, leadsTo = [], written = [] } = facts.live(host);
  const record = facts.record(host);
  const others = written.filter((namespace) => namespace !== serving);
  if (record === undefined || !others.every((namespace) => isGiver(facts, record, namespace))) return undefined;
  if (written.length === 0 || arriving) return undefined;
  const targets =
    redirect === undefined
      ? routes.map((route) => names.covering(host, route))
      : [names.redirect(host, redirect.claim)];
  const led = new Set(leadsTo);
  const leadsElsewhere = targets.some((target) => !led.has(target));
  return others.length > 0 || leadsElsewhere ? standbyOf(redirect, routes) : undefined;
}
