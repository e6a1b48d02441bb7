import type { V1Ingress, V1IngressClass } from "@kubernetes/client-node";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject } from "../kube/objects.ts";
import { ingressClasses } from "../kube/resources.ts";
import type { ServedClasses } from "./controller-state.ts";

/** An IngressClass as the API server has it. */
export type IngressClass = V1IngressClass & ApiObject;

/** The classes of the cluster; undefined where they may not be read. */
export async function readClasses(cluster: Cluster): Promise<readonly IngressClass[] | undefined> {
  return await cluster.list<IngressClass>(ingressClasses, {}).catch(() => undefined);
}

/**
 * The name of the IngressClass that domain claims serve: the one that names our controller (the default class first).
 * Where classes may not be read, the one that the namespace's served Ingresses use, else the one that goes by its name.
 */
export function servedClass(
  classes: readonly IngressClass[] | undefined,
  { controller, name }: ServedClasses,
  ingresses: readonly V1Ingress[],
): string {
  const ours = (classes ?? []).filter(({ spec }) => spec?.controller === controller);
  const names = ours.map(({ metadata }) => metadata.name).sort();
  const preferred = ours.find(
    ({ metadata }) => metadata.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true",
  );
  const served = ingresses.find(({ status }) => (status?.loadBalancer?.ingress ?? []).length > 0);
  return preferred?.metadata.name ?? names[0] ?? served?.spec?.ingressClassName ?? name;
}
