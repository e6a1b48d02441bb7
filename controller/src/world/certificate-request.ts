import type { Host } from "@domain-claims/crds/hostname";

/** A CertificateRequest of cert-manager that nobody has approved or denied yet, without what it asks for. */
export interface CertificateRequest {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly issuer: { readonly group: string; readonly kind: string; readonly name: string };
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** True once it is approved or denied, has failed or is issued: nothing is left to decide. */
  readonly decided: boolean;
}

/** What a CertificateRequest asks for: a certificate for hosts and nothing else, or why it is not that. */
export type RequestReading =
  | { readonly ok: true; readonly hosts: readonly Host[] }
  | {
      readonly ok: false;
      readonly reason: "NotOnlyHosts" | "RequestInvalid";
      /** What is wrong, to be continued from "the certificate request". */
      readonly detail: string;
    };
