import type { Api } from "../support/controlplane/api.ts";
import { group, paths } from "../support/world/objects.ts";

/** Metadata as the API server shows it. */
interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
}

interface Named {
  readonly metadata: Metadata;
}

/** A Domain as the API server shows it. */
export interface Domain {
  readonly metadata: Metadata;
  readonly spec: { primary: string; sub?: string; parent?: string; delegates?: readonly string[] };
  readonly status?: {
    readonly phase: string;
    readonly reason: string;
    readonly observedGeneration: number;
    readonly conditions?: readonly { readonly type: string; readonly reason: string }[];
  };
}

/** A HostRecord. */
export interface HostRecord {
  readonly metadata: Metadata;
  readonly spec: {
    readonly host: string;
    readonly holder?: {
      readonly kind: "primary" | "shared";
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
      readonly authority?: {
        readonly kind: "none" | "own" | "delegation";
        readonly host?: string;
        readonly uid?: string;
      };
    };
    readonly grants?: readonly { readonly namespace: string; readonly uid: string }[];
  };
}

/** An Ingress with the fields that the soak writes. */
export interface Ingress {
  readonly metadata: Metadata;
  readonly spec: { ingressClassName?: string; rules?: readonly { host: string }[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly object[] } };
}

/** Whose namespaces histories happen in. */
export const namespaces = ["soak-a", "soak-b", "soak-c"] as const;

/** Everything that a run looks at, read in one go. */
export interface Objects {
  readonly domains: readonly Domain[];
  readonly records: readonly HostRecord[];
  readonly ingresses: readonly Ingress[];
  /** `namespace/name` of the Services. */
  readonly services: ReadonlySet<string>;
  /** The UIDs of the namespaces by their names. */
  readonly namespaceUids: ReadonlyMap<string, string>;
}

/** Reads every HostRecord. */
export async function readRecords(api: Api): Promise<readonly HostRecord[]> {
  return items(api, `${group}/hostrecords`);
}

/** Reads everything that a run looks at. */
export async function readObjects(api: Api): Promise<Objects> {
  const [domains, records, ingresses, spaces, services] = await Promise.all([
    items<Domain>(api, `${group}/domains`),
    readRecords(api),
    items<Ingress>(api, "/apis/networking.k8s.io/v1/ingresses"),
    items<Named>(api, "/api/v1/namespaces"),
    Promise.all(namespaces.map((namespace) => items<Named>(api, paths.services(namespace)))),
  ]);
  return {
    domains,
    records,
    ingresses,
    services: new Set(services.flat().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)),
    namespaceUids: new Map(spaces.map(({ metadata }) => [metadata.name, metadata.uid])),
  };
}

async function items<T>(api: Api, path: string): Promise<readonly T[]> {
  return ((await api.must("GET", path)) as { readonly items: readonly T[] }).items;
}
