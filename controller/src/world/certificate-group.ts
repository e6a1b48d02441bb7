import type { Host } from "@domain-claims/crds/hostname";

/**
 * What has been ordered for the names of one namespace below one registrable domain, as it is remembered in a
 * DomainCertificate. It is written before anything is ordered by it, so that nobody who reads it orders the same twice.
 * Every time is in milliseconds since the epoch.
 */
export interface CertificateGroup {
  /** By number, the oldest first. */
  readonly certificates: readonly GroupCertificate[];
  /** By host. */
  readonly quarantine: readonly QuarantinedName[];
  /** Names that stand in certificates and are wanted no longer, by host. */
  readonly leaving: readonly LeavingName[];
  /** No certificate has had this number, or a larger one. */
  readonly nextNumber: number;
  /** Absent: the last order succeeded, or failed for names that are known. */
  readonly caution: Caution | undefined;
  /** What the orders of this group alone have left of the budgets. */
  readonly budgets: BudgetMarks;
}

/** A certificate that there should be, and what is known of it. */
export interface GroupCertificate {
  readonly number: number;
  /** What it is to cover (its `dnsNames`), sorted. */
  readonly names: readonly Host[];
  /** What the certificate that was issued last covers, sorted; empty: none has been issued. */
  readonly issued: readonly Host[];
  /** From when to when that one is valid; 0 where none has been issued. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly orderedAt: number;
  /** True from the order for `names` until it has succeeded or failed. */
  readonly running: boolean;
  /** True for a certificate of one name, which is tried apart from the others since it failed. */
  readonly probe: boolean;
  /** The last failure, as cert-manager dates it, that conclusions have been drawn from. */
  readonly failedAt: number | undefined;
}

/** A name that could not be validated: it is tried apart from the others, each time after a longer while. */
export interface QuarantinedName {
  readonly host: Host;
  readonly failures: number;
  readonly nextTryAt: number;
  /** What cert-manager said of it last. */
  readonly message: string;
}

/** A name that is wanted no longer. */
export interface LeavingName {
  readonly host: Host;
  readonly since: number;
}

/** What an order that failed without a name to blame leaves behind: the next one comes later, and is smaller. */
export interface Caution {
  readonly failures: number;
  /** New names that the next order may have. */
  readonly mostNew: number;
  readonly until: number;
}

/** When each budget would be full again, were nothing ordered any more; a time that is over says that it is full. */
export interface BudgetMarks {
  /** Certificates for the registrable domain, of all namespaces. */
  readonly domain: number;
  /** Orders of the whole cluster. */
  readonly account: number;
  /** The namespace's share of them. */
  readonly share: number;
  /** Failed orders of the namespace. */
  readonly failures: number;
}

/** What other groups have left of the budgets, and what they have under way. */
export interface OthersSpending {
  /** The latest marks: of the same registrable domain, of all groups, and of the same namespace. */
  readonly marks: BudgetMarks;
  /** Orders under way of other namespaces' groups of the registrable domain, as long as room is kept for them. */
  readonly domainRunning: number;
  /** Orders under way of the namespace's other groups. */
  readonly namespaceRunning: number;
  /**
   * Names under way of the namespace's other groups, and of other namespaces' as long as room is kept for them; of those, names
   * of groups that have no certificate yet.
   */
  readonly underWay: { readonly namespace: number; readonly others: number; readonly newcomers: number };
  /** True if somebody else waits for room, and has the next turn: one who has nothing under way, or anyone. */
  readonly newcomerWaits: boolean;
  readonly anyoneWaits: boolean;
}

/** A group of which nothing has been ordered yet. */
export const noGroup: CertificateGroup = {
  certificates: [],
  quarantine: [],
  leaving: [],
  nextNumber: 1,
  caution: undefined,
  budgets: { domain: 0, account: 0, share: 0, failures: 0 },
};

/** What cert-manager shows of one of our certificates. Times are in milliseconds since the epoch. */
export interface ShownCertificate {
  /** Its `dnsNames`, sorted. */
  readonly names: readonly Host[];
  /** True if its Secret holds a certificate for just these names, as its condition `Ready` says for this generation. */
  readonly ready: boolean;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Names whose challenges have not been met yet, while it is being issued. */
  readonly pending: readonly Host[];
  /** Those of them that are worked on. */
  readonly begun: readonly Host[];
  /** Those of them that hold it up, while all others that are worked on have been met. */
  readonly stuck: readonly Host[];
  /**
   * Those of them whose records could not be written into the DNS: each keeps its place in cert-manager's queue, even when its
   * order is given up.
   */
  readonly unpresented: readonly Host[];
  /** Since when `pending` has been as long as it is, as far as has been seen. */
  readonly quietSince: number;
  /** What is said of names that are pending. */
  readonly reasons: Readonly<Partial<Record<Host, string>>>;
  /** How the last order for this generation failed; absent while none has. */
  readonly failure: OrderFailure | undefined;
}

/** What may become of an order of ours, or of a renewal that cert-manager made by itself. */
export const orderResults = ["issued", "failed", "renewed", "renewalFailed"] as const;

/** What has become of one. */
export type OrderResult = (typeof orderResults)[number];

/** How an order failed. */
export interface OrderFailure {
  /** When, by cert-manager's clock: it tells one failure from another. */
  readonly at: number;
  /** The names that were not validated, or that the certificate authority refuses; empty: it is not known which. */
  readonly names: readonly Host[];
  /** What cert-manager says of it; of some names, what it says of those. */
  readonly message: string;
  readonly messages: Readonly<Partial<Record<Host, string>>>;
  /** True if the certificate authority takes no more orders for now. */
  readonly rateLimited: boolean;
  /** True if the certificate authority has looked, and counts it; false if it never came to that. */
  readonly validated: boolean;
}
