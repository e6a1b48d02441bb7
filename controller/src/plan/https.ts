import type { Host } from "@domain-claims/crds/host";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import { hasWildcardCertificate } from "../decide/has-https.ts";
import type { Facts } from "../world/facts.ts";
import { servesHttps } from "../world/kong-state.ts";
import type { PlannedRoute, SourceRefusal } from "./route.ts";
import type { HostTls } from "./tls.ts";

/** "Please use HTTPS protocol": what Kong answers over HTTP for a route that is for HTTPS alone, unless that redirects. */
export const upgradeRequired = 426;

/**
 * Rule T11: routes that are for HTTPS alone redirect to it once the host has it. Until then they answer that HTTPS is needed:
 * neither is anybody sent into a handshake that fails, nor is anything served over HTTP that is not meant to be.
 */
export function overHttps(
  facts: Facts,
  host: Host,
  routes: readonly PlannedRoute[],
  { known, served }: HostTls,
): { readonly routes: readonly PlannedRoute[]; readonly refusals: readonly SourceRefusal[] } {
  const only = routes.filter(isForHttpsAlone);
  if (only.length === 0) return { routes, refusals: [] };
  const has = (served !== undefined && servesHttps(facts.liveTls(host))) || hasWildcardCertificate(facts, host);
  if (has) return { routes, refusals: [] };
  const sources = new Map(only.map(({ source }) => [source.name, source]));
  const message = sourceMessages.httpsOnly(host);
  const refusals = [...sources.values()].map((source): SourceRefusal => ({
    ...{ source, reason: "CertificateMissing", message, path: undefined, refused: 0, tls: "refused" },
  }));
  return {
    routes: routes.map((route) => (isForHttpsAlone(route) ? withoutRedirect(route) : route)),
    // One that is on its way to Kong is not missing.
    refusals: known && served === undefined ? refusals : [],
  };
}

/** True for what is not to be served over HTTP. */
export function isForHttpsAlone({ options }: Pick<PlannedRoute, "options">): boolean {
  return !options.protocols.includes("http");
}

function withoutRedirect(route: PlannedRoute): PlannedRoute {
  return { ...route, options: { ...route.options, httpsRedirectStatusCode: upgradeRequired } };
}
