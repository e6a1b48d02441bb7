import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { sourceMessages, subjectOf, tlsSubjectOf } from "@domain-claims/crds/messages/sources";
import { sourceReasons } from "@domain-claims/crds/reasons";
import type { SourceReason } from "@domain-claims/crds/reasons";
import type { ClaimVerdict } from "../decide/claim.ts";
import type { HostDecision } from "../decide/host-decision.ts";
import { isIgnored } from "../decide/ignored.ts";
import { isOurs } from "../decide/source-class.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import { compareText } from "../world/compare.ts";
import type { Pieces } from "../world/pieces.ts";
import { mostEntries } from "../world/limits.ts";
import { mentionedBy, tlsOf } from "../world/source-hosts.ts";
import { mostSources } from "../world/sources-by-host.ts";
import { sourceKey } from "../world/source.ts";
import type { Source, SourceNote } from "../world/source.ts";
import type { Programmed } from "../world/kong-state.ts";
import type { Claim } from "../world/claim.ts";
import { keptOut } from "./kept-out.ts";
import type { HostRoutes } from "./host-routes.ts";

/** Something that an event on the source says. */
export interface Notice {
  readonly type: "Normal" | "Warning";
  readonly reason: SourceReason;
  readonly message: string;
  /** The host that it is about, if it is about one. */
  readonly host: RouteHost | undefined;
  /** What it is about, in a word: two notices about the same are one problem. */
  readonly about: string;
}

/** What a source is to be told; undefined for one that is not ours. */
export interface SourceVerdict {
  /**
   * True if at least one of its hosts has a live route of this source: then it gets the gateway's address (rule L9).
   * Undefined while it is not known what Kong has, or who holds the host.
   */
  readonly live: boolean | undefined;
  readonly notices: readonly Notice[];
}

/** What has been decided about the hosts and claims that a source has to do with. */
export interface Decisions {
  readonly host: (host: Host) => Pick<HostDecision, "serving" | "frozen">;
  readonly outcome: (host: RouteHost) => HostOutcome;
  readonly claim: (claim: Claim) => Pick<ClaimVerdict, "reason" | "message">;
}

/** The facts of this moment, and what is decided from them. */
export interface Seen {
  readonly facts: Facts;
  readonly decided: Decisions;
}

/** What becomes of a host's sources: found for all of them at once, since a tenant may write thousands. */
export interface HostOutcome {
  /** The keys of those with routes. */
  readonly served: ReadonlySet<string>;
  /** What each is told, by its key. */
  readonly notices: ReadonlyMap<string, readonly Notice[]>;
}

/** Sorts what is planned for a host by source. */
export function hostOutcome(planned: Pick<HostRoutes, "host" | "sources" | "refusals">): HostOutcome {
  const notices = new Map<string, Notice[]>();
  const { host } = planned;
  for (const { source, reason, message, path, tls } of planned.refusals) {
    const key = sourceKey(source);
    const told = notices.get(key) ?? [];
    const about = tls === undefined ? subjectOf(host, path) : tlsSubjectOf(host);
    told.push({ type: reason === "HostRenamed" ? "Normal" : "Warning", reason, message, host, about });
    notices.set(key, told);
  }
  return { served: new Set(planned.sources.map(sourceKey)), notices };
}

/** Hosts of a source that are looked at before others may have their turn. */
const piece = 10;

/**
 * What of a source is served, and why the rest is not: decided host by host (rule L1), in pieces of which each sees the facts
 * by itself, as `look` has them. Undefined: it is not ours.
 */
export function* planSource(settings: Settings, source: Source, look: () => Seen): Pieces<SourceVerdict | undefined> {
  let { facts, decided } = look();
  if (!isOurs(facts, settings, source)) return undefined;
  const out = keptOut(facts, settings, source);
  const notices: Notice[] = [...source.notes, ...crowd(source), ...ignored(settings, source), ...out].map(warning);
  if (out.length > 0) return { live: facts.kong.synced ? false : undefined, notices };
  let live = false;
  let known = facts.kong.synced;
  let looked = 0;
  for (const host of mentionedBy(source)) {
    // A host is looked at once for itself, and once for each name that is served for it.
    if (++looked % piece === 0) {
      yield;
      ({ facts, decided } = look());
    }
    const refusal = hostRefusal(facts, settings, source, host, decided);
    if (refusal === "undecided") known = false;
    else if (refusal !== undefined) notices.push(refusal);
    // What is said for an old name counts for those that replace it, too, whatever has become of the old one.
    const names = host === anyHost ? [] : [...facts.successors(source.namespace, host)].sort(compareText);
    for (const name of refusal === undefined ? [host, ...names] : names) {
      if (++looked % piece === 0) {
        yield;
        ({ facts, decided } = look());
      }
      const served = servedHost(facts, source, name, decided);
      if (served.live === undefined) known = false;
      else live ||= served.live;
      notices.push(...served.notices);
    }
  }
  notices.push(...(yield* orderedTwice(settings, source, look)));
  return { live: live || known ? live : undefined, notices };
}

