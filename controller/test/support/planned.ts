import type { RouteHost } from "@domain-claims/crds/hostname";
import { decideHost } from "../../src/decide/host.ts";
import type { Settings } from "../../src/decide/settings.ts";
import { planHost } from "../../src/plan/host.ts";
import type { HostRoutes } from "../../src/plan/host-routes.ts";
import { targetNames } from "../../src/plan/kong/target-names.ts";
import type { Facts } from "../../src/world/facts.ts";

/** What the gateway should have for the host, in no gateway's terms, by what is decided about it. */
export function plannedFor(facts: Facts, settings: Settings, host: RouteHost): HostRoutes {
  return planHost(facts, settings, decideHost(facts, settings, host), targetNames(settings));
}
