import type { Host } from "@domain-claims/crds/host";
import { shellWord } from "@domain-claims/crds/shell";

import type { Fall } from "../claims/falls.ts";
import { display } from "./display.ts";
import { fallLines } from "./fall-lines.ts";
import { numbered } from "./steps.ts";

/** A host on its way from one namespace to another. */
export interface Handing {
  readonly host: Host;
  readonly from: string;
  readonly to: string;
}

/** What is known of what hangs on the host; undefined where it may not be read. */
export interface Hanging {
  /** The Ingresses that name the host, by name: the giver's, or the receiver's. */
  readonly ingresses: readonly string[] | undefined;
  /** How many names are held below it. */
  readonly below: number | undefined;
}

/** What happens when a host is handed over, step by step, for the one who does. */
export function transferSteps({ host, from, to }: Handing, { ingresses, below }: Hanging): string {
  const shown = display(host);
  const command = `kubectl domain accept ${shellWord(host)} -n ${to}`;
  return numbered([
    `${from}'s claim, and the public register, say that ${shown} goes to ${to}; nothing changes for its visitors`,
    `somebody who may claim in ${to} accepts it: ${command}. Until then ${from} can take it back: --cancel`,
    `by one update of the register ${to} holds it; whoever waits for it does not come in between`,
    `paths that ${to}'s Ingresses serve are led there in place, and no request is lost; what they don't serve goes` +
      (ingresses === undefined || ingresses.length === 0 ? "" : `, and ${from}'s Ingress ${ingresses.join(", ")} serves it no longer`), // prettier-ignore
    ...belowStep(below, to),
    `${from}'s claim is Failed (Transferred), and can be released`,
  ]);
}

/** What happens when a host is accepted, step by step, for the one who does. */
export function acceptSteps(
  { host, from, to }: Handing,
  { ingresses, below }: Hanging,
  delegates: readonly string[],
  falls: readonly Fall[],
): string {
  const shown = display(host);
  const served =
    ingresses === undefined || ingresses.length === 0
      ? `nothing in ${to} serves it, so the routes of ${from} leave Kong and no others come: make an Ingress for it before`
      : `the Ingress ${ingresses.join(", ")} serves it: its paths are led there in place, and the other routes of ${from} leave Kong`;
  const steps = numbered([
    `${to}'s claim accepts ${shown} from ${from}` +
      (delegates.length === 0 ? "" : `, and shares it with ${delegates.join(", ")}`),
    `by one update of the register ${to} holds it; whoever waits for it does not come in between`,
    served,
    ...belowStep(below, to),
    `${from}'s claim is Failed (Transferred)`,
  ]);
  return falls.length === 0 ? steps : `${steps}\nthese names go, since ${shown} is not shared with their holders any more:\n${fallLines(falls)}`; // prettier-ignore
}

function belowStep(below: number | undefined, to: string): readonly string[] {
  if (below === undefined || below === 0) return [];
  const names = below === 1 ? "the name below it stays with its holder" : `the ${String(below)} names below it stay with their holders`; // prettier-ignore
  return [`${names}, where ${to} shares it on`];
}
