import { apiVersion, domains, hostRecords } from "@domain-claims/crds/domain";
import type { ClaimStatus, HostRecord, LoadBalancerAddress } from "../world/types.ts";
import { claimStatusWriter } from "./claim-status.ts";
import type { AnsweredClaim, ClaimRef, Version } from "./claim-status.ts";
import { errorOf, statusObject, unavailable } from "./errors.ts";
import { recordBody } from "./record-body.ts";
import type { KubeRequest, KubeTransport } from "./calls.ts";

/** Which object: a claim or an Ingress of one incarnation. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A HostRecord's content, in the core's spelling. */
export type HostRecordSpec = Omit<HostRecord, "name" | "uid" | "resourceVersion">;

/** A claim as the API server itself has it, as far as it tells one life and one version of the spec from another. */
export interface ReadClaim {
  readonly uid: string;
  readonly generation: number | undefined;
}

/** What the controller asks of the API server. Everything throws KubeError on failure. */
export interface KubeApi {
  /** Reads the claim from the API server itself, never from a cache; undefined only if the API server says that it does not exist. */
  readonly getClaim: (namespace: string, name: string) => Promise<ReadClaim | undefined>;
  /** The UID of the namespace, read from the API server itself; undefined if there is none of that name. */
  readonly namespaceUid: (name: string) => Promise<string | undefined>;
  /** Sets the claim's finalizers if it is still the version that was read. */
  readonly patchFinalizers: (
    claim: ObjectRef & { readonly resourceVersion: string },
    finalizers: readonly string[],
  ) => Promise<void>;
  /** Applies the claim's status, whatever version it has by now; never creates a claim, never reaches another incarnation. */
  readonly applyClaimStatus: (claim: ClaimRef, status: ClaimStatus) => Promise<{ readonly resourceVersion: string }>;
  /** Applies `status.loadBalancer.ingress` of the version that was read; an empty list removes it. */
  readonly applyIngressStatus: (
    ingress: ObjectRef & { readonly resourceVersion: string },
    addresses: readonly LoadBalancerAddress[],
  ) => Promise<{ readonly resourceVersion: string }>;
  /** The version of the record that the API server itself has; undefined if there is none. */
  readonly recordVersion: (name: string) => Promise<string | undefined>;
  /** Creates the record of a host that has none. */
  readonly createRecord: (spec: HostRecordSpec) => Promise<{ readonly resourceVersion: string }>;
  /** Replaces the record if it is still the version that was read. */
  readonly updateRecord: (
    record: Pick<HostRecord, "name" | "uid" | "resourceVersion">,
    spec: HostRecordSpec,
  ) => Promise<{ readonly resourceVersion: string }>;
  /** Deletes the record if it is still the version that was read. */
  readonly deleteRecord: (record: Pick<HostRecord, "name" | "uid" | "resourceVersion">) => Promise<void>;
}

/** The API over the transport; `fieldManager` marks what the controller wrote. */
export function kubeApi(transport: KubeTransport, { fieldManager }: { readonly fieldManager: string }): KubeApi {
  const call = async (request: KubeRequest): Promise<unknown> => {
    const response = await transport.request(request);
    if (response.status >= 200 && response.status < 300) return response.body;
    throw errorOf(`${request.method} ${request.path}`, response);
  };
  const callForVersion = async (request: KubeRequest): Promise<Version> =>
    metadataOf(`${request.method} ${request.path}`, await call(request));
  /** Undefined only if the API server says that the object of that name does not exist. */
  const read = async (path: string, name: string): Promise<Version | undefined> => {
    const response = await transport.request({ method: "GET", path });
    if (response.status === 200) return metadataOf(`GET ${path}`, response.body);
    // While an API server starts, and without the CRD, the whole kind is "not found": then nothing is known of the object.
    if (response.status === 404 && statusObject(response.body).name === name) return undefined;
    throw errorOf(`GET ${path}`, response.status === 404 ? { ...response, status: 503 } : response);
  };
  const callForClaim = async (request: KubeRequest): Promise<AnsweredClaim> => {
    const body = await call(request);
    return { ...metadataOf(`${request.method} ${request.path}`, body), status: (body as AnsweredClaim).status };
  };
  const statuses = claimStatusWriter(callForClaim, claimPath, fieldManager);
  const query = { fieldManager };

  return {
    getClaim: async (namespace, name) => {
      const version = await read(claimPath({ namespace, name }), name);
      return version === undefined ? undefined : { uid: version.uid, generation: version.generation };
    },
    namespaceUid: async (name) => (await read(`/api/v1/namespaces/${name}`, name))?.uid,
    patchFinalizers: async (claim, finalizers) => {
      const { uid, resourceVersion } = claim;
      const body = { metadata: { uid, resourceVersion, finalizers } };
      const contentType = "application/merge-patch+json";
      statuses.note(await callForVersion({ method: "PATCH", path: claimPath(claim), query, contentType, body }));
    },
    applyClaimStatus: async (claim, status) => {
      const { resourceVersion } = await statuses.apply(claim, status);
      return { resourceVersion };
    },
    applyIngressStatus: ({ namespace, name, uid, resourceVersion }, addresses) =>
      callForVersion({
        method: "PATCH",
        path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}/status`,
        query: { fieldManager, force: "true" },
        contentType: "application/apply-patch+yaml",
        body: {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: { namespace, name, uid, resourceVersion },
          // An empty list, rather than none, also takes away what somebody else wrote there.
          status: { loadBalancer: { ingress: addresses } },
        },
      }),
    recordVersion: async (name) => (await read(recordPath(name), name))?.resourceVersion,
    createRecord: (spec) => callForVersion({ method: "POST", path: recordsPath, query, body: recordBody(spec) }),
    updateRecord: ({ name, uid, resourceVersion }, spec) => {
      const body = recordBody(spec, { uid, resourceVersion });
      return callForVersion({ method: "PUT", path: recordPath(name), query, body });
    },
    deleteRecord: async ({ name, uid, resourceVersion }) => {
      const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid, resourceVersion } };
      await call({ method: "DELETE", path: recordPath(name), body });
    },
  };
}

const recordsPath = `/apis/${apiVersion}/${hostRecords.plural}`;

function recordPath(name: string): string {
  return `${recordsPath}/${encodeURIComponent(name)}`;
}

function claimPath({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/${domains.plural}/${encodeURIComponent(name)}`;
}

/** The metadata of an object that the API server answered with. */
function metadataOf(call: string, body: unknown): Version {
  const { uid, resourceVersion, generation } =
    (body as { metadata?: { uid?: unknown; resourceVersion?: unknown; generation?: unknown } })?.metadata ?? {};
  if (typeof uid !== "string" || typeof resourceVersion !== "string")
    throw unavailable(`${call} answered without metadata`);
  return { uid, resourceVersion, ...(typeof generation === "number" ? { generation } : {}) };
}
