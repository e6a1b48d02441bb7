import { hostOf } from "@domain-claims/crds/domain";

import type { Domain } from "../kube/objects.ts";
import { display } from "../output/display.ts";
import { fixes } from "./fixes.ts";
import type { Known } from "./fixes.ts";

/** The sentences for a claim that was refused: why, the commands that change it, and what becomes of the claim. */
export function refusal(claim: Domain, known: Known): string {
  const { reason = "", message = "" } = claim.status ?? {};
  const { name, namespace = "" } = claim.metadata;
  const shown = fixes(claim, known).filter(({ command }) => command !== undefined);
  const lines = shown.map(({ who, command }) => `to change that, ${who}: ${command ?? ""}`);
  return [
    `${display(hostOf(claim.spec))} was refused: ${reason}: ${message}`,
    ...lines,
    `the claim stays and is decided again when that changes; to give it up: kubectl domain release ${name} -n ${namespace}`,
  ].join("\n");
}
