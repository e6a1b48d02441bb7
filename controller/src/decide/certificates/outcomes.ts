import type { Host } from "@domain-claims/crds/hostname";
import type { GroupCertificate, OrderFailure, ShownCertificate } from "../../world/certificate-group.ts";
import { evidenceOf } from "./evidence.ts";
import type { Draft } from "./draft.ts";
import { change, hasLeft, hasToGo, isOverdue, isSound, lastCall } from "./draft.ts";
import { quietAt } from "./looks.ts";
import { sameNames } from "./names.ts";
import { quarantineName, suspectName } from "./quarantine.ts";

/**
 * Draws the conclusions from what cert-manager shows of the orders: what has been issued, which names failed. Whatever an
 * order that failed was for, its certificate goes back to the names that have been issued, which takes no new order:
 * what is missing then is ordered anew, without the names that are to blame (rule T3).
 */
export function drawConclusions(draft: Draft): void {
  for (const certificate of [...draft.certificates.values()]) {
    const shown = draft.shown.get(certificate.number);
    // A certificate that does not ask for our names yet says nothing about them.
    if (shown === undefined || !sameNames(shown.names, certificate.names)) continue;
    if (shown.ready) takeIssued(draft, certificate, shown);
    const now = draft.certificates.get(certificate.number) ?? certificate;
    const failure = failureOf(draft, now, shown);
    if (failure === undefined) continue;
    if (now.running) failOrder(draft, now, failure);
    else failRenewal(draft, now, failure);
  }
}

/**
 * The failure from which no conclusion has been drawn yet. The certificate authority gives an order up for one name; the
 * challenges of its other names are worked on nevertheless, and what they show is waited for: else each bad name would take
 * an order of its own. What is said of a renewal counts now and then only, however often it is said: whoever may write a
 * Certificate's status could have it fail all the time, and spend the budget of all.
 */
function failureOf(draft: Draft, certificate: GroupCertificate, shown: ShownCertificate): OrderFailure | undefined {
  const { failedAt, names, running } = certificate;
  const { failure, reasons, stuck } = shown;
  if (!running) {
    const isNew = failure !== undefined && failure.at !== failedAt && isCredible(draft, certificate, failure);
    return isNew ? failure : overdueFailure(draft, certificate, shown);
  }
  if (failure !== undefined && failure.at !== failedAt) {
    if (isMoving(draft, certificate, shown)) return undefined;
    if (failure.names.length === 0) return failure;
    return { ...failure, names: [...failure.names, ...stuck], messages: { ...reasons, ...failure.messages } };
  }
  const late = lateNames(draft, certificate, shown);
  if (late.length === 0) return undefined;
  // Where that is all of them, something else may be to blame.
  return { ...notMet, at: failedAt ?? 0, names: late.length < names.length ? late : [], messages: reasons };
}

/** How an order fails of which nobody says so. */
const notMet = { rateLimited: false, validated: false, message: "its challenge has not been met in time" } as const;

/**
 * A renewal that has not come though there is little time left: nobody says that it failed while one challenge gets nowhere,
 * and all names of the certificate would expire for that. The names that are worked on in vain are to blame.
 */
function overdueFailure(
  draft: Draft,
  certificate: GroupCertificate,
  { begun, pending, quietSince, reasons }: ShownCertificate,
): OrderFailure | undefined {
  const { limits, now } = draft;
  if (!isOverdue(draft, certificate) || pending.length === 0 || now < quietSince + limits.patienceMs) return undefined;
  const names = begun.filter(
    (host) => !draft.quarantine.has(host) && !hasLeft(draft, host) && !hasToGo(draft, certificate, host),
  );
  return names.length === 0 ? undefined : { ...notMet, at: now, names, messages: reasons };
}

/** False for a renewal that is said to have failed before cert-manager would have tried it again, or in a time to come. */
export function isCredible(
  { limits, now }: Pick<Draft, "limits" | "now">,
  { failedAt }: Pick<GroupCertificate, "failedAt">,
  { at }: Pick<OrderFailure, "at">,
): boolean {
  return at <= now + limits.renewalRetryMs && at >= (failedAt ?? -Infinity) + limits.renewalRetryMs;
}

/** True while more is to be found out about the order's names in a while. */
function isMoving({ limits, now }: Draft, { orderedAt }: GroupCertificate, shown: ShownCertificate): boolean {
  return shown.pending.length > 0 && now < Math.min(quietAt(limits, orderedAt, shown), orderedAt + limits.patienceMs);
}

