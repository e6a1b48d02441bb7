import type { Host } from "@domain-claims/crds/hostname";
import { recordName } from "@domain-claims/crds/hostname";
import type { Settings } from "../../src/decide/settings.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { Grant, Holder, HostRecord } from "../../src/world/host-record.ts";
import type { Namespace, Service, ServiceOptions, ServicePort } from "../../src/world/core-v1.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import { TermState } from "../../src/world/term-state.ts";
import type { KongState } from "../../src/world/kong-state.ts";
import type { Source } from "../../src/world/source.ts";
import { translate } from "../../src/translate/translate.ts";
import { World } from "../../src/world/world.ts";

/** Settings as an installation without flags has them, but what is not released is free at once: a test asks for the rest. */
export const settings: Settings = {
  systemNamespace: "kong-system",
  reservedNames: ["cluster.local", "*.cluster.local"],
  redemptionMs: 0,
  primaryNamespaces: [],
  handedOverHosts: [],
  allowedSuffixes: [],
  catchAllNamespaces: [],
  ingressClass: "kong",
  ingressController: "platform.koli.io/kong",
  ignoredAnnotations: [],
  issuer: undefined,
  pathsPerHost: 1_000,
  routesPerNamespace: 10_000,
  clusterDomain: "cluster.local",
  kongTag: "managed-by-domain-claims",
};

/** A claim for `primary`, or for `sub` below it, by namespace and name ("acme-org/acme"). */
export function claim(at: string, primary: string, more: Partial<Claim> = {}): Claim {
  const [namespace = "", name = ""] = at.split("/");
  return {
    namespace,
    name,
    uid: `uid-${namespace}-${name}`,
    resourceVersion: "1",
    generation: 1,
    created: "2026-04-04T12:00:00Z",
    deleting: false,
    released: false,
    finalizers: { count: 1, ours: 0 },
    primary,
    sub: undefined,
    parent: undefined,
    delegates: [],
    redirect: undefined,
    renames: undefined,
    redirectForMs: undefined,
    transferTo: undefined,
    acceptFrom: undefined,
    certificatePolicy: "WhenServed",
    status: undefined,
    ...more,
  };
}

/** What makes a claim one that the controller has yet to see. */
export const fresh: Pick<Claim, "finalizers"> = { finalizers: { count: 0, ours: undefined } };

/** The record of a host that the claim holds. */
export function heldBy(owner: Claim, more: Partial<Holder> = {}, grants: readonly Grant[] = []): HostRecord {
  const host = (owner.sub === undefined ? owner.primary : `${owner.sub}.${owner.primary}`) as Host;
  const holder: Holder = {
    kind: owner.sub === undefined ? "primary" : "shared",
    namespace: owner.namespace,
    namespaceUid: `uid-${owner.namespace}`,
    name: owner.name,
    uid: owner.uid,
    since: "2026-04-04T12:00:01Z",
    authority: owner.sub === undefined ? { kind: "none" } : undefined,
    ...more,
  };
  return {
    ...{ name: recordName(host), uid: `uid-${host}`, resourceVersion: "1", host },
    ...{ holder, redemption: undefined, transfer: undefined, grants, history: [] },
  };
}

/** A grant to the namespace that has the name now. */
export function grant(namespace: string): Grant {
  return { namespace, uid: `uid-${namespace}` };
}

/** A namespace whose UID is `uid-<name>` unless another is given. */
export function namespace(name: string, uid = `uid-${name}`, labels: Namespace["labels"] = {}): Namespace {
  return { name, uid, labels };
}

/** A Service with port 80 named `http`, unless other ports are given. */
export function service(at: string, more: Partial<Service> = {}): Service {
  const [ns = "", name = ""] = at.split("/");
  return {
    namespace: ns,
    name,
    uid: `uid-${at}`,
    type: "ClusterIP",
    ports: [servicePort("http", 80)],
    options: plainOptions,
    restrictions: [],
    problems: [],
    addresses: [],
    ...more,
  };
}

