import type { V1Ingress } from "@kubernetes/client-node";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject, Domain } from "../kube/objects.ts";
import { ingresses as resource } from "../kube/resources.ts";
import { classesOf, classNameOf, classProblem } from "../claims/class-problem.ts";
import type { Classes } from "../claims/class-problem.ts";
import { claimFor, claimsOf } from "../claims/claims.ts";
import { hostProblem } from "../claims/host-problem.ts";
import type { Problem } from "../claims/path-answer.ts";
import { recordOf } from "../claims/register.ts";
import { hostsOf, readIngress } from "../claims/serving.ts";
import { bounded } from "./bounded.ts";
import { byAdministrator } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

/** So many hosts that nobody here claims are looked up in the register. */
const mostLookedUp = 50;

/** Whether a class is there that is served here. */
export const ingressClass: Check = async ({ cluster }) => {
  const { controllers, ours, served } = await classesOf(cluster, []);
  if (controllers === undefined)
    return [{ check: "class", state: "unknown", message: `IngressClasses may not be read; ${ours} is usually served` }];
  if ([...controllers.values()].includes(served.controller))
    return [{ check: "class", state: "ok", message: `the IngressClass ${ours} is served` }];
  const message = `no IngressClass names the controller ${served.controller}: only Ingresses of the class ${ours} are served, by its name`;
  const fix = byAdministrator("make one (value ingressClass of the chart)");
  return [{ check: "class", state: "warning", message, fix }];
};

/** The Ingresses of the namespace that will never be served as they stand. */
export const ingresses: Check = async ({ cluster }) => {
  const { namespace } = cluster;
  const [found, claims] = await Promise.all([
    cluster.list<V1Ingress & ApiObject>(resource, { namespace }),
    claimsOf(cluster, namespace),
  ]);
  const classes = await classesOf(cluster, found);
  const lookUp = lookedUp(cluster);
  const ill: Finding[] = [];
  for (const ingress of found) ill.push(...(await findingsOf(ingress, classes, claims, lookUp)));
  const looked = found.length === 1 ? "1 Ingress was" : `${String(found.length)} Ingresses were`;
  const message = `${looked} looked at in ${namespace}; kubectl domain explain ingress/NAME looks at paths, too`;
  return [{ check: "ingresses", state: "ok", message }, ...bounded(ill, "ingresses")];
};

/** One that is of somebody else's class is not ours to judge, unless a host of it is claimed here. */
async function findingsOf(
  ingress: V1Ingress & ApiObject,
  classes: Classes,
  claims: readonly Domain[],
  lookUp: (host: Host) => ReturnType<typeof recordOf>,
): Promise<readonly Finding[]> {
  const { name, namespace = "" } = ingress.metadata;
  const hosts = hostsOf(await readIngress(ingress));
  const wrongClass = await classProblem(ingress, classes);
  if (wrongClass !== undefined) {
    const claimed = hosts.some((host) => claimFor(claims, host) !== undefined);
    return claimed || classNameOf(ingress) === undefined ? [findingFor(name, wrongClass)] : [];
  }
  const findings: Finding[] = [];
  for (const host of hosts) {
    const claim = claimFor(claims, host);
    // A claim that is Failed is a finding of its own.
    if (claim !== undefined) continue;
    const problem = await hostProblem(host, namespace, claim, await lookUp(host));
    if (problem !== undefined) findings.push(findingFor(name, problem));
  }
  return findings;
}

function findingFor(name: string, { message, fix }: Problem): Finding {
  return {
    check: "ingresses",
    state: "warning",
    message: `${name}: ${message}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Reads the register's entry of a host, of so many hosts at most. */
function lookedUp(cluster: Cluster): (host: Host) => ReturnType<typeof recordOf> {
  let left = mostLookedUp;
  return async (host) => (left-- > 0 ? await recordOf(cluster, host) : undefined);
}
