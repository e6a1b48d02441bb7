import { isDenied } from "../kube/errors.ts";
import { claims } from "./claims.ts";
import { controller } from "./controller.ts";
import type { Check, Finding, Patient } from "./finding.ts";
import { ingressClass, ingresses } from "./ingresses.ts";
import { rights } from "./rights.ts";
import { kinds, server } from "./server.ts";

/** Everything that is looked at, in the order in which it is told. */
const checks: Readonly<Record<string, Check>> = {
  kubernetes: server,
  kinds,
  controller,
  rights,
  class: ingressClass,
  claims,
  ingresses,
};

/**
 * Looks at an installation from where the caller stands. Without the kinds nothing else is looked at. What may not be read
 * is `unknown`, and one check that fails stops no other. Rejects only where the API server can't be reached.
 */
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const { kubernetes = server, kinds: installed = kinds, ...others } = checks;
  const first = [...(await kubernetes(patient)), ...(await findings("kinds", installed, patient))];
  if (first.some(({ state }) => state === "problem")) return first;
  const rest = await Promise.all(Object.entries(others).map(([name, check]) => findings(name, check, patient)));
  return [...first, ...rest.flat()];
}

async function findings(name: string, check: Check, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await check(patient);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [{ check: name, state: isDenied(error) ? "unknown" : "problem", message: error.message }];
  }
}
