import type { Host } from "@domain-claims/crds/hostname";
import type {
  CertificateGroup,
  GroupCertificate,
  LeavingName,
  OrderResult,
  OthersSpending,
  QuarantinedName,
  ShownCertificate,
} from "../../world/certificate-group.ts";
import { compareText } from "../../world/compare.ts";
import type { Issuer } from "../../world/issuer.ts";
import { Budgets } from "./budgets.ts";
import type { OrderLimits } from "./limits.ts";

/** A name that is to have a certificate: its claim is OK, and its policy wants one. */
export interface WantedName {
  readonly host: Host;
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
  /** False while the gateway is yet to show that it answers for the name: it could not be validated over HTTP. */
  readonly isServed: boolean;
}

/** All that a group is decided from. */
export interface GroupInput {
  /** What is remembered of it. */
  readonly group: CertificateGroup;
  /** What cert-manager shows of its certificates, by their numbers. */
  readonly shown: ReadonlyMap<number, ShownCertificate>;
  readonly wanted: readonly WantedName[];
  /** Names that another namespace holds now: its certificates are no longer this one's business. */
  readonly lost: ReadonlySet<Host>;
  readonly others: OthersSpending;
  /** Who signs; undefined while there is no such issuer. */
  readonly issuer: Issuer | undefined;
  readonly limits: OrderLimits;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A group in the making: each step changes it. */
export interface Draft extends Omit<GroupInput, "group" | "wanted"> {
  readonly wanted: ReadonlyMap<Host, WantedName>;
  readonly budgets: Budgets;
  readonly certificates: Map<number, GroupCertificate>;
  readonly quarantine: Map<Host, QuarantinedName>;
  readonly leaving: Map<Host, LeavingName>;
  /** What orders have come to, as was noticed now. */
  readonly results: OrderResult[];
  caution: CertificateGroup["caution"];
  nextNumber: number;
}

/** The group as it is remembered, to be changed. */
export function draftOf(input: GroupInput): Draft {
  const { group, issuer, limits, lost, now, others, shown } = input;
  const running = group.certificates.filter((certificate) => certificate.running).length;
  return {
    ...{ issuer, limits, lost, now, others, shown },
    wanted: new Map(input.wanted.map((name) => [name.host, name])),
    budgets: new Budgets(limits, group.budgets, running, others, now),
    certificates: new Map(group.certificates.map((certificate) => [certificate.number, certificate])),
    quarantine: new Map(group.quarantine.map((name) => [name.host, name])),
    leaving: new Map(group.leaving.map((name) => [name.host, name])),
    results: [],
    caution: group.caution,
    nextNumber: group.nextNumber,
  };
}

/** What is to be remembered of it. */
export function groupOf({ budgets, caution, certificates, leaving, nextNumber, quarantine }: Draft): CertificateGroup {
  return {
    certificates: [...certificates.values()].sort((a, b) => a.number - b.number),
    quarantine: [...quarantine.values()].sort(byHost),
    leaving: [...leaving.values()].sort(byHost),
    nextNumber,
    caution,
    budgets: budgets.marks,
  };
}

/** Changes a certificate of the draft. */
export function change(draft: Draft, certificate: GroupCertificate, fields: Partial<GroupCertificate>): void {
  draft.certificates.set(certificate.number, { ...certificate, ...fields });
}

/** True for a name that is wanted and has not failed. */
export function isSound(draft: Draft, host: Host): boolean {
  return draft.wanted.has(host) && !hasFailed(draft, host);
}

/** True for a name that is tried apart from the others since it failed, and not only since nobody knows which one did. */
export function hasFailed({ quarantine }: Draft, host: Host): boolean {
  return (quarantine.get(host)?.failures ?? 0) > 0;
}

/** True if an order of the certificate would fail, as far as is known, unless it does without some of its names. */
export function isAiling({ quarantine }: Draft, { names }: GroupCertificate): boolean {
  return names.some((host) => quarantine.has(host));
}

/** When a certificate has to do without names that can't be validated, or none of them is renewed in time. */
export function lastCall({ notAfter, notBefore }: GroupCertificate): number {
  return notAfter - (notAfter - notBefore) / 6;
}

/** True for a certificate in force that should have been renewed long since. */
export function isOverdue({ now }: Pick<Draft, "now">, certificate: GroupCertificate): boolean {
  return (
    !certificate.running && certificate.issued.length > 0 && now >= lastCall(certificate) && now < certificate.notAfter
  );
}

/**
 * From when on a certificate is not to have the name any longer, even if that takes an order of its own (rule T5);
 * undefined while nothing speaks against it. An order of a certificate that ails would cost the names that can't be
 * validated what they have, so it waits for a while whether they recover.
 */
export function hasToGoAt(draft: Draft, certificate: GroupCertificate, host: Host): number | undefined {
  if (draft.wanted.has(host)) return hasFailed(draft, host) ? lastCall(certificate) : undefined;
  const from = leavesAt(draft, host);
  return from !== undefined && isAiling(draft, certificate) ? from + draft.limits.longestRetryMs : from;
}

/** From when on a name that is wanted no longer is in no new order; undefined for others. */
function leavesAt({ leaving, limits, lost }: Draft, host: Host): number | undefined {
  const since = leaving.get(host)?.since;
  return since === undefined || lost.has(host) ? since : since + limits.graceMs;
}

/** True for a name that is wanted no longer, and is another namespace's, or was to blame, or whose time is over. */
export function hasLeft(draft: Draft, host: Host): boolean {
  return draft.now >= (leavesAt(draft, host) ?? Infinity);
}

/** True if that time has come. */
export function hasToGo(draft: Draft, certificate: GroupCertificate, host: Host): boolean {
  return draft.now >= (hasToGoAt(draft, certificate, host) ?? Infinity);
}

function byHost(a: { readonly host: Host }, b: { readonly host: Host }): number {
  return compareText(a.host, b.host);
}
