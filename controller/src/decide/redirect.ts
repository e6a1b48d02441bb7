import { requireCanonical, wildcardFor } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages";
import type { Facts } from "../world/facts.ts";
import type { RedirectRefusalReason } from "../world/kong-state.ts";
import type { Claim, ClaimRedirect, HostRecord, RedirectStatus } from "../world/types.ts";

/**
 * Redirects that are followed one after the other to find out where they end. Browsers follow 20; what takes more than
 * this is refused, so that a decision has an end, however many redirects tenants put in a row (rule X1).
 */
export const mostRedirects = 100;

/** A claim that redirects its host. */
export type RedirectingClaim = Claim & { readonly redirect: ClaimRedirect };

/** Where requests for a host are sent, in one hop. */
export interface Redirect {
  readonly ok: true;
  /** The claim that says so: it holds the host. */
  readonly claim: RedirectingClaim;
  readonly host: Hostname;
  readonly statusCode: RedirectStatus;
  readonly keepPath: boolean;
}

/** Why a host is not redirected, though its claim says so. */
export interface RedirectRefusal {
  readonly ok: false;
  readonly claim: RedirectingClaim;
  readonly reason: RedirectRefusalReason;
  readonly message: string;
}

/**
 * Rule N1: where requests for the host are sent. Redirects of one namespace are written as one hop: straight to where they
 * lead in the end. What a host of another namespace does with its visitors is its holder's affair, so a redirect ends there;
 * but where the redirects of all lead on without an end, there is none. Undefined: the holder's claim redirects nothing.
 */
export function redirectOf(facts: Facts, host: Host): Redirect | RedirectRefusal | undefined {
  const claim = redirectingClaim(facts, host);
  if (claim === undefined) return undefined;
  const refused = (reason: RedirectRefusalReason, message: string): RedirectRefusal => ({
    ...{ ok: false, claim, reason, message },
  });
  const hops: Redirect[] = [];
  const passed = new Set<Host>();
  for (let at: Redirecting | undefined = { host, claim }; at !== undefined;) {
    if (passed.has(at.host)) return refused("RedirectCircle", conditionMessages.redirectCircle([...passed, at.host]));
    if (passed.size === mostRedirects) {
      return refused("RedirectTooLong", conditionMessages.redirectTooLong(host, mostRedirects));
    }
    passed.add(at.host);
    const to = requireCanonical(at.claim.redirect.host);
    if (!to.ok) {
      // One further on is refused itself, and answers nothing: the redirects end there.
      if (hops.length > 0) break;
      return refused("RedirectInvalid", conditionMessages.redirectInvalid(to.problem.message));
    }
    hops.push({ ...at.claim.redirect, ok: true, claim: at.claim, host: to.hostname });
    at = redirectingAt(facts, to.hostname);
  }
  const others = hops.findIndex((hop) => hop.claim.namespace !== claim.namespace);
  return hops.slice(0, others < 0 ? hops.length : others).reduce(inOneHop);
}

/** The claim that holds the host and redirects it; undefined where there is none. */
export function redirectingClaim(facts: Facts, host: Host): RedirectingClaim | undefined {
  const record = facts.record(host);
  return record === undefined ? undefined : redirectingHolder(facts, record);
}

/** A host whose holder redirects it. */
interface Redirecting {
  readonly host: Host;
  readonly claim: RedirectingClaim;
}

/** Whose redirect answers requests for the hostname: its holder's or, where it has none, that of the wildcard above it. */
function redirectingAt(facts: Facts, hostname: Hostname): Redirecting | undefined {
  const exact = facts.record(hostname);
  const cover = exact?.holder === undefined ? wildcardFor(hostname) : undefined;
  const host = cover ?? hostname;
  const record = cover === undefined ? exact : facts.record(cover);
  const claim = record === undefined ? undefined : redirectingHolder(facts, record);
  return claim === undefined ? undefined : { host, claim };
}

function redirectingHolder(facts: Facts, { holder }: HostRecord): RedirectingClaim | undefined {
  if (holder === undefined) return undefined;
  const claim = facts.claim(holder.namespace, holder.name);
  return claim?.uid === holder.uid && !claim.deleting && isRedirecting(claim) ? claim : undefined;
}

function isRedirecting(claim: Claim): claim is RedirectingClaim {
  return claim.redirect !== undefined;
}

/**
 * What two redirects do one after the other. It is the first one's answer, save that what goes on through a redirect for a
 * while is one for a while: a browser would remember one for good, and not ask again.
 */
function inOneHop(first: Redirect, next: Redirect): Redirect {
  return {
    ...first,
    host: next.host,
    statusCode: isForGood(next.statusCode) ? first.statusCode : forAWhile[first.statusCode],
    keepPath: first.keepPath && next.keepPath,
  };
}

function isForGood(statusCode: RedirectStatus): boolean {
  return statusCode === 301 || statusCode === 308;
}

/** The status for a while that treats the method alike. */
const forAWhile = { 301: 302, 302: 302, 307: 307, 308: 307 } as const satisfies Record<RedirectStatus, RedirectStatus>;
