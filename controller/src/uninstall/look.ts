import { apiVersion, finalizer } from "@domain-claims/crds/domain";
import type { KubeTransport } from "../kube/calls.ts";
import { defaultPageLimits, listPages } from "../kube/list.ts";
import { metadataAlone } from "../kube/metadata-alone.ts";
import { fieldsOf, nameOf, textOf, textsOf } from "../translate/raw.ts";

/** A claim, or what is remembered of a domain's certificates, as far as it counts before the controller goes. */
export interface LeavingObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** When it was made, by the API server's clock, as RFC 3339 in UTC: such texts sort by time. */
  readonly created: string;
  readonly deleting: boolean;
  /** Whether it has our finalizer, which only a running controller takes off. */
  readonly finalized: boolean;
}

/** All objects of one of our kinds as of now, in pages of bounded length. Throws KubeError; `notFound` where there is no such kind. */
export async function* leavingObjects(
  transport: KubeTransport,
  plural: string,
): AsyncGenerator<readonly LeavingObject[], void> {
  const path = `/apis/${apiVersion}/${plural}`;
  for await (const { items } of listPages(transport, path, {}, undefined, defaultPageLimits, metadataAlone.list))
    yield items.map(leavingObject);
}

function leavingObject(item: unknown): LeavingObject {
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

/** Where an object of the kind is. */
export function pathOf(plural: string, { namespace, name }: Pick<LeavingObject, "namespace" | "name">): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${encodeURIComponent(name)}`;
}
