import type { ClaimVerdict } from "../../decide/claim.ts";
import { conditionTypes } from "../../world/types.ts";
import type { ClaimStatus, Condition } from "../../world/types.ts";

/**
 * The status that says what was decided. Times are kept while what they date is the same: `lastUpdateTime` while phase and
 * reason are, a condition's `lastTransitionTime` while its status is. `Programmed` stays as it was while nothing is known.
 */
export function statusOf(verdict: ClaimVerdict, generation: number, before: ClaimStatus, now: string): ClaimStatus {
  const { phase, reason, message } = verdict;
  const unchanged = before.phase === phase && before.reason === reason;
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
    conditions: [
      ...verdict.conditions.map((draft): Condition => {
        const old = before.conditions.find(({ type }) => type === draft.type);
        const lastTransitionTime = old?.status === draft.status ? old.lastTransitionTime : now;
        return { ...draft, lastTransitionTime, observedGeneration: generation };
      }),
      ...before.conditions.filter(
        ({ type }) => type === "Programmed" && !verdict.conditions.some((c) => c.type === type),
      ),
    ],
  };
}

/** True if writing the second would change nothing of ours in the first; conditions of other types don't count. */
export function sameStatus(shown: ClaimStatus, wanted: ClaimStatus): boolean {
  const types = new Set(wanted.conditions.map(({ type }) => type));
  const kept = shown.conditions.filter(({ type }) => types.has(type) || conditionTypes.has(type));
  return text({ ...shown, conditions: kept }) === text(wanted);
}

function text(status: ClaimStatus): string {
  const conditions = [...status.conditions]
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map((c) => [c.type, c.status, c.reason, c.message, c.lastTransitionTime, c.observedGeneration]);
  const { phase, reason, message, lastUpdateTime, observedGeneration, host, unicodeHost, parent, holder } = status;
  return JSON.stringify([
    [phase, reason, message, lastUpdateTime, observedGeneration, host, unicodeHost, parent, holder],
    conditions,
  ]);
}
