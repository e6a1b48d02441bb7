import { compareText } from "../../world/compare.ts";
import type { Draft } from "./draft.ts";
import { placeOrder } from "./orders.ts";
import type { Order } from "./orders.ts";
import { hasRoom } from "./room.ts";

/** Which probes were ordered, and what keeps the next one. */
export interface Probes {
  readonly made: readonly Order[];
  /** When the budgets allow it; undefined: they do, or none is due. */
  readonly nextAt: number | undefined;
  /** True if it waits for room in cert-manager's queue. */
  readonly isQueueFull: boolean;
}

/** None is ordered, and none waits for something of its own. */
export const noProbes: Probes = { made: [], nextAt: undefined, isQueueFull: false };

/**
 * Orders a certificate of its own for each name in quarantine whose time has come, so that it holds up no other (rule T3).
 * Returns what was ordered, and what keeps the next one.
 */
export function orderProbes(draft: Draft): Probes {
  const { budgets, caution, certificates, issuer, now, quarantine, wanted } = draft;
  if (issuer === undefined) return noProbes;
  const underWay = new Set([...certificates.values()].flatMap(({ names, probe }) => (probe ? names : [])));
  const due = [...quarantine.values()]
    .filter(({ host, nextTryAt }) => now >= nextTryAt && wanted.get(host)?.isServed === true && !underWay.has(host))
    .sort((a, b) => a.nextTryAt - b.nextTryAt || compareText(a.host, b.host));
  const made: Order[] = [];
  for (const { host } of due) {
    const from = Math.max(budgets.allowedFrom("probe", now), caution?.until ?? 0);
    if (from > now) return { made, nextAt: from, isQueueFull: false };
    if (!hasRoom(draft, 1)) return { made, nextAt: undefined, isQueueFull: true };
    made.push(placeOrder(draft, undefined, [host], "probe"));
  }
  return { made, nextAt: undefined, isQueueFull: false };
}
