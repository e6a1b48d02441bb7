import type { Check } from "./health.ts";
import type { KongAvailability } from "../kong/availability.ts";
import type { OtherApprovers } from "./other-approvers.ts";
import type { PublishService } from "./publish-service.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { WatchHealth, Watches } from "../watch/watches.ts";

/** What `/readyz` says, line by line: whether each watch is fresh, whether Kong can be used, who leads, whether there is an address to publish, and whether others approve certificates, too. */
export function checks(
  watches: Pick<Watches, "health">,
  availability: Pick<KongAvailability, "problem">,
  term: Pick<Reconciler, "health"> | undefined,
  service: Pick<PublishService, "problem"> | undefined,
  approvers?: Pick<OtherApprovers, "problem">,
): readonly Check[] {
  const seconds = (ms: number): string => `${String(Math.round(ms / 1000))} s ago`;
  const detail = ({ installed, lastActivityMs, lastCurrentMs, problem, stale, synced }: WatchHealth): string => {
    if (problem !== undefined) return problem;
    if (!synced) return "not listed yet";
    if (!installed) return "not installed";
    return stale ? `last known to be complete ${seconds(lastCurrentMs)}` : `last heard of ${seconds(lastActivityMs)}`;
  };
  const heard = watches.health().map((health) => ({
    name: `watch/${health.kind}`,
    ok: health.synced && !health.stale && (health.installed || health.problem === undefined),
    detail: detail(health),
  }));
  const { problem } = availability;
  const listed = term?.health().kongKnown !== false;
  const kong = {
    name: "kong",
    ok: problem === undefined && listed,
    detail: problem ?? (listed ? "answers" : "its entities are being listed"),
  };
  const proof = term === undefined ? [] : [proving(term.health().proof)];
  const role = { name: "leader", ok: true, detail: term === undefined ? "does not lead" : "leads" };
  const others = [
    ...(service === undefined ? [] : [publishing(service.problem())]),
    ...(approvers === undefined ? [] : [approving(approvers.problem())]),
  ];
  return [...heard, kong, ...proof, role, ...others];
}

/** Milliseconds after which a gateway that has not shown what was written is behind. */
const behindAfterMs = 30_000;

function proving({ how, behindMs }: ReturnType<Reconciler["health"]>["proof"]): Check {
  const behind = behindMs > behindAfterMs;
  const detail = behind
    ? `${how}; the gateway has not shown what was written ${String(Math.round(behindMs / 1000))} s ago`
    : how;
  return { name: "proof", ok: true, warns: behind, detail };
}

function publishing(problem: string | undefined): Check {
  return { name: "publish-service", ok: true, warns: problem !== undefined, detail: problem ?? "has an address" };
}

function approving(problem: string | undefined): Check {
  return { name: "approvals", ok: true, warns: problem !== undefined, detail: problem ?? "are made here alone" };
}
