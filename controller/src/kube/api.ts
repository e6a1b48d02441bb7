import { apiVersion, domains, hostRecords } from "@domain-claims/crds/domain";
import { fieldsOf } from "../translate/raw.ts";
import { translateSecretContent } from "../translate/secret.ts";
import type { SecretContent } from "../translate/secret.ts";
import type { Translators } from "../translate/translate.ts";
import type { SecretRef } from "../world/tls.ts";
import type { Claim } from "../world/claim.ts";
import type { ClaimStatus } from "../world/claim-status.ts";
import type { HostRecord } from "../world/host-record.ts";
import type { Watched, WatchedKind } from "../world/event.ts";
import { certificateRequestApi } from "./certificate-requests.ts";
import type { CertificateRequestApi } from "./certificate-requests.ts";
import { certificateApi } from "./certificates.ts";
import type { CertificateApi } from "./certificates.ts";
import { claimStatusWriter } from "./claim-status.ts";
import { errorOf, statusObject, unavailable } from "./errors.ts";
import { additionOf, removalOf, versionOf } from "./finalizers.ts";
import type { FinalizedClaim, JsonPatch } from "./finalizers.ts";
import { fieldManager } from "./field-manager.ts";
import { recordBody } from "./record-body.ts";
import type { HostRecordSpec, RecordVersion } from "./record-body.ts";
import type { VersionRef } from "./refs.ts";
import type { KubeRequest, KubeTransport } from "./calls.ts";
import type { ObjectCalls } from "./object-calls.ts";
import { maxSecret } from "./size.ts";
import { sourceStatusApi } from "./source-status.ts";
import type { SourceStatusApi } from "./source-status.ts";

/** What the controller asks of the API server, and what it answers. Everything throws KubeError on failure. */
export interface KubeApi extends CertificateApi, CertificateRequestApi, SourceStatusApi {
  /** Reads the claim from the API server itself, never from a cache; undefined only if the API server says that it does not exist. */
  readonly getClaim: (namespace: string, name: string) => Promise<Claim | undefined>;
  /** The UID of the namespace, read from the API server itself; undefined if there is none of that name. */
  readonly namespaceUid: (name: string) => Promise<string | undefined>;
  /** Puts our finalizer on the claim if it is still the version that was read. */
  readonly addFinalizer: (claim: FinalizedClaim) => Promise<Claim>;
  /** Takes our finalizer from the claim if it is still the version that was read. */
  readonly removeFinalizer: (claim: FinalizedClaim) => Promise<Claim>;
  /** Applies the claim's status, whatever version it has by now; never creates a claim, never reaches another incarnation. */
  readonly applyClaimStatus: (claim: VersionRef, status: ClaimStatus) => Promise<Claim>;
  /** Reads the record from the API server itself; undefined only if the API server says that it does not exist. */
  readonly getRecord: (name: string) => Promise<HostRecord | undefined>;
  /** Creates the record of a host that has none. */
  readonly createRecord: (spec: HostRecordSpec) => Promise<HostRecord>;
  /** Replaces the record if it is still the version that was read. */
  readonly updateRecord: (record: RecordVersion, spec: HostRecordSpec) => Promise<HostRecord>;
  /** Deletes the record if it is still the version that was read. */
  readonly deleteRecord: (record: RecordVersion) => Promise<void>;
  /**
   * Reads a Secret, of whatever type, from the API server itself; undefined only if the API server says that it does not
   * exist. What it answers is a secret: it is looked at, written to Kong, and dropped.
   */
  readonly getSecret: (secret: SecretRef) => Promise<SecretContent | undefined>;
}

/** The API over the transport, its objects as `translate` makes them. */
export function kubeApi(transport: KubeTransport, translate: Translators): KubeApi {
  const call: ObjectCalls["call"] = async (request) => {
    const response = await transport.request(request);
    if (response.status >= 200 && response.status < 300) return response.body;
    throw errorOf(`${request.method} ${request.path}`, response);
  };
  const translated: ObjectCalls["translated"] = (what, kind, read, body) => {
    try {
      return read(fieldsOf(body));
    } catch (cause) {
      throw unavailable(`${what} was not answered with an object of the kind ${kind}`, cause);
    }
  };
  const callFor = async <K extends WatchedKind>(kind: K, request: KubeRequest): Promise<Watched[K]> =>
    translated(`${request.method} ${request.path}`, kind, translate[kind], await call(request));
  const readAs: ObjectCalls["readAs"] = async (kind, path, name, as, maxBytes) => {
    const response = await transport.request({ method: "GET", path, ...(maxBytes === undefined ? {} : { maxBytes }) });
    if (response.status === 200) return translated(`GET ${path}`, kind, as, response.body);
    // While an API server starts, and without the CRD, the whole kind is "not found": then nothing is known of the object.
    if (response.status === 404 && statusObject(response.body).name === name) return undefined;
    throw errorOf(`GET ${path}`, response.status === 404 ? { ...response, status: 503 } : response);
  };
  const calls: ObjectCalls = { call, callFor, readAs, translated, transport };
  const read = <K extends WatchedKind>(kind: K, path: string, name: string): Promise<Watched[K] | undefined> =>
    readAs<Watched[K]>(kind, path, name, translate[kind]);
  const statuses = claimStatusWriter((request) => callFor("Domain", request), claimPath);
  const query = { fieldManager };
  const patch = (claim: FinalizedClaim, operations: readonly JsonPatch[]): Promise<Claim> => {
    const contentType = "application/json-patch+json";
    const body = [...versionOf(claim), ...operations];
    return callFor("Domain", { method: "PATCH", path: claimPath(claim), query, contentType, body });
  };

  return {
    ...certificateApi(calls),
    ...certificateRequestApi(calls),
    ...sourceStatusApi(calls),
    getClaim: (namespace, name) => read("Domain", claimPath({ namespace, name }), name),
    namespaceUid: async (name) => (await read("Namespace", `/api/v1/namespaces/${name}`, name))?.uid,
    addFinalizer: (claim) => patch(claim, additionOf(claim.finalizers)),
    removeFinalizer: (claim) => patch(claim, removalOf(claim.finalizers)),
    applyClaimStatus: statuses,
    getRecord: (name) => read("HostRecord", recordPath(name), name),
    createRecord: (spec) => callFor("HostRecord", { method: "POST", path: recordsPath, query, body: recordBody(spec) }),
    updateRecord: ({ name, uid, resourceVersion }, spec) => {
      const body = recordBody(spec, { uid, resourceVersion });
      return callFor("HostRecord", { method: "PUT", path: recordPath(name), query, body });
    },
    deleteRecord: async ({ name, uid, resourceVersion }) => {
      const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid, resourceVersion } };
      await call({ method: "DELETE", path: recordPath(name), body });
    },
    getSecret: ({ namespace, name }) =>
      readAs(
        "Secret",
        `/api/v1/namespaces/${namespace}/secrets/${encodeURIComponent(name)}`,
        name,
        translateSecretContent,
        maxSecret,
      ),
  };
}

const recordsPath = `/apis/${apiVersion}/${hostRecords.plural}`;

function recordPath(name: string): string {
  return `${recordsPath}/${encodeURIComponent(name)}`;
}

function claimPath({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/${domains.plural}/${encodeURIComponent(name)}`;
}
