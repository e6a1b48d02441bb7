import { errorText } from "../operations/logging/logger.ts";
import { Facts } from "../world/facts.ts";
import { compareText } from "../world/order.ts";
import type { HostRecord } from "../world/types.ts";
import type { Context } from "../apply/context.ts";
import { deleteReleased } from "../apply/kube/record.ts";
import { units } from "./work-item.ts";

/** Rule O10: of the released records that a namespace held last, the oldest go when there are too many. */
export async function reconcileReleased(context: Context, namespace: string): Promise<void> {
  const facts = new Facts(context.world);
  const released = [...facts.released(namespace)].sort((a, b) => compareText(endOf(b), endOf(a)));
  context.readers.record(units.released(namespace), facts.reads);
  for (const record of released.slice(context.limits.releasedPerNamespace)) await deleteReleased(context, record);
}

/** Rule O10: released records go when their time is over. Looks at every record: meant for once an hour. Never rejects. */
export async function expireReleased(context: Context): Promise<void> {
  const before = new Date(context.clock.now() - context.limits.retentionMs).toISOString();
  for (const record of context.world.records()) {
    if (record.holder !== undefined || record.history.length === 0 || endOf(record) >= before) continue;
    try {
      await deleteReleased(context, record);
    } catch (error) {
      context.log.warn({ host: record.host, error: errorText(error) }, "released record not deleted; at the next look");
    }
  }
}

function endOf(record: HostRecord): string {
  return record.history[0]?.to ?? "";
}
