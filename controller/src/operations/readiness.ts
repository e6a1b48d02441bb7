import type { Check } from "./health.ts";
import type { KongAvailability } from "../kong/availability.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { Watches } from "../watch/watches.ts";

/** What `/readyz` says, line by line: whether each watch is fresh, whether Kong can be used, and who leads. */
export function checks(
  watches: Watches,
  availability: Pick<KongAvailability, "problem">,
  term: Reconciler | undefined,
): readonly Check[] {
  const seconds = (ms: number): string => `${String(Math.round(ms / 1000))} s ago`;
  const heard = watches.health().map(({ kind, synced, stale, lastActivityMs }) => ({
    name: `watch/${kind}`,
    ok: synced && !stale,
    detail: synced ? `last heard of ${seconds(lastActivityMs)}` : "not listed yet",
  }));
  const { problem } = availability;
  const listed = term?.health().kongKnown !== false;
  const kong = {
    name: "kong",
    ok: problem === undefined && listed,
    detail: problem ?? (listed ? "answers" : "its entities are being listed"),
  };
  const role = { name: "leader", ok: true, detail: term === undefined ? "another process leads" : "leads" };
  return [...heard, kong, role];
}
