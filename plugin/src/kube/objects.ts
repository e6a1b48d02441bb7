/** API objects as JSON has them. */
export type {
  Domain,
  DomainStatusCondition as Condition,
  DomainStatusSource as SourceStatus,
} from "@domain-claims/crds/generated/domain";
export type {
  DomainCertificate,
  DomainCertificateStatusCertificate as OrderedCertificate,
  DomainCertificateStatusQuarantine as FailingName,
  DomainCertificateStatusWaiting as WaitingName,
} from "@domain-claims/crds/generated/domaincertificate";
export type {
  HostRecord,
  HostRecordSpecHolder as Holder,
  HostRecordSpecRedemption as Redemption,
  HostRecordSpecTransfer as Transfer,
} from "@domain-claims/crds/generated/hostrecord";
import type { ObjectMeta } from "@domain-claims/crds/object-meta";

/** Any object of the API. */
export interface ApiObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** `meta.k8s.io/v1 Table`: rows as the API server prints them. */
export interface Table {
  readonly columnDefinitions?: readonly Column[];
  readonly rows?: readonly Row[];
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/** A column; one with a priority above 0 is for `-o wide`. */
export interface Column {
  readonly name: string;
  readonly priority: number;
}

/** A row; `object` is whole in a list, and has metadata only in a watch. */
export interface Row {
  readonly cells: readonly unknown[];
  readonly object: ApiObject;
}
