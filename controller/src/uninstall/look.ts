import { apiVersion, domains, finalizer } from "@domain-claims/crds/domain";
import type { KubeTransport } from "../kube/calls.ts";
import { defaultPageLimits, listPages } from "../kube/list.ts";
import { fieldsOf, nameOf, textOf, textsOf } from "../translate/raw.ts";

/** A claim, as far as it counts before the controller goes. */
export interface LeavingClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** When it was made, by the API server's clock, as RFC 3339 in UTC: such texts sort by time. */
  readonly created: string;
  readonly deleting: boolean;
  /** Whether it has our finalizer, which only a running controller takes off. */
  readonly finalized: boolean;
}

/** Where claims are listed. */
const path = `/apis/${apiVersion}/${domains.plural}`;

/** Of a list its metadata alone (Kubernetes API concepts, "Alternate representations"). */
const metadataAlone = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** All claims of the cluster as of now, in pages of bounded length. Throws KubeError; `notFound` where there is no such kind. */
export async function* leavingClaims(transport: KubeTransport): AsyncGenerator<readonly LeavingClaim[], void> {
  for await (const { items } of listPages(transport, path, {}, undefined, defaultPageLimits, metadataAlone))
    yield items.map(leavingClaim);
}

function leavingClaim(item: unknown): LeavingClaim {
  const metadata = fieldsOf(fieldsOf(item)["metadata"]);
  return {
    namespace: nameOf(metadata["namespace"]) ?? "",
    name: nameOf(metadata["name"]) ?? "",
    uid: textOf(metadata["uid"]) ?? "",
    created: textOf(metadata["creationTimestamp"]) ?? "",
    deleting: textOf(metadata["deletionTimestamp"]) !== undefined,
    finalized: textsOf(metadata["finalizers"]).includes(finalizer),
  };
}

/** Where a claim is. */
export function pathOf({ namespace, name }: Pick<LeavingClaim, "namespace" | "name">): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/${domains.plural}/${encodeURIComponent(name)}`;
}
