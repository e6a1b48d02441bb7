import { errorOf } from "../kube/errors.ts";
import { microTime } from "../kube/times.ts";
import type { KubeTransport } from "../kube/calls.ts";
import { atLeastVersion } from "../world/compare.ts";

/** What of a Lease's spec decides (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1). */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** A Lease as it was read, with all that others may have put on it. */
export interface LeaseObject {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec?: LeaseSpec;
}

/** True if the one is surely an older version than the other: versions that don't compare say nothing. */
export function isOlder(one: LeaseObject, other: LeaseObject): boolean {
  const version = ({ metadata }: LeaseObject): string => String(metadata["resourceVersion"]);
  return atLeastVersion(version(other), version(one)) && !atLeastVersion(version(one), version(other));
}

/** One Lease of the API server. Every call throws KubeError on failure. */
export interface LeaseClient {
  /** Undefined if there is none. */
  readonly read: () => Promise<LeaseObject | undefined>;
  /** Creates the Lease, or replaces `current` if nobody has changed it since; other annotations stay. */
  readonly write: (
    current: LeaseObject | undefined,
    spec: LeaseSpec,
    annotations?: Readonly<Record<string, string>>,
  ) => Promise<LeaseObject>;
}

/** The Lease of that name; calls end after `timeoutMs`. */
export function leaseClient(transport: KubeTransport, namespace: string, name: string, timeoutMs: number): LeaseClient {
  const base = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const common = { timeoutMs, urgent: true } as const;
  return {
    read: async () => {
      const path = `${base}/${name}`;
      const response = await transport.request({ ...common, method: "GET", path });
      if (response.status === 404) return undefined;
      if (response.status !== 200) throw errorOf(`GET ${path}`, response);
      return response.body as LeaseObject;
    },
    write: async (current, spec, annotations = {}) => {
      const method = current === undefined ? "POST" : "PUT";
      const path = current === undefined ? base : `${base}/${name}`;
      const body = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: {
          ...(current?.metadata ?? { namespace, name }),
          annotations: { ...(current?.metadata["annotations"] as object | undefined), ...annotations },
        },
        spec: { ...current?.spec, ...spec },
      };
      const response = await transport.request({ ...common, method, path, body });
      if (response.status !== 200 && response.status !== 201) throw errorOf(`${method} ${path}`, response);
      return response.body as LeaseObject;
    },
  };
}

/** The spec with which `identity` takes or keeps the Lease; times are informative, nobody decides by them. */
export function leaseSpecFor(
  identity: string,
  current: LeaseSpec | undefined,
  leaseDurationMs: number,
  nowMs: number,
): LeaseSpec {
  const keeps = current?.holderIdentity === identity;
  const now = microTime(nowMs);
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
    acquireTime: keeps ? (current.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: (current?.leaseTransitions ?? 0) + (keeps || current?.holderIdentity === undefined ? 0 : 1),
  };
}
