import type { Phase } from "@domain-claims/crds/domain";

/** `status` of a Domain. */
export interface ClaimStatus {
  readonly phase: Phase;
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; when phase or reason last changed. */
  readonly lastUpdateTime: string;
  readonly observedGeneration: number;
  readonly host?: string;
  /** The host with U-labels, where that differs from `host`. */
  readonly unicodeHost?: string;
  /** The namespace under whose primary the claim was granted or refused. */
  readonly parent?: string;
  /** `namespace/name` of the claim that holds the host. */
  readonly holder?: string;
  /** How far a held host is on its way to be served. */
  readonly stage?: Stage;
  /** The sources of the namespace that name a held host; absent where none does. */
  readonly sources?: readonly SourceStatus[];
  /** How many more there are than `sources` has room for. */
  readonly moreSources?: number;
  readonly conditions: readonly Condition[];
}

/** The stages of {@link Stage}, as the CRD lists them. */
export const stages = [
  "Held",
  "Routing",
  "HTTPS",
  "Live",
  "Redirecting",
  "RenameRouting",
  "RenameHTTPS",
  "RenameCleanup",
] as const;

/**
 * How far a held host is on its way to be served: nothing serves it, not all routes are there, its certificate is not, all of
 * it is, or its redirect is. On the way from an old name to it (rule N2): its routes come, its certificate does, the old name
 * gives way.
 */
export type Stage = (typeof stages)[number];

/** What becomes of a source's paths for a host. */
export interface SourceStatus {
  readonly kind: string;
  readonly name: string;
  /** Its paths that Kong has; absent while that is not known. */
  readonly live?: number;
  /** Its paths that are not served. */
  readonly refused: number;
  /** The first of them. */
  readonly refusals: readonly PathRefusal[];
}

/** Why a path is not served, or, without one, a whole source or the rest of it. */
export interface PathRefusal {
  readonly path?: string;
  readonly reason: string;
  readonly message: string;
}

/** The types of the conditions that are ours to say; a condition of any other type is somebody else's. */
export const conditionTypes: ReadonlySet<string> = new Set([
  "Accepted",
  "Programmed",
  "Ready",
  "DelegatesResolved",
  "TransferPending",
  "NameAllowed",
  "CertificateReady",
  "Renamed",
]);

/** `metav1.Condition`. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}