/**
 * Rule T9: cert-manager's ingress-shim makes a Certificate of each entry in `spec.tls`, whatever we order for its hosts: both
 * count for the limits of the certificate authority. It is said with the first of these hosts.
 */
function* orderedTwice({ issuer }: Settings, source: Source, look: () => Seen): Pieces<readonly Notice[]> {
  const { issuing: annotation, namespace } = source;
  if (issuer === undefined || annotation === undefined) return [];
  let { facts, decided } = look();
  let looked = 0;
  for (const host of tlsOf(source).keys()) {
    if (++looked % piece === 0) {
      yield;
      ({ facts, decided } = look());
    }
    if (decided.host(host).serving !== namespace) continue;
    const holder = facts.record(host)?.holder;
    if (holder === undefined || facts.claim(namespace, holder.name)?.certificatePolicy === "Never") continue;
    const message = sourceMessages.orderedTwice(host, annotation, holder.name, namespace);
    return [{ type: "Warning", reason: "CertificateOrderedTwice", message, host: undefined, about: annotation }];
  }
  return [];
}

/** What restricts access and is ignored because the administrator says so. */
function ignored(settings: Settings, { restrictions }: Source): readonly SourceNote[] {
  return restrictions
    .filter(({ annotation }) => isIgnored(settings, annotation))
    .map(({ annotation, reason }) => ({ reason, message: sourceMessages.unsupportedAnnotation(annotation) }));
}

/** Why no route of this namespace may exist for the host at all. A moment before the decision nothing is said of it. */
function hostRefusal(
  facts: Facts,
  settings: Settings,
  source: Source,
  host: RouteHost,
  decided: Decisions,
): Notice | "undecided" | undefined {
  const { namespace } = source;
  const warn = (reason: SourceReason, message: string): Notice => ofHost(host, "Warning", reason, message);
  if (host === anyHost) {
    const allowed = settings.catchAllNamespaces.includes(namespace);
    return allowed ? undefined : warn("HostRequired", sourceMessages.hostRequired);
  }
  const { serving, frozen } = decided.host(host);
  if (serving === namespace) {
    return facts.isBeyond(host, source)
      ? warn("TooManyPaths", sourceMessages.tooManySources(host, source.kind, mostSources))
      : undefined;
  }
  if (frozen) return "undecided";
  const own = facts.claimsFor(host).find((claim) => claim.namespace === namespace);
  if (own !== undefined) {
    const { reason, message } = decided.claim(own);
    if (reason === "Deciding") return "undecided";
    return warn("HostNotClaimed", sourceMessages.claimFailed(host, own.name, reason, message));
  }
  const holder = facts.record(host)?.holder;
  return holder === undefined
    ? warn("HostNotClaimed", sourceMessages.notClaimed(host, namespace))
    : warn("HostNotClaimed", sourceMessages.heldElsewhere(host, holder));
}

function servedHost(
  facts: Facts,
  source: Source,
  host: RouteHost,
  decided: Decisions,
): { readonly live: boolean | undefined; readonly notices: readonly Notice[] } {
  const outcome = decided.outcome(host);
  const notices = outcome.notices.get(sourceKey(source)) ?? [];
  const served = outcome.served.has(sourceKey(source));
  // While routes are on their way nothing is said: each word about the source has its hosts decided again.
  const { namespaces, coming } = facts.live(host);
  const live = coming === true ? undefined : served && namespaces.includes(source.namespace);
  const programmed = facts.programmed(host);
  const told = [...notices, ...notTaken(source, host, programmed)];
  const known = served ? programmed : undefined;
  if (known === undefined || !isSourceReason(known.reason)) return { live, notices: told };
  const notice =
    known.reason === "Programmed"
      ? ofHost(host, "Normal", "Programmed", sourceMessages.programmed(host))
      : ofHost(host, "Warning", known.reason, known.message);
  return { live, notices: [...told, notice] };
}

/** What Kong says to a certificate that the source asks for. */
function notTaken(source: Source, host: RouteHost, programmed: Programmed | undefined): readonly Notice[] {
  const failure = programmed?.tls;
  if (failure?.source === undefined || sourceKey(failure.source) !== sourceKey(source)) return [];
  const { reason, message } = failure;
  return [{ type: "Warning", reason, message, host, about: tlsSubjectOf(host) }];
}

/** What is known of a host's redirect, or of a host without routes, is nothing that its sources are told. */
function isSourceReason(reason: Programmed["reason"]): reason is Programmed["reason"] & SourceReason {
  return Object.hasOwn(sourceReasons, reason);
}

/** A note about one path or, without a host, about the whole source. */
/** That its address is not written, which has nothing to do with any of its paths. */
function crowd({ crowded }: Source): readonly SourceNote[] {
  if (crowded !== true) return [];
  return [{ reason: "ObjectTooLarge", message: sourceMessages.tooManyEntries(mostEntries) }];
}

function warning({ reason, message, host, path }: SourceNote): Notice {
  return { type: "Warning", reason, message, host, about: host === undefined ? reason : subjectOf(host, path) };
}

function ofHost(host: RouteHost, type: Notice["type"], reason: SourceReason, message: string): Notice {
  return { type, reason, message, host, about: subjectOf(host, undefined) };
}
