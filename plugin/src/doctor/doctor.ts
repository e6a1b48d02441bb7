import { isDenied } from "../kube/errors.ts";
import { claims } from "./claims.ts";
import { controller } from "./controller.ts";
import type { Check, Finding, Patient } from "./finding.ts";
import { ingressClass, ingresses } from "./ingresses.ts";
import { namespace } from "./namespace.ts";
import { rights } from "./rights.ts";
import { kinds, server } from "./server.ts";

type Checks = Readonly<Record<string, Check>>;

/** What is looked at in every cluster, in the order in which it is told. */
const ofCluster: Checks = { controller, namespace };

/** What is looked at beside that where there is the namespace. */
const ofNamespace: Checks = { rights, class: ingressClass, claims, ingresses };

/**
 * Looks at an installation from where the caller stands. Without the kinds nothing else is looked at, and without the namespace
 * nothing in it. What may not be read is `unknown`, and one check that fails stops no other. Rejects only where the API server
 * can't be reached.
 */
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const first = [...(await server(patient)), ...(await findings("kinds", kinds, patient))];
  if (first.some(({ state }) => state === "problem")) return first;
  const [cluster, inside] = await Promise.all([all(ofCluster, patient), all(ofNamespace, patient)]);
  const absent = cluster.some(({ check, state }) => check === "namespace" && state === "problem");
  return [...first, ...cluster, ...(absent ? [] : inside)];
}

async function all(checks: Checks, patient: Patient): Promise<readonly Finding[]> {
  const found = await Promise.all(Object.entries(checks).map(([name, check]) => findings(name, check, patient)));
  return found.flat();
}

async function findings(name: string, check: Check, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await check(patient);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = error.message.replaceAll("\n", ". ");
    return [{ check: name, state: isDenied(error) ? "unknown" : "problem", message }];
  }
}
