import type { Host } from "@domain-claims/crds/hostname";

/** A Domain as the core sees it: a slim projection of the API object, made by `watch/`. */
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
  readonly finalizers: readonly string[];
  readonly primary: string;
  readonly sub: string | undefined;
  readonly parent: string | undefined;
  readonly delegates: readonly string[];
  /** What the controller wrote last; only compared with what it would write now, never decided from. */
  readonly status: ClaimStatus | undefined;
}

/** `status` of a Domain. */
export interface ClaimStatus {
  readonly phase: "Pending" | "OK" | "Failed";
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
  readonly conditions: readonly Condition[];
}

/** The types of the conditions that are ours to say; a condition of any other type is somebody else's. */
export const conditionTypes: ReadonlySet<string> = new Set([
  "Accepted",
  "Programmed",
  "DelegatesResolved",
  "NameAllowed",
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

/** A HostRecord: who holds a host, and who did before. */
export interface HostRecord {
  /** The object's name: the host, or `wc--any.` + the rest for a wildcard. */
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly host: Host;
  /** Absent: the host is free. */
  readonly holder: Holder | undefined;
  /** Delegates of a holding primary, bound to the namespaces that they meant when they were first seen. */
  readonly grants: readonly Grant[];
  /** Newest first, at most 20. */
  readonly history: readonly Tenure[];
}

/** The claim that holds a host. */
export interface Holder {
  readonly kind: "primary" | "shared";
  readonly namespace: string;
  readonly namespaceUid: string;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339. */
  readonly since: string;
  /** Under whose authority a primary was granted; absent on a shared claim, which is decided anew each time. */
  readonly authority: Authority | undefined;
}

/** Why a primary may stand where it stands. `none`: nothing enclosed it when it was granted (a carve-out). */
export type Authority =
  | { readonly kind: "none" }
  | {
      readonly kind: "own" | "delegation";
      /** The enclosing primary, and the claim that held it. */
      readonly host: Host;
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
    };

/** A delegate's name, bound to one namespace. */
export interface Grant {
  readonly namespace: string;
  readonly uid: string;
}

/** A past holder of a host. */
export interface Tenure {
  readonly kind: "primary" | "shared";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly from: string;
  readonly to: string;
  /** A reason from the vocabulary, or `Deleted`. */
  readonly reason: string;
}

/** A Kubernetes Namespace. */
export interface Namespace {
  readonly name: string;
  readonly uid: string;
}

/** A Kubernetes Ingress (`networking.k8s.io/v1`). */
export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly created: string;
  readonly deleting: boolean;
  /** `spec.ingressClassName`. */
  readonly className: string | undefined;
  /** Only `kubernetes.io/ingress.class` and those that start with `konghq.com/`. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly defaultBackend: IngressBackend | undefined;
  readonly rules: readonly IngressRule[];
  /** `status.loadBalancer.ingress`, as read. */
  readonly addresses: readonly LoadBalancerAddress[];
}

/** One rule of an Ingress; a rule without `http` has no paths. */
export interface IngressRule {
  readonly host: string | undefined;
  readonly paths: readonly IngressPath[];
}

/** One path of a rule. */
export interface IngressPath {
  readonly path: string;
  readonly pathType: "Exact" | "Prefix" | "ImplementationSpecific";
  readonly backend: IngressBackend;
}

/** Where a path leads: a Service and its port, or something that is no Service (`resource`). */
export type IngressBackend =
  | { readonly kind: "service"; readonly service: string; readonly port: number | string }
  | { readonly kind: "resource"; readonly resource: string };

/** One entry of `status.loadBalancer.ingress`: exactly one of the two. */
export interface LoadBalancerAddress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** A Kubernetes IngressClass. */
export interface IngressClass {
  readonly name: string;
  /** `spec.controller`. */
  readonly controller: string;
}

/** A Kubernetes Service. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly ports: readonly ServicePort[];
  /** `status.loadBalancer.ingress`, else the external IPs: what `--publish-service` publishes. */
  readonly addresses: readonly LoadBalancerAddress[];
}

/** One port of a Service. */
export interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
}

/** What is watched, by kind. */
export interface Watched {
  readonly Domain: Claim;
  readonly HostRecord: HostRecord;
  readonly Namespace: Namespace;
  readonly Ingress: Ingress;
  readonly IngressClass: IngressClass;
  readonly Service: Service;
}

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
