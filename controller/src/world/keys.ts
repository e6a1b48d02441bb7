import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { SourceRef } from "./source.ts";

/** The name of a fact: what a decision says it has read, and what an event says it has changed. */
export type FactKey = string & { readonly __factKey: unique symbol };

const key = (text: string): FactKey => text as FactKey;

/** How each kind of fact is named. */
export const factKeys = {
  /** A claim by namespace and name. */
  claim: (namespace: string, name: string): FactKey => key(`claim ${namespace}/${name}`),
  /** Whether the claim is more than its namespace may have. */
  excess: (namespace: string, name: string): FactKey => key(`excess ${namespace}/${name}`),
  /** The set of claims for a host. */
  claims: (host: Host): FactKey => key(`claims ${host}`),
  /** The claims of a namespace that rename the claim of this name. */
  renamers: (namespace: string, name: string): FactKey => key(`renamers ${namespace}/${name}`),
  /** The HostRecord of a host. */
  record: (host: Host): FactKey => key(`record ${host}`),
  /** The hosts that a namespace holds, and that had this name before. */
  successors: (namespace: string, host: Host): FactKey => key(`successors ${namespace} ${host}`),
  /** The primaries below a host that stand on their own authority. */
  carveOuts: (host: Host): FactKey => key(`carve-outs ${host}`),
  namespace: (name: string): FactKey => key(`namespace ${name}`),
  source: ({ kind, namespace, name }: SourceRef): FactKey => key(`source ${kind} ${namespace}/${name}`),
  /** The sources of a namespace that name a host. */
  sources: (namespace: string, host: RouteHost): FactKey => key(`sources ${namespace} ${host}`),
  /** Which sources of a namespace and a class ask for more routes than a namespace may have. */
  crowd: (namespace: string, className: string): FactKey => key(`crowd ${namespace} ${className}`),
  sourceClass: (name: string): FactKey => key(`class ${name}`),
  service: (namespace: string, name: string): FactKey => key(`service ${namespace}/${name}`),
  /** The version of a Secret of the type `kubernetes.io/tls`. */
  secret: (namespace: string, name: string): FactKey => key(`secret ${namespace}/${name}`),
  /** Whether there is one, whatever its version. */
  hasSecret: (namespace: string, name: string): FactKey => key(`hasSecret ${namespace}/${name}`),
  /** What a Secret has for TLS. */
  tlsSecret: (namespace: string, name: string): FactKey => key(`tlsSecret ${namespace}/${name}`),
  /** Released records by the namespace that held last, or of all that are gone. */
  released: (namespace: string): FactKey => key(`released ${namespace}`),
  /** What Kong has for a host. */
  live: (host: RouteHost): FactKey => key(`live ${host}`),
  /** What of that is about its certificate, and what handshakes have shown of it. */
  liveTls: (host: RouteHost): FactKey => key(`liveTls ${host}`),
  /** Whether the last write for a host succeeded. */
  programmed: (host: RouteHost): FactKey => key(`programmed ${host}`),
  /** What the gateway has in effect for a host before any route leads there, and whether that is waited for too long. */
  standby: (host: RouteHost): FactKey => key(`standby ${host}`),
  /** Whether the gateway has shown in effect what the last writes for a host were. */
  inEffect: (host: RouteHost): FactKey => key(`inEffect ${host}`),
  /** Whether the host's record is being written. */
  pendingWrite: (host: Host): FactKey => key(`pendingWrite ${host}`),
  /** Hosts that a cover (a wildcard, or the catch-all) would serve, held by others and without a guard. */
  unguarded: (cover: RouteHost): FactKey => key(`unguarded ${cover}`),
  /** Those of them for which there will be no guard, since a route of others names them. */
  withheld: (cover: RouteHost): FactKey => key(`withheld ${cover}`),
  /** Whether a read from the API server found the host's holder to be gone. */
  gone: (host: Host): FactKey => key(`gone ${host}`),
  /** Whether the time is over for which the host is kept. */
  over: (host: Host): FactKey => key(`over ${host}`),
  /** Whether the API server refuses what is written into a claim. */
  unwritable: (namespace: string, name: string): FactKey => key(`unwritable ${namespace}/${name}`),
  /** Which route of others in Kong names the host. */
  foreignRoute: (host: RouteHost): FactKey => key(`foreignRoute ${host}`),
  /** The records of the hosts that a namespace holds below a registrable domain. */
  held: (namespace: string, domain: string): FactKey => key(`held ${namespace}/${domain}`),
  /** What is remembered of the certificates of a namespace for a registrable domain. */
  certificateGroup: (namespace: string, domain: string): FactKey => key(`certificateGroup ${namespace}/${domain}`),
  /** The Certificates that have been ordered for it. */
  orderedCertificates: (namespace: string, domain: string): FactKey =>
    key(`orderedCertificates ${namespace}/${domain}`),
  /** The Secrets that cert-manager has made for them. */
  secretsOfGroup: (namespace: string, domain: string): FactKey => key(`secretsOfGroup ${namespace}/${domain}`),
  /** What a namespace's DomainCertificate says of one host. */
  hostCertificate: (namespace: string, host: Host): FactKey => key(`hostCertificate ${namespace}/${host}`),
  /** A CertificateRequest that nobody has decided yet. */
  certificateRequest: (namespace: string, name: string): FactKey => key(`certificateRequest ${namespace}/${name}`),
  kong: key("kong"),
} as const;

/** `namespace/name`, by which indexes and units name an object. */
export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
