import type { Phase } from "@domain-claims/crds/domain";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import type { CertificateRequest } from "./certificate-request.ts";
import type { Issuer } from "./issuer.ts";
import type { DomainCertificate, OrderedCertificate } from "./domain-certificate.ts";
import type { Source, SourceClass, SourceKind } from "./source.ts";
import type { SecretVersion } from "./tls.ts";

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

/** A HostRecord: who holds a host, and who did before. */
export interface HostRecord {
  /** The object's name: the host, or `wc--any.` + the rest for a wildcard. */
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly host: Host;
  /** The cluster in which it was written last; absent on a record that is older than the field. */
  readonly clusterUid?: string | undefined;
  /** Absent: nobody holds the host. */
  readonly holder: Holder | undefined;
  /** Absent: the host is held, or free for everybody. */
  readonly redemption: Redemption | undefined;
  /** Absent: the holder, or who held it before its redemption, hands the host over to nobody. */
  readonly transfer: Transfer | undefined;
  /** Delegates of a primary that holds or is in redemption, bound to the namespaces that they meant when they were first seen. */
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
  /** The namespaces that handed the host on, the last one first (rule N4); absent where it was never handed over. */
  readonly givers?: readonly Grant[] | undefined;
  /** The names that the site of this host had before, newest first, at most {@link mostFormerNames}. */
  readonly renamedFrom?: readonly FormerName[] | undefined;
  /** What replaces this name; absent: nothing does. */
  readonly renamedTo?: Renaming | undefined;
}

/** A name that a site had before (rules N2 and N3). */
export interface FormerName {
  readonly host: Host;
  /** RFC 3339: when it began to be renamed. */
  readonly since: string;
}

/** The names that a record keeps of a site: what is served for them, too, is as bounded as that. */
export const mostFormerNames = 50;

/** A rename of a host, as its record has it: what of it can't be found out anew. */
export interface Renaming {
  /** The new name, and the claim for it in the same namespace. */
  readonly host: Hostname;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339. */
  readonly since: string;
  /** RFC 3339: since when the old name gives way; absent while all is served under it still. */
  readonly done?: string | undefined;
}

/** For whom a host is kept that nobody holds: its last holder, which did not release it on purpose (rule N5). */
export interface Redemption extends Omit<Holder, "since" | "renamedTo"> {
  /** RFC 3339. */
  readonly until: string;
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

/** To whom a host is handed over as soon as it is accepted there (rule N4): a namespace's name, bound to one namespace. */
export interface Transfer extends Grant {
  /** With whom the holder shares a primary, as its claim says. */
  readonly delegates: readonly string[];
}

/** The name of a namespace that was named or had a part, bound to the one that was meant. */
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
  /** The name that this one replaced, and the one that replaced it, in that time. */
  readonly renamedFrom?: Host | undefined;
  readonly renamedTo?: Host | undefined;
}

/** A Kubernetes Namespace. */
export interface Namespace {
  readonly name: string;
  readonly uid: string;
  /** Of its labels those that something is decided from. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One entry of `status.loadBalancer.ingress`: exactly one of the two. */
export interface LoadBalancerAddress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** A Kubernetes Service. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly ports: readonly ServicePort[];
  readonly options: ServiceOptions;
  /** Annotations that restrict who may reach it, and can't be honoured (rule X6). */
  readonly restrictions: readonly string[];
  /** What is wrong with its annotations, for those who lead to it. */
  readonly problems: readonly string[];
  /** `status.loadBalancer.ingress`, else the external IPs: what `--publish-service` publishes. */
  readonly addresses: readonly LoadBalancerAddress[];
}

/** One port of a Service. */
export interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
  /**
   * Where a connection to the Service's name has to go: the port, but of a headless Service, whose name leads to the pods
   * themselves, its target port; undefined where that has a name, which only the pods know.
   */
  readonly dialed: number | undefined;
  /** `protocol`: TCP, UDP or SCTP. */
  readonly transport: string;
  readonly appProtocol: string | undefined;
}

/** How a Service wants to be spoken to, as its annotations say. */
export interface ServiceOptions {
  /** Undefined: as the port's `appProtocol` says. */
  readonly protocol: string | undefined;
  /** Put before every path. */
  readonly path: string | undefined;
  /** Milliseconds. */
  readonly connectTimeout: number | undefined;
  readonly readTimeout: number | undefined;
  readonly writeTimeout: number | undefined;
  readonly retries: number | undefined;
}

/** What is watched, by kind. */
export type Watched = {
  readonly Domain: Claim;
  readonly HostRecord: HostRecord;
  readonly Namespace: Namespace;
  readonly IngressClass: SourceClass;
  readonly Service: Service;
  readonly Secret: SecretVersion;
  readonly DomainCertificate: DomainCertificate;
  readonly Certificate: OrderedCertificate;
  readonly CertificateRequest: CertificateRequest;
  readonly ClusterIssuer: Issuer;
  readonly Issuer: Issuer;
} & { readonly [K in SourceKind]: Source };

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