/**
 * The names for which an order under way has failed, though nobody says so. Where most names have been met, the others have
 * been tried as long, by the same issuer: those that get nowhere have failed when nothing has moved for a while.
 */
function lateNames(
  { limits, now }: Draft,
  { names, orderedAt }: GroupCertificate,
  shown: ShownCertificate,
): readonly Host[] {
  const { begun, pending, quietSince, stuck } = shown;
  if (now >= orderedAt + limits.patienceMs) return begun.length > 0 ? begun : pending;
  if (now < quietAt(limits, orderedAt, shown)) return [];
  if (pending.length * 2 >= names.length) return now >= orderedAt + limits.stuckMs ? stuck : [];
  return now >= quietSince + limits.stuckMs ? begun : stuck;
}

function takeIssued(draft: Draft, certificate: GroupCertificate, { notBefore, notAfter }: ShownCertificate): void {
  const { names, running } = certificate;
  if (!running && notAfter === certificate.notAfter) return;
  change(draft, certificate, { issued: names, notBefore, notAfter, running: false });
  for (const host of names) draft.quarantine.delete(host);
  draft.results.push(running ? "issued" : "renewed");
  if (!running) return;
  draft.budgets.issue();
  if (!certificate.probe) relax(draft);
}

function failOrder(draft: Draft, certificate: GroupCertificate, failure: OrderFailure): void {
  const { issued, names, number, probe } = certificate;
  const evidence = evidenceOf(draft);
  const held = draft.shown.get(number)?.unpresented.filter((host) => evidence(host) !== "proved") ?? [];
  draft.budgets.fail(held.length);
  draft.results.push("failed");
  if (issued.length === 0) draft.certificates.delete(number);
  else change(draft, certificate, { names: issued, running: false, failedAt: failure.at });
  const guilty = names.filter((host) => failure.names.includes(host));
  if (probe) return names.forEach((host) => quarantineName(draft, host, failure));
  if (failure.rateLimited) return beCautious(draft, draft.limits.namesPerCertificate);
  if (guilty.length > 0) return guilty.forEach((host) => blame(draft, host, failure));
  const untried = names.filter((host) => !issued.includes(host));
  if (untried.length === 0) suspectNames(draft, certificate);
  // Nobody knows which name it is: it is looked for by halves.
  if (untried.length === 1) untried.forEach((host) => blame(draft, host, failure));
  beCautious(draft, Math.max(1, Math.ceil(untried.length / 2)));
}

/** A renewal failed: cert-manager tries it again by itself, and names that are to blame are tried alone beside it. */
function failRenewal(draft: Draft, certificate: GroupCertificate, failure: OrderFailure): void {
  draft.budgets.failRenewal();
  draft.results.push("renewalFailed");
  change(draft, certificate, { failedAt: failure.at });
  const guilty = certificate.names.filter((host) => failure.names.includes(host));
  for (const host of guilty) blame(draft, host, failure);
  if (guilty.length === 0 && !failure.rateLimited) suspectNames(draft, certificate);
}

/**
 * Nobody knows which of the names keeps a certificate from being renewed: when there is little time left each of them is tried
 * alone, and the certificate keeps all until one has failed.
 */
function suspectNames(draft: Draft, certificate: GroupCertificate): void {
  if (draft.now < lastCall(certificate) || draft.issuer?.problem !== undefined) return;
  for (const host of certificate.names) if (isSound(draft, host)) suspectName(draft, host);
}

/** A name of a common order failed: it is tried alone from now on, or, where nobody wants it, not at all. */
function blame(draft: Draft, host: Host, failure: OrderFailure): void {
  if (draft.wanted.has(host)) return quarantineName(draft, host, failure);
  draft.leaving.set(host, { host, since: draft.now - draft.limits.graceMs });
}

function beCautious(draft: Draft, mostNew: number): void {
  const { cautionMs, longestRetryMs } = draft.limits;
  const failures = (draft.caution?.failures ?? 0) + 1;
  const until = draft.now + Math.min(longestRetryMs, cautionMs * 2 ** (failures - 1));
  draft.caution = { failures, mostNew: Math.min(mostNew, draft.caution?.mostNew ?? mostNew), until };
}

/** After an order that succeeded the next one may be twice as large. */
function relax(draft: Draft): void {
  if (draft.caution === undefined) return;
  const mostNew = draft.caution.mostNew * 2;
  draft.caution = mostNew >= draft.limits.namesPerCertificate ? undefined : { failures: 0, mostNew, until: draft.now };
}
