import { wildcardFor } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";

/** A Secret of a namespace. */
export interface SecretRef {
  readonly namespace: string;
  readonly name: string;
}

/** A Secret of the type `kubernetes.io/tls`, as it is watched: nothing of its content. */
export interface SecretVersion extends SecretRef {
  readonly uid: string;
  readonly resourceVersion: string;
  /** True if cert-manager has made it for a Certificate of its name that carries our mark. */
  readonly ordered: boolean;
}

/** What is known of a certificate and its private key: what it says, and hashes by which the two are known again. */
export interface KeyPair {
  readonly certHash: string;
  readonly keyHash: string;
  /** The leaf's fingerprint, which is no secret: SHA-256 of its DER, in lower case hex. */
  readonly leaf: string;
  /** The DNS names that it is for, in lower case: exact ones, and wildcards for one label (RFC 6125, section 6.4.3). */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Why what a Secret has can't be served. */
export interface PairProblem {
  readonly kind: "notFound" | "invalid" | "weak" | "expired" | "notYetValid" | "unreadable";
  /** What is wrong, to be continued from "the Secret x". */
  readonly detail: string;
}

/** A Secret that a source names, as it was read: a pair that may be served now, or why there is none. */
export type TlsSecret =
  { readonly ok: true; readonly pair: KeyPair } | { readonly ok: false; readonly problem: PairProblem };

/** `namespace/name` of a Secret. */
export function secretKey({ namespace, name }: SecretRef): string {
  return `${namespace}/${name}`;
}

/** True if the certificate is for the host: a wildcard host needs that very wildcard. */
export function covers({ names }: Pick<KeyPair, "names">, host: Host): boolean {
  if (names.includes(host)) return true;
  const wildcard = wildcardFor(host);
  return wildcard !== undefined && names.includes(wildcard);
}
