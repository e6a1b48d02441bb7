import { anyHost } from "@domain-claims/crds/hostname";
import type { Hostname } from "@domain-claims/crds/hostname";
import { conditionMessages, sourceMessages } from "@domain-claims/crds/messages";
import type { HostDecision } from "../decide/host.ts";
import { redirectOf } from "../decide/redirect.ts";
import type { RedirectRefusal } from "../decide/redirect.ts";
import type { Facts } from "../world/facts.ts";
import { pathsFor } from "../world/source-hosts.ts";
import type { Source, SourcePath } from "../world/source.ts";
import type { PlannedRedirect, Refusal } from "./route.ts";

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

/** The root of where a redirect leads, as a URL without the slash at its end. */
export function locationOf({ scheme, to }: Pick<PlannedRedirect, "scheme" | "to">): string {
  return `${scheme}://${to}`;
}

/** Where a certificate authority looks for the answer to a challenge (HTTP-01: RFC 8555, section 8.3). */
const challenges = /^\/\.well-known\/acme-challenge(\/|$)/;

function isChallenge({ match: { kind, path } }: SourcePath): boolean {
  return kind !== "regex" && challenges.test(path);
}

/**
 * Which paths of its sources a host serves beside what became of its redirect: where it is redirected, answers to challenges.
 * Without them it could have no certificate, and visitors who come by https would never see the redirect.
 */
export function whichPaths(asked: PlannedRedirect | RedirectRefusal | undefined): (path: SourcePath) => boolean {
  if (asked === undefined) return () => true;
  return asked.ok ? isChallenge : () => false;
}

/** What is told to the sources in whose place the host is redirected. */
export function redirectedSources(
  asked: PlannedRedirect | RedirectRefusal,
  { host }: Pick<HostDecision, "host">,
  sources: readonly Source[],
): readonly Refusal[] {
  if (host === anyHost) return [];
  const { claim } = asked;
  const message = sourceMessages.redirected(host, claim.name, claim.redirect.host, claim.namespace);
  const isServed = whichPaths(asked);
  return sources.flatMap((source) => {
    const { kind, namespace, name } = source;
    const paths = pathsFor(source, host);
    if (paths.length > 0 && paths.every(isServed)) return [];
    const refused = paths.filter((path) => !isServed(path)).length;
    return [{ source: { kind, namespace, name }, reason: "HostRedirected", message, path: undefined, refused }];
  });
}
