import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";
import { referredId } from "../../plan/kong/fields.ts";
import { guardId } from "../../plan/kong/guard.ts";
import { isRedirect } from "../../plan/kong/redirect.ts";
import { taggedName, taggedNamespace } from "../../plan/kong/tags.ts";
import { serviceIdOf } from "../../plan/kong/collections.ts";
import type { KongRoute, KongSni } from "../../plan/kong/entities.ts";
import type { Live } from "../../world/kong-state.ts";
import type { SecretRef } from "../../world/tls.ts";
import { compareText } from "../../world/compare.ts";
import type { ActualState } from "./actual-state.ts";

/** What the host has in Kong, as decisions see it: where it is not known, a route counts as live, and a guard as missing. */
export function liveIn(actual: ActualState, settings: Settings, host: RouteHost): Live {
  const guard = guardId(settings, host);
  const routes = actual.forHost("routes", host);
  const serving = routes.filter(({ id }) => id !== guard);
  const written = sorted(serving.map(({ tags }) => taggedNamespace(tags) ?? ""));
  const coming = actual.pending.for(host).filter((namespace) => !written.includes(namespace));
  const namespaces = coming.length === 0 ? written : sorted([...written, ...coming]);
  const guarded = serving.length < routes.length && !actual.isUnknown("routes", guard);
  const redirects = serving.some(isRedirect);
  const byFunction = redirects || (host !== anyHost && isWildcard(host));
  const leadsTo = actual.ledBefore.get(host) ?? (byFunction ? servicesOf(actual, serving) : []);
  const [sni] = actual.forHost("snis", host);
  return {
    ...{ namespaces, coming: coming.length > 0, guard: guarded },
    ...(actual.arriving.has(host) ? { arriving: true } : {}),
    ...(written.length === 0 ? {} : { written }),
    ...(redirects ? { redirects } : {}),
    ...(leadsTo.length === 0 ? {} : { leadsTo }),
    ...(sni === undefined ? {} : { tls: secretOf(sni) }),
  };
}

/** The names of the services to which the routes lead. */
function servicesOf(actual: ActualState, routes: readonly KongRoute[]): readonly string[] {
  return sorted(routes.flatMap((route) => actual.get("services", serviceIdOf(route))?.name ?? []));
}

/** Each once. */
function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareText);
}

/** The content of the certificate, as a hash, that Kong has for the host, as far as it is ours; undefined: it has none. */
export function certificateIn(actual: ActualState, host: RouteHost): string | undefined {
  const [sni] = actual.forHost("snis", host);
  return sni === undefined ? undefined : (actual.get("certificates", referredId(sni.certificate))?.cert ?? "");
}

/** The Secret that an SNI leads to, by its tags; one that somebody tagged otherwise is nobody's. */
function secretOf({ tags }: KongSni): SecretRef {
  return { namespace: taggedNamespace(tags) ?? "", name: taggedName(tags) ?? "" };
}
