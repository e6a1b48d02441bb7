import { deleteReleased } from "../apply/kube/record.ts";
import { compareText } from "../world/compare.ts";
import { lastNamespace } from "../world/register.ts";
import type { LastHolder } from "../world/register.ts";
import { Facts } from "../world/facts.ts";
import type { HostRecord } from "../world/host-record.ts";
import type { WorldEvent } from "../world/event.ts";
import type { WorkOutcome } from "../queue/work-queue-options.ts";
import type { Context } from "./context.ts";
import { nameOfItem } from "./work-item.ts";
import type { Work } from "./work-row.ts";

/**
 * The released records of a namespace, which go when their time is over or there are too many (rule O10): so nobody can
 * keep names from others by claiming and deleting without end (rule N5). Namespaces that are gone share one allowance:
 * otherwise whoever makes and deletes namespaces would leave as many as there were.
 */
export const releasedWork: Work = {
  concurrency: 2,
  keysFor,
  firstKeys: () => [gone],
  tenantOf: (_state, key) => (key === gone ? undefined : namespaceOf(key)),
  reconcile,
};

/** The key of all namespaces that are gone; each other's has a space in it. */
const gone = "gone";

function keyOf(namespace: string | undefined): string {
  return namespace === undefined ? gone : `namespace ${namespace}`;
}

function namespaceOf(key: string): string {
  return key.slice("namespace ".length);
}

function keysFor(event: WorldEvent, changedFacts: boolean): readonly string[] {
  // One that comes back has the records again that were its predecessor's.
  if (event.kind === "Namespace" && event.type === "set" && changedFacts) return [keyOf(event.object.name)];
  if (event.kind !== "HostRecord" || event.type === "delete") return [];
  return event.object.holder === undefined ? [keyOf(lastNamespace(event.object))] : [];
}

/** Deletes what is too old or too much, the oldest first, and comes back when the next one's time is over. */
async function reconcile(context: Context, key: string): Promise<WorkOutcome | undefined> {
  const { clock, limits, readers, state } = context;
  const facts = new Facts(state);
  const last: LastHolder = key === gone ? { kind: "gone" } : { kind: "namespace", namespace: namespaceOf(key) };
  const released = [...facts.released(last)].sort((a, b) => compareText(endOf(b), endOf(a)));
  const item = nameOfItem({ kind: "released", key });
  if (released.length > 0 || key === gone) readers.record(item, facts.reads);
  else readers.forget(item);
  const now = clock.now();
  const kept = released.slice(0, limits.releasedPerNamespace);
  const over = (record: HostRecord): boolean =>
    record.redemption === undefined && expiryOf(record, limits.retentionMs) <= now;
  const failures: unknown[] = [];
  for (const record of [...released.slice(kept.length), ...kept.filter(over)])
    await deleteReleased(context, record).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
  const next = Math.min(...kept.map((record) => expiryOf(record, limits.retentionMs)).filter((time) => time > now));
  return next === Infinity ? undefined : { requeueAfterMs: next - now };
}

/** When the record's time is over, in milliseconds since the epoch; NaN for a record that was never held. */
function expiryOf(record: HostRecord, retentionMs: number): number {
  return Date.parse(endOf(record)) + retentionMs;
}

function endOf(record: HostRecord): string {
  return record.history[0]?.to ?? "";
}
