import { requireCanonical, wildcardFor } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import { compareText } from "../world/compare.ts";
import type { Facts } from "../world/facts.ts";
import { givenWay } from "./rename-under-way.ts";
import type { RedirectRefusalReason } from "../world/kong-state.ts";
import type { Claim, ClaimRedirect, RedirectStatus } from "../world/claim.ts";
import type { HostRecord } from "../world/host-record.ts";

/**
 * Redirects that are followed one after the other to find out where they end. Browsers follow 20; what takes more than
 * this is refused, so that a decision has an end, however many redirects tenants put in a row (rule X1).
 */
export const mostRedirects = 100;

/** As many as browsers follow: an old name is sent past so many later names at once, and from there past as many more. */
const mostRenames = 20;

/** A claim that redirects its host; of one that was renamed, to its new name (rule N2). */
export type RedirectingClaim = Claim & { readonly redirect: ClaimRedirect; readonly renamed?: true };

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
 * lead in the end, or not at all where they have none. What a host of another namespace does with its visitors is its
 * holder's affair, so a redirect ends there, but for a circle (see {@link circleBack}). Undefined: the holder's claim
 * redirects nothing.
 */
export function redirectOf(facts: Facts, host: Host): Redirect | RedirectRefusal | undefined {
  const claim = redirectingClaim(facts, host);
  if (claim === undefined) return undefined;
  const way = wayOf(facts, { host, claim });
  if (!("redirect" in way)) return way;
  return (way.next === undefined ? undefined : circleBack(facts, { host, claim }, way.next)) ?? way.redirect;
}

/** The claim that holds the host and redirects it; undefined where there is none. */
export function redirectingClaim(facts: Facts, host: Host): RedirectingClaim | undefined {
  const record = facts.record(host);
  return record === undefined ? undefined : redirectingHolder(facts, record);
}

/** The name to which a held host has given way without a redirect, or with one no longer; undefined: it serves, or redirects. */
export function gaveWayTo(facts: Facts, host: Host): Hostname | undefined {
  const record = facts.record(host);
  const gone = record === undefined ? undefined : givenWay(facts, record);
  if (record?.holder === undefined || gone === undefined || gone.redirects) return undefined;
  return facts.claim(record.holder.namespace, record.holder.name)?.redirect === undefined ? gone.to.host : undefined;
}

/** A host whose holder redirects it. */
interface Redirecting {
  readonly host: Host;
  readonly claim: RedirectingClaim;
}

/** How far redirects of one namespace lead. */
interface Way {
  readonly redirect: Redirect;
  /** How many they are. */
  readonly hops: number;
  /** Whose redirect a request meets then, of another namespace; undefined: nobody's. */
  readonly next: Redirecting | undefined;
}

function wayOf(facts: Facts, start: Redirecting): Way | RedirectRefusal {
  const { host, claim } = start;
  const hops: Redirect[] = [];
  const passed = new Set<Host>();
  for (let at = start; ;) {
    if (passed.has(at.host)) {
      return refusal(claim, "RedirectCircle", conditionMessages.redirectCircle([...passed, at.host]));
    }
    // An old name that was renamed on and on is sent as far as that; the rest of the way is told there.
    if (passed.size === mostRenames && claim.renamed === true) return endOf(hops, undefined);
    if (passed.size === mostRedirects) return tooLong(start);
    passed.add(at.host);
    const to = requireCanonical(at.claim.redirect.host);
    if (!to.ok && at.host === host) {
      return refusal(claim, "RedirectInvalid", conditionMessages.redirectInvalid(to.problem.message));
    }
    if (to.ok) hops.push({ ...at.claim.redirect, ok: true, claim: at.claim, host: to.hostname });
    // One further on that names no host is refused itself, and answers nothing: the redirects end there.
    const next = to.ok ? redirectingAt(facts, to.hostname) : undefined;
    if (next?.claim.namespace !== claim.namespace) return endOf(hops, next);
    at = next;
  }
}

function endOf(hops: readonly Redirect[], next: Redirecting | undefined): Way {
  return { redirect: hops.reduce(inOneHop), hops: hops.length, next };
}

/**
 * Why the redirect from `start` to `first`, which another namespace holds and redirects on, can't be: it comes back. Of the
 * redirects that make such a circle those are refused that lead to a host which has been held for longer than their own;
 * there is one in every circle. So nobody takes a redirect from others by claiming the host that it leads to, which nobody
 * held, and leading back from there (rule O2).
 */
function circleBack(facts: Facts, start: Redirecting, first: Redirecting): RedirectRefusal | undefined {
  if (!isHeldLonger(facts, first.host, start.host)) return undefined;
  const passed = [start.host];
  let left = mostRedirects;
  for (let at = first; !passed.includes(at.host);) {
    passed.push(at.host);
    const way = wayOf(facts, at);
    if (!("redirect" in way) || way.next === undefined) return undefined;
    left -= way.hops;
    if (left < 0) return tooLong(start);
    if (way.next.host === start.host) {
      return refusal(start.claim, "RedirectCircle", conditionMessages.redirectCircle([...passed, start.host]));
    }
    at = way.next;
  }
  return undefined;
}

/** By when the records say that the holders came, or by name where that is the same. */
function isHeldLonger(facts: Facts, host: Host, than: Host): boolean {
  const since = (one: Host): string => facts.record(one)?.holder?.since ?? "";
  return (compareText(since(host), since(than)) || compareText(host, than)) < 0;
}

function tooLong({ host, claim }: Redirecting): RedirectRefusal {
  return refusal(claim, "RedirectTooLong", conditionMessages.redirectTooLong(host, mostRedirects));
}

function refusal(claim: RedirectingClaim, reason: RedirectRefusalReason, message: string): RedirectRefusal {
  return { ok: false, claim, reason, message };
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

function redirectingHolder(facts: Facts, record: HostRecord): RedirectingClaim | undefined {
  const { holder } = record;
  if (holder === undefined) return undefined;
  const claim = facts.claim(holder.namespace, holder.name);
  if (claim?.uid !== holder.uid || claim.deleting) return undefined;
  if (isRedirecting(claim)) return claim;
  const gone = givenWay(facts, record);
  return gone?.redirects === true ? redirectingTo(claim, gone.to.host) : undefined;
}

/** The claim of an old name, as if it asked for the redirect to the new one. */
export function redirectingTo(claim: Claim, host: Hostname): RedirectingClaim {
  return { ...claim, redirect: { host, statusCode: 308, keepPath: true }, renamed: true };
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
