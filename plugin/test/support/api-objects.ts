/** Any object that the fake keeps. */
export interface Stored {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    deletionTimestamp?: string;
    finalizers?: string[];
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** What a test puts in: metadata as far as it matters. */
export type Given = {
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
};

/** The kinds that the fake knows, by their plural. */
export const groups: Readonly<Record<string, { apiVersion: string; kind: string }>> = {
  domains: { apiVersion: "platform.koli.io/v1", kind: "Domain" },
  domaincertificates: { apiVersion: "platform.koli.io/v1", kind: "DomainCertificate" },
  hostrecords: { apiVersion: "platform.koli.io/v1", kind: "HostRecord" },
  ingresses: { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
  events: { apiVersion: "v1", kind: "Event" },
  customresourcedefinitions: { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  ingressclasses: { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" },
  services: { apiVersion: "v1", kind: "Service" },
  leases: { apiVersion: "coordination.k8s.io/v1", kind: "Lease" },
  namespaces: { apiVersion: "v1", kind: "Namespace" },
};

/** Whether an object is in the namespace and has the fields and labels that a list or watch asks for. */
export function selector(namespace: string | undefined, query: URLSearchParams): (object: Stored) => boolean {
  const pairs = (name: string): [string, string][] =>
    (query.get(name) ?? "")
      .split(",")
      .filter((pair) => pair !== "")
      .map((pair) => pair.split("=") as [string, string]);
  const fields = pairs("fieldSelector");
  const labels = pairs("labelSelector");
  const field = (object: unknown, path: string): unknown =>
    path.split(".").reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], object);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    fields.every(([path, value]) => field(object, path) === value) &&
    labels.every(([key, value]) => object.metadata.labels?.[key] === value);
}

/** A merge patch (RFC 7386). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = typeof target === "object" && target !== null ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
