import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { GroupCertificate } from "../../world/certificate-group.ts";
import { compareText } from "../../world/compare.ts";
import type { Pieces } from "../../world/pieces.ts";
import type { OrderKind } from "./budgets.ts";
import type { Draft } from "./draft.ts";
import { change, hasFailed, hasLeft, isAiling, isSound, lastCall } from "./draft.ts";
import { evidenceOf } from "./evidence.ts";
import { dueAt, goingNames, isServed, missingNames } from "./missing.ts";
import { covers, withoutRedundant } from "./names.ts";
import { spread } from "./placement.ts";
import { reliantNames } from "./reliance.ts";
import { hasFirstRoom, hasRoom } from "./room.ts";
import { fitting } from "./space.ts";

/** An order, for a certificate that there is or a new one. */
export interface Order {
  readonly number: number;
  readonly names: readonly Host[];
  readonly kind: OrderKind;
}

/** What keeps names from being ordered now. */
export interface Hold {
  readonly reason:
    "Batching" | "OrderRunning" | "AfterFailure" | "BudgetExhausted" | "QueueFull" | "IssuerMissing" | "TooManyNames";
  /** Until when; absent: until an order that is under way, of whomever, has ended, or of too many names some are gone. */
  readonly until: number | undefined;
}

/** What was ordered, and what was not. */
export interface Orders {
  readonly made: readonly Order[];
  /** Names that are still to be ordered, those that came first first. */
  readonly left: readonly Host[];
  /** Why some names, or their certificates' new contents, were not ordered. */
  readonly hold: Hold | undefined;
}

/** A certificate's names as they should be. */
interface Build {
  readonly certificate: GroupCertificate | undefined;
  readonly names: Set<Host>;
  readonly kind: OrderKind;
}

/**
 * Orders what is missing from the group's certificates, apart from probes (rules T1, T2, T5), and marks it in the draft as
 * under way. What comes while an order is under way goes together in the next one.
 */
export function* orderCommon(draft: Draft): Pieces<Orders> {
  const common = [...draft.certificates.values()].filter(({ probe }) => !probe).sort((a, b) => a.number - b.number);
  const missing = missingNames(draft);
  yield;
  if (common.some(({ running }) => running)) return yield* orderLeft(draft, common, missing);
  const builds = shrunk(draft, common);
  const placed = new Set(builds.flatMap(({ names }) => [...names]));
  const rest = missing.filter((host) => !covers(placed, host) && isServed(draft, host));
  const due = dueAt(draft, rest);
  const isDue = builds.length > 0 || draft.now >= due;
  yield;
  if (isDue) builds.push(...grown(draft, common, builds, rest));
  joinProbes(draft, common, builds);
  if (!isDue && builds.length > 0) builds.push(...grown(draft, common, builds, rest));
  const { hold, made } = commit(draft, common, builds);
  yield;
  const left = missingNames(draft);
  if (hold !== undefined || !left.some((host) => isServed(draft, host))) return { made, left, hold };
  if (draft.now < due) return { made, left, hold: { reason: "Batching", until: due } };
  const isFull = fitting(draft, left.slice(0, 1)).length === 0;
  return { made, left, hold: isFull ? { reason: "TooManyNames", until: undefined } : undefined };
}

/**
 * What was there when the newest order under way was made does not wait for its end, where it fills half a certificate: there
 * was no room for it, or an order that it was in has failed since. To wait for others would make few orders fewer. At the moment
 * of that order itself what it left is decided already: a second look at what is remembered orders nothing more.
 */
function* orderLeft(draft: Draft, common: readonly GroupCertificate[], missing: readonly Host[]): Pieces<Orders> {
  const running = common.filter((certificate) => certificate.running);
  const newest = Math.max(...running.map(({ orderedAt }) => orderedAt));
  const evidence = evidenceOf(draft);
  const left = missing.filter(
    (host) =>
      isServed(draft, host) && (draft.wanted.get(host)?.since ?? newest) < newest && evidence(host) !== "untried",
  );
  const isMuch = left.length * 2 >= draft.limits.namesPerCertificate;
  if (!isMuch || draft.now <= newest || draft.now < dueAt(draft, left) || draft.caution !== undefined) {
    return { made: [], left: missing, hold: { reason: "OrderRunning", until: undefined } };
  }
  yield;
  const free = common.filter((certificate) => !certificate.running);
  const { hold, made } = commit(draft, common, grown(draft, free, [], left));
  yield;
  return { made, left: missingNames(draft), hold: hold ?? { reason: "OrderRunning", until: undefined } };
}

/**
 * The certificates that have to do without some of their names. What a name that has to go covered beside itself (it is
 * a wildcard) takes its place in the same order; where there is no room for that, the certificate stays as it is until
 * others have taken it over, so that no name is without a certificate in between.
 */
function shrunk(draft: Draft, common: readonly GroupCertificate[]): Build[] {
  return common.flatMap((certificate) => {
    if (goingNames(draft, certificate).length === 0) return [];
    const staying = stayingNames(draft, certificate);
    const dropped = certificate.names.filter((host) => !staying.has(host));
    for (const host of reliantNames(draft, certificate, dropped)) staying.add(host);
    const fits = staying.size > 0 && staying.size <= draft.limits.namesPerCertificate;
    const kind = draft.now >= lastCall(certificate) ? "upkeep" : "leaving";
    return !fits ? [] : [{ certificate, names: staying, kind }];
  });
}

