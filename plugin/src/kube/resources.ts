import {
  domainCertificates as certificateNames,
  domains as domainNames,
  group,
  hostRecords as recordNames,
  version,
} from "@domain-claims/crds/domain";

/** A kind of object, as URLs and messages name it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

/** Claims. */
export const domains: Resource = { group, version, ...domainNames };
/** The public register. */
export const hostRecords: Resource = { group, version, ...recordNames };
/** What was ordered for the names below one registrable domain. */
export const domainCertificates: Resource = { group, version, ...certificateNames };
/** Ingresses, which say what is served. */
export const ingresses: Resource = { group: "networking.k8s.io", version: "v1", plural: "ingresses", kind: "Ingress" };
/** Services, which paths lead to. */
export const services: Resource = { group: "", version: "v1", plural: "services", kind: "Service" };
/** Events, in the group that `kubectl describe` reads too: it has those of both groups. */
export const events: Resource = { group: "", version: "v1", plural: "events", kind: "Event" };
/** Which Ingresses are whose. */
export const ingressClasses: Resource = {
  group: "networking.k8s.io",
  version: "v1",
  plural: "ingressclasses",
  kind: "IngressClass",
};
/** Leases, by one of which the controller says that it is there. */
export const leases: Resource = { group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease" };
/** Namespaces. */
export const namespaces: Resource = { group: "", version: "v1", plural: "namespaces", kind: "Namespace" };

/** What defines our kinds. */
export const customResourceDefinitions: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
};

/** Where the controller is unless an administrator says otherwise: its Lease, and primaries that are open to everybody. */
export const systemNamespace = "kong-system";

/** `domain.platform.koli.io/acme`: how kubectl names an object in one word. */
export function reference(name: string): string {
  return `domain.${group}/${name}`;
}

/** The path of a collection, or of one object in it. */
export function pathOf(resource: Resource, namespace: string | undefined, name?: string): string {
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
