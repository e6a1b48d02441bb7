import type { ObjectMeta } from "@domain-claims/crds/object-meta";
import type { Api } from "../support/controlplane/api.ts";
import { group, listOf, paths } from "../support/world/objects.ts";
import type { StoredDomain, StoredMeta, StoredRecord } from "../support/world/objects.ts";

interface Named {
  readonly metadata: StoredMeta;
}

interface Namespaced {
  readonly metadata: StoredMeta & Required<Pick<ObjectMeta, "namespace">>;
}

/** A Domain as the API server shows it. */
export type Domain = StoredDomain & Namespaced;

/** An Ingress with the fields that the soak writes. */
export interface Ingress extends Namespaced {
  readonly spec: { ingressClassName?: string; rules?: readonly { host: string }[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly object[] } };
}

/** Whose namespaces histories happen in. */
export const namespaces = ["soak-a", "soak-b", "soak-c"] as const;

/** The namespace of a site that has visitors all the time, and of whoever gets it; nobody else does anything there. */
export const siteNamespaces = ["soak-site", "soak-heir"] as const;

/** The tag of everything that is ours in Kong. */
export const ourTag = "managed-by-domain-claims";

/** The one public suffix that histories claim. */
export const publicSuffix = "co.uk";

/** Everything that a run looks at, read in one go. */
export interface Objects {
  readonly domains: readonly Domain[];
  readonly records: readonly StoredRecord[];
  readonly ingresses: readonly Ingress[];
  /** `namespace/name` of the Services. */
  readonly services: ReadonlySet<string>;
  /** The UIDs of the namespaces by their names. */
  readonly namespaceUids: ReadonlyMap<string, string>;
}

/** Reads every HostRecord. */
export async function readRecords(api: Api): Promise<readonly StoredRecord[]> {
  return listOf(api, `${group}/hostrecords`);
}

/** Reads everything that a run looks at. */
export async function readObjects(api: Api): Promise<Objects> {
  const [domains, records, ingresses, spaces, services] = await Promise.all([
    listOf<Domain>(api, `${group}/domains`),
    readRecords(api),
    listOf<Ingress>(api, "/apis/networking.k8s.io/v1/ingresses"),
    listOf<Named>(api, "/api/v1/namespaces"),
    Promise.all(
      [...namespaces, ...siteNamespaces].map((namespace) => listOf<Namespaced>(api, paths.services(namespace))),
    ),
  ]);
  return {
    domains,
    records,
    ingresses,
    services: new Set(services.flat().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)),
    namespaceUids: new Map(spaces.map(({ metadata }) => [metadata.name, metadata.uid])),
  };
}

/** The claim as `namespace/name`. */
export function nameOf({ metadata }: Domain): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** What follows the first label and its dot. */
export function afterDot(host: string): string {
  return host.slice(host.indexOf(".") + 1);
}
