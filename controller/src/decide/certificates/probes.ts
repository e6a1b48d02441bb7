import { compareText } from "../../world/compare.ts";
import type { Draft } from "./draft.ts";
import { placeOrder } from "./orders.ts";
import type { Order } from "./orders.ts";

/**
 * Orders a certificate of its own for each name in quarantine whose time has come, so that it holds up no other (rule T3).
 * Returns what was ordered, and when the budgets allow the next one, where they do not yet.
 */
export function orderProbes(draft: Draft): { readonly made: readonly Order[]; readonly nextAt: number | undefined } {
  const { budgets, caution, certificates, now, quarantine, wanted } = draft;
  const underWay = new Set([...certificates.values()].flatMap(({ names, probe }) => (probe ? names : [])));
  const due = [...quarantine.values()]
    .filter(({ host, nextTryAt }) => now >= nextTryAt && wanted.has(host) && !underWay.has(host))
    .sort((a, b) => a.nextTryAt - b.nextTryAt || compareText(a.host, b.host));
  const made: Order[] = [];
  for (const { host } of due) {
    const from = Math.max(budgets.allowedFrom("probe", now), caution?.until ?? 0);
    if (from > now) return { made, nextAt: from };
    made.push(placeOrder(draft, undefined, [host], "probe"));
  }
  return { made, nextAt: undefined };
}
