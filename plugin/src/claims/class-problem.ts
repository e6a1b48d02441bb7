import type { V1Ingress } from "@kubernetes/client-node";
import { shellWord } from "@domain-claims/crds/shell";

import type { Cluster } from "../kube/cluster.ts";
import { controllerLease } from "./controller-lease.ts";
import type { Lease } from "./controller-lease.ts";
import { readClasses, servedClass, servedClasses } from "./ingress-class.ts";
import type { ServedClasses } from "./ingress-class.ts";
import { near } from "./namespaces.ts";
import { byYou } from "./path-answer.ts";
import type { Problem } from "./path-answer.ts";

/** What is known of the classes of Ingresses. */
export interface Classes {
  /** The class that domain claims serve. */
  readonly ours: string;
  readonly served: ServedClasses;
  /** Each class with its controller; undefined where classes may not be read. */
  readonly controllers: ReadonlyMap<string, string> | undefined;
}

/** The classes of the cluster, as far as they may be read. */
export async function classesOf(
  cluster: Cluster,
  ingresses: readonly V1Ingress[],
  lease: Promise<Lease | undefined> = controllerLease(cluster),
): Promise<Classes> {
  const [classes, served] = await Promise.all([readClasses(cluster), lease.then(servedClasses)]);
  const controllers = classes && new Map(classes.map(({ metadata, spec }) => [metadata.name, spec?.controller ?? ""]));
  return { ours: servedClass(classes, served, ingresses), served, controllers };
}

/** The class that an Ingress names, by its field or by the annotation of older times; undefined where it names none. */
export function classNameOf({ metadata, spec }: V1Ingress): string | undefined {
  return spec?.ingressClassName || metadata?.annotations?.["kubernetes.io/ingress.class"] || undefined;
}

/** Why the class of an Ingress keeps it from being served; undefined where it does not. */
export async function classProblem(
  ingress: V1Ingress,
  { ours, served, controllers }: Classes,
): Promise<Problem | undefined> {
  const { classMessages } = await import("@domain-claims/crds/messages/sources");
  const name = classNameOf(ingress);
  if (name === undefined) return problem(ingress, classMessages.none(ours), ours);
  if (controllers === undefined) return undefined;
  const controller = controllers.get(name);
  // A class without an object goes by the name that the controller is set to.
  if (controller === undefined ? name === served.name : controller === served.controller) return undefined;
  if (controller !== undefined) return problem(ingress, classMessages.others(name, controller, ours), ours);
  const alike = near(name, [...new Set([...controllers.keys(), ours])]);
  return problem(ingress, classMessages.missing(name, alike, ours), alike[0] ?? ours);
}

/**
 * What is said of an Ingress that the controller does not count among a host's sources, where classes may not be read.
 * Undefined where they may, or where it has the class that is served.
 */
export async function unlistedProblem(
  ingress: V1Ingress,
  { ours, controllers }: Classes,
): Promise<Problem | undefined> {
  const name = classNameOf(ingress);
  if (controllers !== undefined || name === undefined || name === ours) return undefined;
  const { classMessages } = await import("@domain-claims/crds/messages/sources");
  const alike = near(name, [ours]);
  return problem(ingress, classMessages.unlisted(name, alike, ours), ours);
}

function problem(ingress: V1Ingress, message: string, better: string): Problem {
  const fix = byYou("have it served here", withClass(ingress, better));
  return { reason: "ClassNotServed", message, fix };
}

function withClass({ metadata }: V1Ingress, name: string): string {
  const patch = shellWord(JSON.stringify({ spec: { ingressClassName: name } }));
  return `kubectl patch ingress ${metadata?.name ?? ""} --type=merge -p ${patch} -n ${metadata?.namespace ?? ""}`;
}
