import type { Host } from "@domain-claims/crds/hostname";
import type { BudgetMarks, CertificateGroup, GroupCertificate, OrderResult } from "../../world/certificate-group.ts";
import { compareText } from "../../world/compare.ts";
import type { WaitingName } from "../../world/domain-certificate.ts";
import type { Pieces } from "../../world/pieces.ts";
import type { Draft, GroupInput } from "./draft.ts";
import { draftOf, groupOf, hasToGoAt, isSound } from "./draft.ts";
import { dropUnneeded, noteLeaving, promoteProbe } from "./leaving.ts";
import { nextLookAt, quietAt, renewalLookAt } from "./looks.ts";
import { isServed } from "./missing.ts";
import { covers } from "./names.ts";
import { orderCommon } from "./orders.ts";
import type { Hold, Order, Orders } from "./orders.ts";
import { drawConclusions } from "./outcomes.ts";
import { noProbes, orderProbes } from "./probes.ts";
import { forgetQuarantine } from "./quarantine.ts";

/** What is decided about a group's certificates. */
export interface GroupDecision {
  /** What is to be remembered, before any certificate is written: its certificates are those that there should be. */
  readonly group: CertificateGroup;
  /** What is ordered by that now. */
  readonly orders: readonly Order[];
  /** What earlier orders have come to, as was noticed now. */
  readonly results: readonly OrderResult[];
  /** Names that are wanted and have no certificate yet, by host. */
  readonly waiting: readonly WaitingName<WaitingReason>[];
  /** True if something is to be ordered for which there is no room in cert-manager's queue, or others come first. */
  readonly waitsForRoom: boolean;
  /** Certificates for the registrable domain that may still be issued now, cluster-wide. */
  readonly domainLeft: number;
  /** True if there is nothing left to remember. */
  readonly finished: boolean;
  /** When the passing of time alone may change the decision, in milliseconds since the epoch; undefined: never. */
  readonly nextLookAt: number | undefined;
}

/** Why a name has no certificate yet. */
export type WaitingReason = Hold["reason"] | "IssuerNotReady" | "Ordered" | "Quarantined" | "Routing";

/**
 * Rules T1 to T5: which certificates a group should have, and what of that is ordered now. Decides in pieces (rule X2): a namespace
 * may hold tens of thousands of names below a domain.
 */
export function* decideGroup(input: GroupInput): Pieces<GroupDecision> {
  const draft = draftOf(input);
  yield;
  drawConclusions(draft);
  forgetQuarantine(draft);
  noteLeaving(draft);
  dropUnneeded(draft);
  promoteProbe(draft);
  const common = yield* orderCommon(draft);
  yield;
  // Names that failed before take no room from those that have not been tried, and for which there was none at all.
  const isFull = common.hold?.reason === "QueueFull" && common.made.length === 0;
  const probes = isFull ? noProbes : orderProbes(draft);
  noteLeaving(draft);
  const group = groupOf(draft);
  const { budgets, certificates, quarantine } = group;
  const isEmpty = certificates.length === 0 && quarantine.length === 0 && draft.wanted.size === 0;
  const waiting = waitingNames(draft, common);
  yield;
  return {
    group,
    orders: [...common.made, ...probes.made],
    results: draft.results,
    waiting,
    waitsForRoom: common.hold?.reason === "QueueFull" || probes.isQueueFull,
    domainLeft: draft.budgets.domainLeft(),
    finished: isEmpty && timesOfBudgets(budgets).every((fullAt) => fullAt <= draft.now),
    nextLookAt: nextLook(draft, group, common.hold, probes.nextAt),
  };
}

function waitingNames(draft: Draft, { hold, left }: Orders): GroupDecision["waiting"] {
  const issued = new Set<Host>();
  const ordered = new Set<Host>();
  for (const certificate of draft.certificates.values()) {
    for (const host of certificate.issued) issued.add(host);
    if (certificate.running) for (const host of certificate.names) ordered.add(host);
  }
  const held = new Set(left);
  return [...draft.wanted.keys()]
    .filter((host) => !covers(issued, host))
    .map((host): WaitingName<WaitingReason> => {
      const quarantined = draft.quarantine.get(host);
      if (quarantined !== undefined) return { host, reason: "Quarantined", until: quarantined.nextTryAt };
      if (!covers(ordered, host) && !isServed(draft, host)) return { host, ...routing(draft, host) };
      if (covers(ordered, host) || hold === undefined || !covers(held, host)) {
        return { host, reason: underWay(draft), until: undefined };
      }
      return { host, ...hold };
    })
    .sort((a, b) => compareText(a.host, b.host));
}

/** What a name of an order under way is told. */
function underWay({ issuer }: Draft): WaitingReason {
  if (issuer === undefined) return "IssuerMissing";
  return issuer.problem === undefined ? "Ordered" : "IssuerNotReady";
}

/** What a name is told for which the gateway does not answer yet: at first it waits for others in any case. */
function routing({ certificates, limits, now, wanted }: Draft, host: Host): Omit<WaitingName<WaitingReason>, "host"> {
  const { since } = wanted.get(host) ?? { since: now };
  const until = since + (certificates.size === 0 ? limits.firstIdleMs : limits.idleMs);
  return now < until ? { reason: "Batching", until } : { reason: "Routing", until: undefined };
}

function nextLook(
  draft: Draft,
  { budgets, certificates, quarantine }: CertificateGroup,
  hold: Hold | undefined,
  probesAt: number | undefined,
): number | undefined {
  const { limits, now, wanted } = draft;
  const waitsForOtherGroups = hold?.reason === "OrderRunning" && !certificates.some(({ running }) => running);
  const times = [
    hold?.until ?? Infinity,
    waitsForOtherGroups ? now + limits.idleMs : Infinity,
    probesAt ?? Infinity,
    ...[...wanted.values()].flatMap(({ host, isServed }) => (isServed ? [] : [routing(draft, host).until ?? Infinity])),
    ...quarantine.map(({ host, nextTryAt }) => (wanted.has(host) ? nextTryAt : nextTryAt + limits.longestRetryMs)),
    ...certificates.flatMap((certificate) => timesOf(draft, certificate)),
    ...(wanted.size === 0 ? timesOfBudgets(budgets) : []),
  ];
  let next = Infinity;
  for (const time of times) if (time > now && time < next) next = time;
  return next === Infinity ? undefined : next;
}

function timesOf(draft: Draft, certificate: GroupCertificate): readonly number[] {
  const { limits, now } = draft;
  const { names, notAfter, orderedAt, probe, running } = certificate;
  if (running) {
    const shown = draft.shown.get(certificate.number);
    const isQuiet = shown !== undefined && shown.pending.length > 0 && shown.begun.length > 0;
    return [nextLookAt(limits, names.length, orderedAt, now), isQuiet ? quietAt(limits, orderedAt, shown) : Infinity];
  }
  const unsound = names.filter((host) => !isSound(draft, host));
  const going = unsound.map((host) => hasToGoAt(draft, certificate, host) ?? Infinity);
  const renewal = renewalLookAt(draft, certificate, draft.shown.get(certificate.number));
  return [renewal, ...going, ...(unsound.length > 0 ? [notAfter] : []), ...(probe ? [orderedAt + limits.joinMs] : [])];
}

function timesOfBudgets({ account, domain, failures, share }: BudgetMarks): readonly number[] {
  return [account, domain, failures, share];
}
