import type { ClaimStatus } from "./claim-status.ts";

/** A Domain as the core sees it: a slim projection of the API object, made by `translate/`. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** RFC 3339, whole seconds, as the API server wrote it. */
  readonly created: string;
  /** True from the moment that the object has a deletionTimestamp. */
  readonly deleting: boolean;
  /** True if its owner has marked it as given up on purpose; counts only while the claim is being deleted (rule N5). */
  readonly released: boolean;
  readonly finalizers: Finalizers;
  /** True if its metadata has so much else that whatever is written into it keeps the API server busy for seconds. */
  readonly crowded?: true;
  readonly primary: string;
  readonly sub: string | undefined;
  readonly parent: string | undefined;
  readonly delegates: readonly string[];
  /** Where requests for the host are sent in place of what sources say; undefined: nowhere. */
  readonly redirect: ClaimRedirect | undefined;
  /** The claim of the same namespace whose host this one's is to replace (rule N2). */
  readonly renames: string | undefined;
  /** Milliseconds for which the old host redirects to this one, 0: not at all; undefined: for ever. */
  readonly redirectForMs: number | undefined;
  /** The namespace that it hands its host over to (rule N4). */
  readonly transferTo: string | undefined;
  /** The namespace that it takes its host over from, once that hands it over. */
  readonly acceptFrom: string | undefined;
  /** When its name enters a certificate that is ordered for it. */
  readonly certificatePolicy: CertificatePolicy;
  /** What the controller wrote last; only compared with what it would write now, never decided from. */
  readonly status: ClaimStatus | undefined;
}

/** The statuses (RFC 9110, section 15.4) that a redirect can have: 301 and 308 for good, 302 and 307 for a while. */
export type RedirectStatus = 301 | 302 | 307 | 308;

/** `spec.redirect` of a Domain. */
export interface ClaimRedirect {
  /** As it is written: the CRD can't see, for one, whether an A-label decodes. */
  readonly host: string;
  readonly statusCode: RedirectStatus;
  /** True if path and query of the request are kept. */
  readonly keepPath: boolean;
}

/** From when Kong serves the host, at once, or never. */
export type CertificatePolicy = "WhenServed" | "Always" | "Never";

/** What is kept of an object's finalizers, of which tenants may write very many. */
export interface Finalizers {
  readonly count: number;
  /** Where ours stands among them; undefined: it is not there. */
  readonly ours: number | undefined;
}