/** How a Service without annotations is spoken to. */
export const plainOptions: ServiceOptions = {
  protocol: undefined,
  path: undefined,
  connectTimeout: undefined,
  readTimeout: undefined,
  writeTimeout: undefined,
  retries: undefined,
};

/** A TCP port of a Service. */
export function servicePort(name: string, port: number, more: Partial<ServicePort> = {}): ServicePort {
  return { name, port, dialed: port, transport: "TCP", appProtocol: undefined, ...more };
}

/** A path of an Ingress, in the API's words. */
export interface IngressPath {
  readonly path: string;
  readonly pathType: string;
  readonly backend: unknown;
}

/** What an Ingress of the builder can have otherwise, in the API's words where they are not a source's. */
export interface IngressLike extends Partial<Pick<Source, "created" | "deleting" | "uid">> {
  readonly className?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly defaultBackend?: unknown;
  readonly rules?: readonly { readonly host?: string; readonly paths: readonly IngressPath[] }[];
  readonly tls?: unknown;
}

/** A backend of an Ingress: a port of a Service. */
export function backend(name: string, port: number | string): unknown {
  return { service: { name, port: typeof port === "number" ? { number: port } : { name: port } } };
}

/** A path to port 80 of the Service `web`. */
export function path(text = "/", more: Partial<IngressPath> = {}): IngressPath {
  return { path: text, pathType: "Prefix", backend: backend("web", 80), ...more };
}

/** An Ingress of our class with one rule, `/` to `web:80`, for each host: as the edge takes it over. */
export function ingress(at: string, hosts: readonly (string | undefined)[], more: IngressLike = {}): Source {
  const [ns = "", name = ""] = at.split("/");
  const { className = "className" in more ? undefined : "kong", annotations = {}, defaultBackend, tls } = more;
  const rules = more.rules ?? hosts.map((host) => ({ host, paths: [path()] }));
  return translate.Ingress({
    metadata: {
      namespace: ns,
      name,
      uid: more.uid ?? `uid-ingress-${at}`,
      resourceVersion: "1",
      creationTimestamp: more.created ?? "2026-04-04T12:00:00Z",
      ...(more.deleting === true && { deletionTimestamp: "2026-04-04T13:00:00Z" }),
      annotations,
    },
    spec: {
      ingressClassName: className,
      defaultBackend,
      tls,
      rules: rules.map(({ host, paths }) => ({ host, http: { paths } })),
    },
  });
}

/** What a test's world has. */
export interface Cluster {
  readonly claims?: readonly Claim[];
  readonly records?: readonly HostRecord[];
  readonly namespaces?: readonly Namespace[];
  readonly ingresses?: readonly Source[];
  readonly services?: readonly Service[];
  readonly kong?: KongState;
}

/** A term that knows all of it; every namespace that is mentioned exists unless `namespaces` says which do. */
export function world(cluster: Cluster): TermState {
  const seen = new World();
  const state = new TermState(seen);
  for (const event of events(cluster)) seen.apply(event);
  state.setKong(cluster.kong ?? { synced: true, preFunction: true });
  return state;
}

/** The events that tell a world of a cluster. */
export function events(cluster: Cluster): readonly WorldEvent[] {
  const mentioned = new Set(
    [...(cluster.claims ?? []), ...(cluster.ingresses ?? [])].map((object) => object.namespace),
  );
  const namespaces = cluster.namespaces ?? [...mentioned].map((name) => namespace(name));
  return [
    ...namespaces.map((object): WorldEvent => ({ type: "set", kind: "Namespace", object })),
    { type: "set", kind: "IngressClass", object: { name: "kong", controller: "platform.koli.io/kong" } },
    ...(cluster.services ?? []).map((object): WorldEvent => ({ type: "set", kind: "Service", object })),
    ...(cluster.records ?? []).map((object): WorldEvent => ({ type: "set", kind: "HostRecord", object })),
    ...(cluster.claims ?? []).map((object): WorldEvent => ({ type: "set", kind: "Domain", object })),
    ...(cluster.ingresses ?? []).map((object): WorldEvent => ({ type: "set", kind: "Ingress", object })),
  ];
}
