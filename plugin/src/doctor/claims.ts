import { hostOf } from "@domain-claims/crds/domain";
import { shellWord } from "@domain-claims/crds/shell";

import type { Domain } from "../kube/objects.ts";
import { claimsOf } from "../claims/claims.ts";
import { byYou } from "../claims/path-answer.ts";
import { bounded } from "./bounded.ts";
import { whoRuns } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

/** A claim is decided within milliseconds, or by the next leader; after so many nobody is expected to do it. */
const patienceMs = 60_000;

/** The claims of the namespace: which of them do not do what they are made for. */
export const claims: Check = async ({ cluster, now }) => {
  const found = await claimsOf(cluster, cluster.namespace);
  const ill = found.flatMap((claim) => findingOf(claim, now) ?? []);
  const well = wellText(found.length - ill.length, found.length, cluster.namespace);
  const first: readonly Finding[] = well === undefined ? [] : [{ check: "claims", state: "ok", message: well }];
  return [...first, ...bounded(ill, "claims")];
};

/** What is said of the claims that are well; undefined where there are claims and none of them is. */
function wellText(well: number, all: number, namespace: string): string | undefined {
  if (all === 0) return `there are no claims in ${namespace}`;
  return well === 0 ? undefined : `${String(well)} of ${String(all)} claims in ${namespace} are as they should be`;
}

/** What is wrong with a claim; undefined where nothing is, or it is known only in a moment. */
function findingOf({ metadata, spec, status }: Domain, now: number): Finding | undefined {
  const host = hostOf(spec);
  const fix = byYou(
    "see why, and what helps",
    `kubectl domain explain ${shellWord(host)} -n ${metadata.namespace ?? ""}`,
  );
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (metadata.deletionTimestamp !== undefined)
    return {
      check: "claims",
      state: "warning",
      message: `${host} is being released since ${metadata.deletionTimestamp}`,
      fix,
    };
  if (status?.phase === "Failed")
    return { check: "claims", state: "problem", message: `${host}: ${status.reason ?? "Failed"}`, fix };
  const created = metadata.creationTimestamp ?? "";
  if (status?.phase === undefined && now - Date.parse(created) > patienceMs)
    return {
      check: "claims",
      state: "problem",
      message: `${host} was claimed at ${created}, and nobody has decided it`,
      fix: whoRuns,
    };
  if (ready?.status !== "False") return undefined;
  return { check: "claims", state: "warning", message: `${host} is not ready: ${ready.reason}`, fix };
}
