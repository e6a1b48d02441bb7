import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { SourceRef } from "./source.ts";

/** A kind of fact. */
export interface FactKind {
  readonly name: string;
  /** No other kind has it that is known of the same subjects. */
  readonly bit: number;
}

/** The key of a fact: what a decision says it has read, and what an event says it has changed. */
export interface FactKey {
  readonly kind: FactKind;
  /** What the fact is about. */
  readonly subject: string;
}

/** How many kinds may be known of one subject: so many bits are kept for them. */
export const kindBits = 24;

/** What is known of a host, of a namespace, and of Kong: subjects without a slash. */
const ofNames = kinds(
  "claims",
  "record",
  "carveOuts",
  "namespace",
  "released",
  "releasedOfGone",
  "live",
  "liveTls",
  "programmed",
  "standby",
  "inEffect",
  "shownRoutes",
  "pendingWrite",
  "unguarded",
  "withheld",
  "gone",
  "over",
  "foreignRoute",
  "kong",
);

/** What is known of anything else: subjects with a slash. */
const ofPairs = kinds(
  "claim",
  "excess",
  "renamers",
  "successors",
  "source",
  "sources",
  "crowd",
  "class",
  "service",
  "secret",
  "hasSecret",
  "tlsSecret",
  "unwritable",
  "held",
  "certificateGroup",
  "orderedCertificates",
  "secretsOfGroup",
  "hostCertificate",
  "unlistedWait",
  "certificateRequest",
  "issuer",
);

