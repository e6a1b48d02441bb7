import { fieldsOf, required } from "../translate/raw.ts";
import type { Raw } from "../translate/raw.ts";
import type { LoadBalancerAddress } from "../world/core-v1.ts";
import type { SourceKind } from "../world/source.ts";
import { fieldManager } from "./field-manager.ts";
import { metadataAlone } from "./metadata-alone.ts";
import type { ObjectCalls } from "./object-calls.ts";
import type { VersionRef } from "./refs.ts";

/** A source in the version that was read. */
export interface SourceVersion extends VersionRef {
  readonly kind: SourceKind;
}

/** What the controller writes into the status of sources. Everything throws KubeError on failure. */
export interface SourceStatusApi {
  /**
   * Applies the gateway's addresses to the version that was read; an empty list removes them. Resolves to the version that it
   * has then: nothing else has changed, and all of it need not come back.
   */
  readonly applySourceStatus: (source: SourceVersion, addresses: readonly LoadBalancerAddress[]) => Promise<string>;
}

/** Where the sources of a kind are, and what their status says of the gateway's addresses. */
interface Resource {
  readonly apiVersion: string;
  readonly plural: string;
  readonly status: (addresses: readonly LoadBalancerAddress[]) => unknown;
}

const resources: { readonly [K in SourceKind]: Resource } = {
  Ingress: {
    apiVersion: "networking.k8s.io/v1",
    plural: "ingresses",
    // An empty list, rather than none, also takes away what somebody else wrote there.
    status: (addresses) => ({ loadBalancer: { ingress: addresses } }),
  },
};

/** The calls for the status of sources. What is returned throws KubeError. */
export function sourceStatusApi({ call, translated }: Pick<ObjectCalls, "call" | "translated">): SourceStatusApi {
  return {
    applySourceStatus: async ({ kind, namespace, name, uid, resourceVersion }, addresses) => {
      const { apiVersion, plural, status } = resources[kind];
      const path = `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}/status`;
      const written = await call({
        method: "PATCH",
        path,
        accept: metadataAlone.object,
        query: { fieldManager, force: "true" },
        contentType: "application/apply-patch+yaml",
        body: { apiVersion, kind, metadata: { namespace, name, uid, resourceVersion }, status: status(addresses) },
      });
      const version = (raw: Raw): string => required(fieldsOf(raw["metadata"]), "resourceVersion");
      return translated(`PATCH ${path}`, kind, version, written);
    },
  };
}
