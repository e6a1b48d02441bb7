import type { Host } from "@domain-claims/crds/hostname";
import type { IssuerRef } from "./domain-certificate.ts";

/** A CertificateRequest of cert-manager, without what it asks for. */
export interface CertificateRequest {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The Certificate for which cert-manager has made it: the one that owns it; undefined where none does. */
  readonly certificate: { readonly name: string; readonly uid: string } | undefined;
  readonly issuer: { readonly group: string; readonly kind: string; readonly name: string };
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** True once it is approved or denied, has failed or is issued: nothing is left to decide. */
  readonly decided: boolean;
  /** The reason for which it was approved; undefined: it is not. */
  readonly approvedFor: string | undefined;
}

/** True for a request to that issuer. */
export function isForIssuer({ issuer }: CertificateRequest, { kind, name }: IssuerRef): boolean {
  return issuer.group === "cert-manager.io" && issuer.kind === kind && issuer.name === name;
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
