import type { CertificateRequest } from "./certificate-request.ts";
import type { Claim } from "./claim.ts";
import type { DomainCertificate, OrderedCertificate } from "./domain-certificate.ts";
import type { HostRecord } from "./host-record.ts";
import type { Issuer } from "./issuer.ts";
import type { Namespace, Service } from "./core-v1.ts";
import type { Source, SourceClass, sourceClassKind, SourceKind } from "./source.ts";
import type { SecretVersion } from "./tls.ts";

/** What is watched, by kind. */
export type Watched = {
  readonly Domain: Claim;
  readonly HostRecord: HostRecord;
  readonly Namespace: Namespace;
  readonly Service: Service;
  readonly Secret: SecretVersion;
  readonly DomainCertificate: DomainCertificate;
  readonly Certificate: OrderedCertificate;
  readonly CertificateRequest: CertificateRequest;
  readonly ClusterIssuer: Issuer;
  readonly Issuer: Issuer;
} & { readonly [K in SourceKind]: Source } & { readonly [K in typeof sourceClassKind]: SourceClass };

/** A watched kind's name. */
export type WatchedKind = keyof Watched;

/**
 * Something changed in the cluster. `set` carries the whole object, new or changed; `delete` its namespace ("" for
 * cluster-scoped kinds) and name.
 */
export type WorldEvent =
  | {
      readonly [K in WatchedKind]: { readonly type: "set"; readonly kind: K; readonly object: Watched[K] };
    }[WatchedKind]
  | {
      readonly type: "delete";
      readonly kind: WatchedKind;
      readonly namespace: string;
      readonly name: string;
      /** The incarnation that is gone, where that is known: another object may have the name by now. */
      readonly uid?: string;
      /** The version of the kind's collection by which it was gone. */
      readonly resourceVersion?: string;
    };

/** Of these, an object that is new or changed. */
export type SetEvent = Extract<WorldEvent, { type: "set" }>;
