import type { V1Ingress, V1IngressClass } from "@kubernetes/client-node";
import { leaseAnnotations } from "@domain-claims/crds/domain";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject } from "../kube/objects.ts";
import { ingressClasses } from "../kube/resources.ts";
import type { Lease } from "./controller-lease.ts";

/** What the leader counts as its own of the cluster's IngressClasses. */
export interface ServedClasses {
  /** `spec.controller` of the classes that are its own. */
  readonly controller: string;
  /** The class that is served by its name alone, where there is no object of that name. */
  readonly name: string;
}

/** What a controller serves unless an administrator says otherwise. */
const usualClasses: ServedClasses = { controller: "platform.koli.io/kong", name: "kong" };

/** An IngressClass as the API server has it. */
export type IngressClass = V1IngressClass & ApiObject;

/** The classes of the cluster; undefined where they may not be read. */
export async function readClasses(cluster: Cluster): Promise<readonly IngressClass[] | undefined> {
  return await cluster.list<IngressClass>(ingressClasses, {}).catch(() => undefined);
}

/** Which classes are served, as the leader's Lease says; what is usual, where it does not say it or may not be read. */
export function servedClasses(lease: Lease | undefined): ServedClasses {
  const annotations = lease?.metadata.annotations;
  const told = (key: string, otherwise: string): string => {
    const text = annotations?.[key] ?? "";
    return /^[\w./-]{1,300}$/.test(text) ? text : otherwise;
  };
  return {
    controller: told(leaseAnnotations.ingressController, usualClasses.controller),
    name: told(leaseAnnotations.ingressClass, usualClasses.name),
  };
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
