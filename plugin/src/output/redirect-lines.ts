import type { Host } from "@domain-claims/crds/host";
import { shellWord } from "@domain-claims/crds/shell";

import { display } from "./display.ts";
import { numbered } from "./steps.ts";

/** A host that begins to redirect, or no longer does: then `to` is undefined. */
export interface Redirecting {
  readonly host: Host;
  readonly namespace: string;
  /** Where to, as a person says it. */
  readonly to: string | undefined;
}

/**
 * What happens when a host is redirected, or served again, step by step, for the one who does. `ingresses` are those of the
 * namespace that name it; undefined where they may not be read.
 */
export function redirectSteps({ host, namespace, to }: Redirecting, ingresses: readonly string[] | undefined): string {
  const shown = display(host);
  const named = ingresses === undefined || ingresses.length === 0 ? undefined : `the Ingress ${ingresses.join(", ")}`;
  if (to === undefined) {
    const nothing = ingresses === undefined ? "what Ingresses say" : `nothing, as no Ingress in ${namespace} names it`;
    return numbered([
      `the claim says that ${shown} is redirected no longer; the redirect answers until what takes its place is in Kong`,
      `${shown} serves ${named === undefined ? nothing : `what ${named} says`}`,
    ]);
  }
  return numbered([
    `the claim says that ${shown} is redirected; where that would lead in a circle it is refused, and nothing answers for it`,
    `what answers with the redirect comes to Kong; ${shown} goes on with what it has until the gateway has shown that`,
    `every request for ${shown} is redirected ${to}, save for challenges of a certificate authority` +
      (named === undefined ? "" : `; ${named} serves it no longer`),
    `kubectl domain redirect ${shellWord(host)} --off -n ${namespace} has it served again`,
  ]);
}
