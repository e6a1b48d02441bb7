import type { Check } from "./health.ts";
import type { Kong } from "../kong/client.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { WatchHealth, Watches } from "../watch/watches.ts";

/** Asks every few seconds whether Kong can be used, for readiness. */
export function pollKong(kong: Kong): { readonly problem: () => string | undefined; readonly stop: () => void } {
  let problem: string | undefined = "Kong has not been asked yet";
  const ask = async (): Promise<void> => {
    try {
      problem = (await kong.ready()) ? undefined : "Kong's database is not reachable";
    } catch (error) {
      problem = error instanceof Error ? error.message : "Kong does not answer";
    }
  };
  void ask();
  const timer = setInterval(() => void ask(), 2000);
  return {
    problem: () => problem,
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** What `/readyz` says, line by line: whether each watch is fresh, whether Kong can be used, and who leads. */
export function checks(
  watches: Watches,
  kongProblem: string | undefined,
  term: Reconciler | undefined,
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
  const away = term?.health().kongAway === true;
  const kong = {
    name: "kong",
    ok: kongProblem === undefined && !away,
    detail: kongProblem ?? (away ? "its entities are being listed" : "answers"),
  };
  const role = { name: "leader", ok: true, detail: term === undefined ? "another process leads" : "leads" };
  return [...heard, kong, role];
}