/** The key of each kind of fact. */
export const factKeys = {
  /** A claim by namespace and name. */
  claim: (namespace: string, name: string): FactKey => key(ofPairs.claim, objectKey(namespace, name)),
  /** Whether the claim is more than its namespace may have. */
  excess: (namespace: string, name: string): FactKey => key(ofPairs.excess, objectKey(namespace, name)),
  /** The set of claims for a host. */
  claims: (host: Host): FactKey => key(ofNames.claims, host),
  /** The claims of a namespace that rename the claim of this name. */
  renamers: (namespace: string, name: string): FactKey => key(ofPairs.renamers, objectKey(namespace, name)),
  /** The HostRecord of a host. */
  record: (host: Host): FactKey => key(ofNames.record, host),
  /** The hosts that a namespace holds, and that had this name before. */
  successors: (namespace: string, host: Host): FactKey => key(ofPairs.successors, objectKey(namespace, host)),
  /** The primaries below a host that stand on their own authority. */
  carveOuts: (host: Host): FactKey => key(ofNames.carveOuts, host),
  namespace: (name: string): FactKey => key(ofNames.namespace, name),
  source: ({ kind, namespace, name }: SourceRef): FactKey => key(ofPairs.source, `${kind} ${namespace}/${name}`),
  /** The sources of a namespace that name a host. */
  sources: (namespace: string, host: RouteHost): FactKey => key(ofPairs.sources, objectKey(namespace, host)),
  /** Which sources of a namespace and a class ask for more routes than a namespace may have. */
  crowd: (namespace: string, className: string): FactKey => key(ofPairs.crowd, objectKey(namespace, className)),
  sourceClass: (name: string): FactKey => key(ofPairs.class, objectKey("", name)),
  service: (namespace: string, name: string): FactKey => key(ofPairs.service, objectKey(namespace, name)),
  /** The version of a Secret of the type `kubernetes.io/tls`. */
  secret: (namespace: string, name: string): FactKey => key(ofPairs.secret, objectKey(namespace, name)),
  /** Whether there is one, whatever its version. */
  hasSecret: (namespace: string, name: string): FactKey => key(ofPairs.hasSecret, objectKey(namespace, name)),
  /** What a Secret has for TLS. */
  tlsSecret: (namespace: string, name: string): FactKey => key(ofPairs.tlsSecret, objectKey(namespace, name)),
  /** Records that nobody holds, of the namespace that held last. */
  released: (namespace: string): FactKey => key(ofNames.released, namespace),
  /** The same, of all namespaces that are gone. */
  releasedOfGone: key(ofNames.releasedOfGone, "gone"),
  /** What Kong has for a host. */
  live: (host: RouteHost): FactKey => key(ofNames.live, host),
  /** What of that is about its certificate, and what handshakes have shown of it. */
  liveTls: (host: RouteHost): FactKey => key(ofNames.liveTls, host),
  /** Whether the last write for a host succeeded. */
  programmed: (host: RouteHost): FactKey => key(ofNames.programmed, host),
  /** What the gateway has in effect for a host before any route leads there, and whether that is waited for too long. */
  standby: (host: RouteHost): FactKey => key(ofNames.standby, host),
  /** Whether the gateway has shown in effect what the last writes for a host were. */
  inEffect: (host: RouteHost): FactKey => key(ofNames.inEffect, host),
  /** Whether the gateway has shown that it answers for a host's routes. */
  shownRoutes: (host: RouteHost): FactKey => key(ofNames.shownRoutes, host),
  /** Whether the host's record is being written. */
  pendingWrite: (host: Host): FactKey => key(ofNames.pendingWrite, host),
  /** Hosts that a cover (a wildcard, or the catch-all) would serve, held by others and without a guard. */
  unguarded: (cover: RouteHost): FactKey => key(ofNames.unguarded, cover),
  /** Those of them for which there will be no guard, since a route of others names them. */
  withheld: (cover: RouteHost): FactKey => key(ofNames.withheld, cover),
  /** Whether a read from the API server found the host's holder to be gone. */
  gone: (host: Host): FactKey => key(ofNames.gone, host),
  /** Whether the time is over for which the host is kept. */
  over: (host: Host): FactKey => key(ofNames.over, host),
  /** Whether the API server refuses what is written into a claim. */
  unwritable: (namespace: string, name: string): FactKey => key(ofPairs.unwritable, objectKey(namespace, name)),
  /** Which route of others in Kong names the host. */
  foreignRoute: (host: RouteHost): FactKey => key(ofNames.foreignRoute, host),
  /** The records of the hosts that a namespace holds below a registrable domain. */
  held: (namespace: string, domain: string): FactKey => key(ofPairs.held, objectKey(namespace, domain)),
  /** What is remembered of the certificates of a namespace for a registrable domain. */
  certificateGroup: (namespace: string, domain: string): FactKey =>
    key(ofPairs.certificateGroup, objectKey(namespace, domain)),
  /** The Certificates that have been ordered for it. */
  orderedCertificates: (namespace: string, domain: string): FactKey =>
    key(ofPairs.orderedCertificates, objectKey(namespace, domain)),
  /** The Secrets that cert-manager has made for them. */
  secretsOfGroup: (namespace: string, domain: string): FactKey =>
    key(ofPairs.secretsOfGroup, objectKey(namespace, domain)),
  /** What a namespace's DomainCertificate says of one host. */
  hostCertificate: (namespace: string, host: Host): FactKey => key(ofPairs.hostCertificate, objectKey(namespace, host)),
  /** What the names wait for that a namespace's DomainCertificate has no room to list. */
  unlistedWait: (namespace: string, domain: string): FactKey => key(ofPairs.unlistedWait, objectKey(namespace, domain)),
  /** An issuer of cert-manager; the namespace is empty for a ClusterIssuer. */
  issuer: (namespace: string, name: string): FactKey => key(ofPairs.issuer, objectKey(namespace, name)),
  /** A CertificateRequest that nobody has decided yet. */
  certificateRequest: (namespace: string, name: string): FactKey =>
    key(ofPairs.certificateRequest, objectKey(namespace, name)),
  kong: key(ofNames.kong, "kong"),
} as const;

/** `namespace/name`, by which indexes and work items name an object. */
export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The facts of these kinds about the subject, for people. */
export function factTexts(subject: string, bits: number): readonly string[] {
  const known = Object.values(subject.includes("/") ? ofPairs : ofNames);
  return known.filter(({ bit }) => (bits & bit) !== 0).map(({ name }) => `${name} ${subject}`);
}

function key(kind: FactKind, subject: string): FactKey {
  return { kind, subject };
}

/** Throws an Error if there are more than fit. */
function kinds<N extends string>(...names: readonly N[]): Readonly<Record<N, FactKind>> {
  if (names.length > kindBits) throw new Error(`no more than ${String(kindBits)} kinds of facts fit`);
  const rows = names.map((name, i): readonly [string, FactKind] => [name, { name, bit: 1 << i }]);
  return Object.fromEntries(rows) as Record<N, FactKind>;
}
