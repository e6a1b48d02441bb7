import type { GroupDecision } from "../decide/certificates/group.ts";
import type { OthersSpending } from "../world/certificate-group.ts";
import type { Context } from "./context.ts";
import { splitKey } from "./work-item.ts";

/** Takes a group that orders nothing out of the line, and has the one looked at whose turn it is then. */
export function leaveLine({ enqueue, orderTurns }: Context, key: string): void {
  const first = orderTurns.next;
  orderTurns.leave(splitKey(key).namespace, key);
  const { next } = orderTurns;
  if (next !== undefined && next !== first) enqueue({ kind: "order", key: next });
}

/** Puts a group that waits for room in line, or takes it out, and has the next one looked at that may have room by now. */
export function takeTurn(
  { enqueue, orderTurns }: Context,
  key: string,
  { underWay }: Pick<OthersSpending, "underWay">,
  { group, results, waitsForRoom }: GroupDecision,
): void {
  const { namespace } = splitKey(key);
  const isNewcomer = underWay.namespace === 0 && !group.certificates.some(({ running }) => running);
  const first = orderTurns.next;
  if (waitsForRoom) orderTurns.wait(namespace, key, isNewcomer);
  else orderTurns.leave(namespace, key);
  const { next } = orderTurns;
  if (next !== undefined && next !== key && (results.length > 0 || next !== first))
    enqueue({ kind: "order", key: next });
}