/** The names that a certificate keeps when it is ordered anew: those that leave soon and those that would fail go with the rest. */
function stayingNames(draft: Draft, certificate: GroupCertificate): Set<Host> {
  const { leaving, limits, now } = draft;
  const going = new Set(goingNames(draft, certificate));
  const isForgotten = (host: Host): boolean => {
    const since = leaving.get(host)?.since;
    // A wildcard may be what other names rely on: it stays for all of its time.
    return hasLeft(draft, host) || (since !== undefined && now >= since + limits.forgetMs && !isWildcard(host));
  };
  return new Set(certificate.names.filter((host) => !going.has(host) && !hasFailed(draft, host) && !isForgotten(host)));
}

/** Places new names: into one certificate that has room for all, of those that are ordered anyway first; else into new ones. */
function grown(
  draft: Draft,
  common: readonly GroupCertificate[],
  builds: readonly Build[],
  missing: readonly Host[],
): readonly Build[] {
  const hosts = newNames(draft, missing);
  if (hosts.length === 0) return [];
  const most = draft.limits.namesPerCertificate;
  const open = builds.find(({ names }) => names.size + hosts.length <= most);
  if (open !== undefined) {
    for (const host of hosts) open.names.add(host);
    return [];
  }
  for (const certificate of freeOf(draft, common, builds)) {
    const names = stayingNames(draft, certificate);
    if (names.size + hosts.length > most) continue;
    for (const host of hosts) names.add(host);
    return [{ certificate, names, kind: "growth" }];
  }
  // A group that had one, and lost it, is no newcomer: it could have one made again and again.
  const kind = draft.nextNumber > 1 ? "growth" : "first";
  return spread([...hosts].sort(compareText), most).map((names) => ({
    ...{ certificate: undefined, names: new Set(names), kind },
  }));
}

/** Those of the missing names that may be ordered at once: few of which nothing is known, and as many as there is room to remember. */
function newNames(draft: Draft, missing: readonly Host[]): readonly Host[] {
  const { caution } = draft;
  const evidence = evidenceOf(draft);
  let untried = mostUntried(draft);
  const few = missing
    .filter((host) => evidence(host) !== "untried" || untried-- > 0)
    .slice(0, caution?.mostNew ?? missing.length);
  return fitting(draft, few);
}

/** After an order of the namespace has failed no more than may still fail: each may cost as much as one. */
function mostUntried({ budgets, limits }: Draft): number {
  if (budgets.noneHasFailed()) return limits.untriedNames;
  return Math.min(limits.untriedNames, Math.max(1, budgets.failuresLeft()));
}

/** Names that have been validated alone join a certificate that is ordered anyway, or after a while one that has room. */
function joinProbes(draft: Draft, common: readonly GroupCertificate[], builds: Build[]): void {
  const { certificates, limits, now } = draft;
  const most = limits.namesPerCertificate;
  const probes = [...certificates.values()].filter(({ issued, probe }) => probe && issued.length > 0);
  for (const probe of probes.sort((a, b) => a.number - b.number)) {
    if (!probe.names.every((host) => isSound(draft, host))) continue;
    const open = builds.find(({ names }) => names.size + probe.names.length <= most);
    for (const host of probe.names) open?.names.add(host);
    if (open !== undefined || now < probe.orderedAt + limits.joinMs) continue;
    const host = freeOf(draft, common, builds).find(({ names }) => names.length + probe.names.length <= most);
    if (host === undefined) change(draft, probe, { probe: false });
    else
      builds.push({
        certificate: host,
        names: new Set([...stayingNames(draft, host), ...probe.names]),
        kind: "growth",
      });
  }
}

/** Certificates that may be ordered anew for more names, without anybody losing what it has. */
function freeOf(
  draft: Draft,
  common: readonly GroupCertificate[],
  builds: readonly Build[],
): readonly GroupCertificate[] {
  return common.filter(
    (certificate) =>
      !builds.some((build) => build.certificate === certificate) &&
      !isAiling(draft, certificate) &&
      goingNames(draft, certificate).length === 0,
  );
}

/** Orders what the budgets allow (rule T4), and marks it as under way. */
function commit(
  draft: Draft,
  common: readonly GroupCertificate[],
  builds: readonly Build[],
): { readonly made: readonly Order[]; readonly hold: Hold | undefined } {
  const { budgets, caution, issuer, now } = draft;
  const evidence = evidenceOf(draft);
  const lastOrderAt = Math.max(-Infinity, ...common.map(({ orderedAt }) => orderedAt));
  const made: Order[] = [];
  for (const { certificate, kind, names } of builds) {
    if (issuer === undefined) return { made, hold: { reason: "IssuerMissing", until: undefined } };
    if (caution !== undefined && now < caution.until) {
      return { made, hold: { reason: "AfterFailure", until: caution.until } };
    }
    const from = budgets.allowedFrom(kind, lastOrderAt);
    if (from > now) return { made, hold: { reason: "BudgetExhausted", until: from === Infinity ? undefined : from } };
    const ordered = withoutRedundant(names);
    const unproved = ordered.filter((host) => evidence(host) !== "proved").length;
    if (unproved > 0 && !hasFirstRoom(draft, unproved)) {
      return { made, hold: { reason: "OrderRunning", until: undefined } };
    }
    if (!hasRoom(draft, ordered.length)) return { made, hold: { reason: "QueueFull", until: undefined } };
    made.push(placeOrder(draft, certificate, ordered, kind));
  }
  return { made, hold: undefined };
}

/** Marks an order as made: of a new certificate, or of one with other names than before. */
export function placeOrder(
  draft: Draft,
  certificate: GroupCertificate | undefined,
  names: readonly Host[],
  kind: OrderKind,
): Order {
  const number = certificate?.number ?? draft.nextNumber++;
  const never = { number, issued: [], notBefore: 0, notAfter: 0, probe: kind === "probe", failedAt: undefined };
  draft.certificates.set(number, { ...(certificate ?? never), names, orderedAt: draft.now, running: true });
  draft.budgets.order();
  return { number, names, kind };
}
