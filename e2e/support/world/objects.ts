import { apiVersion } from "@domain-claims/crds/domain";
import type { Domain, DomainSpec } from "@domain-claims/crds/generated/domain";
import type { HostRecord } from "@domain-claims/crds/generated/hostrecord";
import type { ObjectMeta } from "@domain-claims/crds/object-meta";
import type { Api } from "../controlplane/api.ts";

/** An object as the API server shows it, with what it writes into everybody's metadata. */
export type Stored<T extends { readonly metadata: ObjectMeta }> = T & { readonly metadata: StoredMeta };

/** Its metadata. */
export interface StoredMeta extends ObjectMeta {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly managedFields?: readonly {
    readonly manager: string;
    readonly operation: string;
    readonly subresource?: string;
  }[];
}

/** A Domain as the API server shows it. */
export type StoredDomain = Stored<Domain>;

/** A HostRecord as the API server shows it. */
export type StoredRecord = Stored<HostRecord>;

/** The objects of a list. */
export async function listOf<T>(api: Pick<Api, "must">, path: string): Promise<readonly T[]> {
  return ((await api.must("GET", path)) as { readonly items: readonly T[] }).items;
}

/** Where the objects of our group are. */
export const group = `/apis/${apiVersion}`;

/** The paths of what users make, by namespace. */
export const paths = {
  domains: (namespace: string) => `${group}/namespaces/${namespace}/domains`,
  ingresses: (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
  services: (namespace: string) => `/api/v1/namespaces/${namespace}/services`,
} as const;

/** A Domain to be created. */
export function domain(name: string, spec: DomainSpec): object {
  return { apiVersion, kind: "Domain", metadata: { name }, spec };
}

/** An Ingress to be created: `/` of each host goes to a port of the Service `web`. */
export function ingress(name: string, hosts: readonly string[], ingressClassName: string, port = 80): object {
  const backend = { service: { name: "web", port: { number: port } } };
  const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
  const rules = hosts.map((host) => ({ host, http }));
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name }, spec: { ingressClassName, rules } };
}

/** The Service `web`, to be created. */
export const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { ports: [{ name: "http", port: 80 }] },
} as const;
