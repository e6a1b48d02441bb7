import { anyHost } from "@domain-claims/crds/hostname";
import type { Hostname } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { HostDecision } from "../decide/host-decision.ts";
import { redirectOf } from "../decide/redirect.ts";
import type { RedirectRefusal } from "../decide/redirect.ts";
import type { Facts } from "../world/facts.ts";
import { pathsFor } from "../world/source-hosts.ts";
import { renamedSources } from "./rename.ts";
import type { NamedSource, PlannedRedirect, SourceRefusal } from "./route.ts";

/**
 * What becomes of a host that its claim redirects: the redirect or, where it can't be, nothing at all. What a host answers
 * does not fall back to its sources because somebody else made a circle of the redirect. Undefined: the host is not
 * redirected. `hasHttps` says whether requests for a host over TLS are answered with a certificate for it.
 */
export function planRedirect(
  facts: Facts,
  { host, serving }: Pick<HostDecision, "host" | "serving">,
  hasHttps: (host: Hostname) => boolean,
): PlannedRedirect | RedirectRefusal | undefined {
  if (serving === undefined || host === anyHost) return undefined;
  const asked = redirectOf(facts, host);
  if (asked?.ok !== true) return asked;
  const { claim, host: to, statusCode, keepPath } = asked;
  if (facts.kong.synced && !facts.kong.preFunction) {
    return { ok: false, claim, reason: "RedirectUnsupported", message: conditionMessages.redirectUnsupported };
  }
  return { ok: true, scheme: hasHttps(to) ? "https" : "http", to, statusCode, keepPath, claim };
}

/** Where a certificate authority asks whether somebody controls the host (HTTP-01: RFC 8555, section 8.3). */
export const challenges = "/.well-known/acme-challenge/";

/** What is told to the sources in whose place the host is redirected. */
export function redirectedSources(
  { claim }: PlannedRedirect | RedirectRefusal,
  { host }: Pick<HostDecision, "host">,
  named: readonly NamedSource[],
): readonly SourceRefusal[] {
  if (host === anyHost) return [];
  if (claim.renamed === true) return renamedSources(host, claim.redirect.host as Hostname, true, named);
  const message = sourceMessages.redirected(host, claim.name, claim.redirect.host, claim.namespace);
  return named.map(({ source, as }) => {
    const { kind, namespace, name } = source;
    const refused = pathsFor(source, as).length;
    return { source: { kind, namespace, name }, reason: "HostRedirected", message, path: undefined, refused };
  });
}
