import type { DomainStatus } from "./generated/domain.ts";

/** The names of the API: its group, kinds and marks; and the two things that every reader of a Domain's spec asks. */

/** The API group of {@link domains}, {@link hostRecords} and {@link domainCertificates}. */
export const group = "platform.koli.io";
/** The one version that is served. */
export const version = "v1";
/** `apiVersion` of our objects. */
export const apiVersion = `${group}/${version}`;
/** What keeps a Domain until its routes have left Kong; the only finalizer that is ever touched. */
export const finalizer = "kolihub.io/kong";
/**
 * The annotation by which the owner of a claim says, before deleting it, that its host is given up on purpose: with the
 * value "true" the host is free at once, without a redemption. It counts only on a claim that is being deleted.
 */
export const releaseMark = `${group}/release`;
/**
 * The label of a namespace by which an administrator hands over to it, with the value `allowed`, the hosts that routes of
 * others in Kong name. Who works in a namespace can't label it.
 */
export const foreignHostsLabel = "platform.koli.io/foreign-hosts";

/**
 * The label of a namespace by which an administrator has its certificates ordered from another issuer than everybody's, of the
 * same kind; its value is the issuer's name.
 */
export const issuerLabel = `${group}/issuer`;

/** The label of the Certificates that the controller orders, and of their Secrets; its value is `true`. */
export const orderedLabel = `${group}/ordered`;

/**
 * Annotations of the controller's Lease, by which whoever leads tells everybody about itself: its version; which class it serves
 * by its name, and which controller the IngressClasses name that are its own; and how it is, as JSON
 * (`{name, ok, warns, detail}[]`): whether Kong answers, how changes are proved, and whatever is not well.
 */
export const leaseAnnotations = {
  version: `${group}/version`,
  checks: `${group}/checks`,
  ingressClass: `${group}/ingress-class`,
  ingressController: `${group}/ingress-controller`,
} as const;

/** The kind for claims, namespaced. */
export const domains = { kind: "Domain", plural: "domains" } as const;
/** The kind for the public register, cluster-scoped; an object's name is `recordName(host)`. */
export const hostRecords = { kind: "HostRecord", plural: "hostrecords" } as const;

/** The kind for what was ordered, namespaced; an object's name is its registrable domain. */
export const domainCertificates = { kind: "DomainCertificate", plural: "domaincertificates" } as const;

/** The namespace whose UID stands for the cluster: it is there from the first day to the last, and nobody can delete it. */
export const clusterNamespace = "kube-system";

/** The part of a Domain's spec that says which host it is for. */
export interface HostFields {
  readonly primary: string;
  readonly sub?: string | undefined;
}

/** `shared` for a claim with `sub`, which lives below a primary; `primary` for one without. */
export function kindOf(spec: HostFields): "primary" | "shared" {
  return spec.sub === undefined ? "primary" : "shared";
}

/** The text of the claim's host as the spec has it; claim-host.ts checks that it is one. */
export function hostOf(spec: HostFields): string {
  return spec.sub === undefined ? spec.primary : `${spec.sub}.${spec.primary}`;
}

/** What a decided claim's status can be in one word; a status that nobody has written has none. */
export type Phase = Exclude<NonNullable<DomainStatus["phase"]>, "">;
