import type { ClaimVerdict } from "../../decide/claim.ts";
import type { ConditionDraft } from "../../decide/claim-conditions.ts";
import type { Readiness } from "../../decide/ready.ts";
import { equalIgnoring, sameJson } from "../../world/compare.ts";
import { conditionTypes } from "../../world/claim-status.ts";
import type { ClaimStatus, Condition } from "../../world/claim-status.ts";

/**
 * The status that says what was decided. Times are kept while what they date is the same: `lastUpdateTime` while phase and
 * reason are, a condition's `lastTransitionTime` while its status is. What was said of a held host's routes stays as it was while
 * nothing is known of them.
 */
export function statusOf(
  verdict: ClaimVerdict,
  readiness: Readiness,
  generation: number,
  before: ClaimStatus,
  now: string,
): ClaimStatus {
  const { phase, reason, message } = verdict;
  const unchanged = before.phase === phase && before.reason === reason;
  const routes = readiness.known || before.phase !== "OK" ? routesOf(readiness) : routesBefore(before);
  const drafts = [...verdict.conditions, ...routes.conditions];
  return {
    phase,
    reason,
    message,
    lastUpdateTime: unchanged ? before.lastUpdateTime : now,
    observedGeneration: generation,
    ...(verdict.host === undefined ? {} : { host: verdict.host }),
    ...(verdict.unicodeHost === undefined ? {} : { unicodeHost: verdict.unicodeHost }),
    ...(verdict.parent === undefined ? {} : { parent: verdict.parent }),
    ...(verdict.holder === undefined ? {} : { holder: verdict.holder }),
    ...routes.fields,
    conditions: [
      ...drafts.map((draft): Condition => {
        const old = before.conditions.find(({ type }) => type === draft.type);
        const lastTransitionTime = old?.status === draft.status ? old.lastTransitionTime : now;
        return { ...draft, lastTransitionTime, observedGeneration: generation };
      }),
      ...before.conditions.filter(
        ({ type }) =>
          (type === "Programmed" || (type === "Renamed" && phase === "OK")) &&
          !verdict.conditions.some((c) => c.type === type),
      ),
      ...routes.kept,
    ],
  };
}

/** What a status says of the host's routes, beside the condition `Programmed`. */
interface Routes {
  readonly fields: Pick<ClaimStatus, "stage" | "sources" | "moreSources">;
  readonly conditions: readonly ConditionDraft[];
  /** Conditions that stay as they were. */
  readonly kept: readonly Condition[];
}

function routesOf({ stage, sources, ready }: Readiness): Routes {
  const fields = {
    ...(stage === undefined ? {} : { stage }),
    ...(sources === undefined ? {} : { sources: sources.shown }),
    ...(sources === undefined || sources.more === 0 ? {} : { moreSources: sources.more }),
  };
  return { fields, conditions: [ready], kept: [] };
}

function routesBefore({ stage, sources, moreSources, conditions }: ClaimStatus): Routes {
  const fields = {
    ...(stage === undefined ? {} : { stage }),
    ...(sources === undefined ? {} : { sources }),
    ...(moreSources === undefined ? {} : { moreSources }),
  };
  return { fields, conditions: [], kept: conditions.filter(({ type }) => type === "Ready") };
}

/** True if writing the second would change nothing of ours in the first; conditions of other types don't count. */
export function sameStatus(shown: ClaimStatus, wanted: ClaimStatus): boolean {
  const ours = shown.conditions.filter(
    ({ type }) => conditionTypes.has(type) || wanted.conditions.some((condition) => condition.type === type),
  );
  return (
    ours.length === wanted.conditions.length &&
    wanted.conditions.every((condition) => ours.some((one) => sameJson(one, condition))) &&
    sameJson(shown.sources ?? [], wanted.sources ?? []) &&
    equalIgnoring(shown, wanted, "conditions", "sources")
  );
}
