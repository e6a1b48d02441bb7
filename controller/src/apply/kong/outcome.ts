import type { Host } from "@domain-claims/crds/hostname";
import { conditionMessages, renameMessages } from "@domain-claims/crds/messages/conditions";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import { KongError } from "../../kong/errors.ts";
import { errorText } from "../../operations/logging/logger.ts";
import type { KongRoute } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";
import { locationOf } from "../../plan/route.ts";
import type { Programmed, TlsFailure } from "../../world/kong-state.ts";
import { ForeignEntityError } from "./entity.ts";

/** Kong will not have a route; the message names it. */
export class RouteRefused extends Error {
  override readonly name = "RouteRefused";

  constructor(route: KongRoute, cause: KongError) {
    super(`${route.hosts?.join() ?? "any host"} ${route.paths.join(" ")}: ${cause.kongMessage ?? cause.message}`, {
      cause,
    });
  }
}

/** What the claim and the sources are told. */
export function outcome(plan: HostPlan, failures: readonly unknown[]): Programmed {
  const away = failures.find(worthAnotherTry);
  if (away !== undefined) {
    const detail = away instanceof KongError ? away.why : errorText(away);
    return { reason: "KongUnreachable", message: conditionMessages.kongUnreachable(detail) };
  }
  const foreign = failures.find((failure) => failure instanceof ForeignEntityError);
  if (foreign !== undefined) return { reason: "ForeignEntity", message: foreign.message };
  const [refused] = failures;
  if (refused !== undefined) {
    const detail = errorText(refused);
    return { reason: "KongRefused", message: conditionMessages.kongRefused(detail) };
  }
  if (plan.foreign !== undefined) {
    return { reason: "ForeignHost", message: conditionMessages.foreignHost(plan.host, plan.foreign) };
  }
  if (plan.redirectRefusal !== undefined) {
    const { reason, message } = plan.redirectRefusal;
    return { reason, message };
  }
  if (plan.unsupported) return { reason: "WildcardUnsupported", message: conditionMessages.wildcardUnsupported };
  if (plan.guardsWithheld) return { reason: "ForeignHost", message: conditionMessages.guardsWithheld(plan.host) };
  if (plan.waitsForGuards) return { reason: "Programming", message: conditionMessages.programming };
  if (plan.staying !== undefined)
    return { reason: "Programming", message: conditionMessages.takingOver(plan.host as Host) };
  if (plan.redirect !== undefined) {
    const { statusCode } = plan.redirect;
    const message = conditionMessages.redirecting(locationOf(plan.redirect), statusCode);
    return { reason: "Redirecting", message };
  }
  const { gaveWayTo } = plan.rename;
  if (gaveWayTo !== undefined) return { reason: "Renamed", message: renameMessages.over(plan.host as Host, gaveWayTo) };
  const routes = plan.routes.length - (plan.guard === undefined ? 0 : 1);
  return routes === 0
    ? { reason: "NoRoutes", message: "" }
    : { reason: "Programmed", message: conditionMessages.programmed(routes) };
}

/** Why Kong does not serve the host with its certificate; nothing where it does, or the pair could not be read just now. */
export function tlsOutcome({ host, tls }: HostPlan, failures: ReadonlyMap<string, unknown>): Pick<Programmed, "tls"> {
  const failure = tls === undefined ? undefined : tlsFailure(failures.get(tls.sni.id));
  if (tls === undefined || failure === undefined) return {};
  const message = sourceMessages.tlsNotTaken(host as Host, tls.secret.name, failure.detail);
  return { tls: { source: tls.source, reason: failure.reason, message } };
}

function tlsFailure(failure: unknown): { readonly reason: TlsFailure["reason"]; readonly detail: string } | undefined {
  if (failure instanceof ForeignEntityError) return { reason: "ForeignEntity", detail: failure.message };
  if (!(failure instanceof KongError)) return undefined;
  return worthAnotherTry(failure)
    ? { reason: "KongUnreachable", detail: conditionMessages.kongUnreachable(failure.why) }
    : { reason: "KongRefused", detail: conditionMessages.kongRefused(failure.kongMessage ?? failure.message) };
}

/** True for what may go well another time, without anybody changing anything. */
export function worthAnotherTry(failure: unknown): boolean {
  if (failure instanceof ForeignEntityError || failure instanceof RouteRefused) return false;
  return !(failure instanceof KongError) || !["refused", "nameTaken", "idTaken"].includes(failure.kind);
}
