import { kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/hostname";
import type { RecordStep } from "../../decide/host.ts";
import { KubeError } from "../../kube/errors.ts";
import type { PendingWrite } from "../../world/pending-write.ts";
import type { Holder, HostRecord, Tenure } from "../../world/types.ts";
import { timestamp } from "./context.ts";
import type { KubeContext } from "./context.ts";
import { withTenure } from "./history.ts";

/** A step that writes the host's record. */
export type RecordWrite = Extract<RecordStep, { kind: "acquire" | "update" | "release" }>;

/**
 * Writes what was decided into the host's record. Each write names the version of the record that the decision read, or
 * creates a record that must not exist, so the API server decides between writers (rule O1). Throws KubeError.
 */
export async function writeRecord(context: KubeContext, host: Host, step: RecordWrite): Promise<void> {
  switch (step.kind) {
    case "acquire":
      return acquire(context, host, step);
    case "update":
      return update(context, host, step);
    case "release":
      return release(context, host, step);
  }
}

type Write<K extends RecordWrite["kind"]> = Extract<RecordWrite, { kind: K }>;

async function acquire(
  context: KubeContext,
  host: Host,
  { claim, authority, grants, record }: Write<"acquire">,
): Promise<void> {
  const { namespace, name, uid } = claim;
  const namespaceUid = context.state.world.namespace(namespace)?.uid;
  if (namespaceUid === undefined) return;
  const since = timestamp(context.clock);
  const holder: Holder = { kind: kindOf(claim), namespace, namespaceUid, name, uid, since, authority };
  const spec = { host, holder, grants, history: record?.history ?? [] };
  await changeRecord(context, host, { namespace, uid }, () =>
    record === undefined ? context.kube.createRecord(spec) : context.kube.updateRecord(record, spec),
  );
  context.log.info({ host, namespace, claim: name }, "host taken");
}

async function update(context: KubeContext, host: Host, step: Write<"update">): Promise<void> {
  const { record, authority, grants } = step;
  const holder = { ...step.holder, authority };
  await changeRecord(context, host, { namespace: holder.namespace, uid: holder.uid }, () =>
    context.kube.updateRecord(record, { host, holder, grants, history: record.history }),
  );
}

async function release(context: KubeContext, host: Host, { record, holder, reason }: Write<"release">): Promise<void> {
  const history = withTenure(tenure(holder, timestamp(context.clock), reason), record.history);
  await changeRecord(context, host, { namespace: undefined, uid: holder.uid }, () =>
    context.kube.updateRecord(record, { host, holder: undefined, grants: [], history }),
  );
  context.log.info({ host, namespace: holder.namespace, claim: holder.name, reason }, "host released");
}

/**
 * Writes a record: a new holder, none, or the same one by another authority. Until the answer, decisions know that it is
 * under way: neither Kong nor the register is touched for the host, nor the register for those below it, on the strength of
 * what was known before. The answer goes into the world at once; where it was lost, the write stays pending.
 */
async function changeRecord(
  { state }: KubeContext,
  host: Host,
  pending: PendingWrite,
  write: () => Promise<HostRecord>,
): Promise<void> {
  state.setPendingWrite(host, pending);
  try {
    state.world.learn({ type: "set", kind: "HostRecord", object: await write() });
    state.setPendingWrite(host, undefined);
  } catch (error) {
    const refused = error instanceof KubeError && error.kind !== "unavailable";
    if (refused) state.setPendingWrite(host, undefined);
    throw error;
  }
}

function tenure(holder: Holder, to: string, reason: string): Tenure {
  const { kind, namespace, name, uid, since } = holder;
  return { kind, namespace, name, uid, from: since, to, reason };
}

/** Deletes a released record of the version that was read; one that is gone already is as good. Throws KubeError. */
export async function deleteReleased({ kube, log, state }: KubeContext, record: HostRecord): Promise<void> {
  const { host, name, uid } = record;
  try {
    await kube.deleteRecord(record);
    log.info({ host, record: name }, "released record deleted");
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== "notFound") throw error;
  }
  state.world.apply({ type: "delete", kind: "HostRecord", namespace: "", name, uid });
}
