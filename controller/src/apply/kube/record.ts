import { recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { kindOf } from "@domain-claims/crds/domain";
import type { RecordStep } from "../../decide/host.ts";
import type { Claim, Holder, HostRecord, Tenure } from "../../world/types.ts";
import { KubeError } from "../../kube/errors.ts";
import type { PendingWrite } from "../../world/kong-state.ts";
import type { Context } from "../context.ts";
import { timestamp } from "../context.ts";
import { requireFreshCache } from "./fresh-cache.ts";

/** Past holders that a record keeps (rule O10). */
const mostTenures = 20;

/**
 * Asks once more what is decided about the host, now that Kong has been waited for, and writes that into its record. Each write names
 * the version of the record that the decision read, or creates a record that must not exist, so the API server decides
 * between writers (rule O1). Throws KubeError, and an Error where a watch lags behind.
 */
export async function applyRecordStep(context: Context, host: Host, decided: () => RecordStep): Promise<void> {
  const step = decided();
  switch (step.kind) {
    case "keep":
    case "wait":
      return;
    case "confirmHolder":
      return verify(context, step.holder);
    case "confirmWrite":
      return settle(context, host, step);
    case "acquire":
      await Promise.all([requireNamespace(context, step.claim), requireFreshCache(context, host)]);
      return write(context, host, decided, step.kind, step.claim.uid);
    case "update":
      await requireFreshCache(context, host);
      return write(context, host, decided, step.kind, step.holder.uid);
    case "release":
      if (step.reason !== "Deleted") await requireFreshCache(context, host);
      return write(context, host, decided, step.kind, step.holder.uid);
  }
}

/** Rule O7: a host is given to a claim in the namespace that is there, not in an earlier one of that name. */
async function requireNamespace({ kube, world }: Context, { namespace }: Claim): Promise<void> {
  const shown = world.namespace(namespace)?.uid;
  if (shown === undefined || (await kube.namespaceUid(namespace)) !== shown)
    throw new Error(`namespace ${namespace} is not the one that the watch has shown`);
}

/**
 * Writes what is decided now, if that is still what was made certain of: this kind of step, for the claim with this UID.
 * Since then a wildcard may have begun to go live that the host is not guarded against (rule L2b). Nothing comes between
 * this decision and the word that the record is being written; if it is decided otherwise now, its turn comes again.
 */
async function write(
  context: Context,
  host: Host,
  decided: () => RecordStep,
  kind: RecordStep["kind"],
  uid: string,
): Promise<void> {
  const step = decided();
  if (step.kind !== kind) return;
  if (step.kind === "acquire" && step.claim.uid === uid) return take(context, host, step);
  if (step.kind === "update" && step.holder.uid === uid) return amend(context, host, step);
  if (step.kind === "release" && step.holder.uid === uid) return release(context, host, step);
}

type Step<K extends RecordStep["kind"]> = Extract<RecordStep, { kind: K }>;

async function take(
  context: Context,
  host: Host,
  { claim, authority, grants, record }: Step<"acquire">,
): Promise<void> {
  const { namespace, name, uid } = claim;
  const namespaceUid = context.world.namespace(namespace)?.uid;
  if (namespaceUid === undefined) return;
  const since = timestamp(context.clock);
  const holder: Holder = { kind: kindOf(claim), namespace, namespaceUid, name, uid, since, authority };
  const spec = { host, holder, grants, history: record?.history ?? [] };
  await changeRecord(context, host, { namespace, uid }, () =>
    record === undefined ? context.kube.createRecord(spec) : context.kube.updateRecord(record, spec),
  );
  context.log.info({ host, namespace, claim: name }, "host taken");
}

async function amend(context: Context, host: Host, step: Step<"update">): Promise<void> {
  const { record, authority, grants } = step;
  const holder = { ...step.holder, authority };
  await changeRecord(context, host, { namespace: holder.namespace, uid: holder.uid }, () =>
    context.kube.updateRecord(record, { host, holder, grants, history: record.history }),
  );
}

async function release(context: Context, host: Host, { record, holder, reason }: Step<"release">): Promise<void> {
  const history = [tenure(holder, timestamp(context.clock), reason), ...record.history].slice(0, mostTenures);
  await changeRecord(context, host, { namespace: undefined, uid: holder.uid }, () =>
    context.kube.updateRecord(record, { host, holder: undefined, grants: [], history }),
  );
  context.log.info({ host, namespace: holder.namespace, claim: holder.name, reason }, "host released");
}

/**
 * Writes a record: a new holder, none, or the same one by another authority. From before the write until the watch has
 * shown it, decisions know that it is under way: neither Kong nor the register is touched for the host, nor the register
 * for those below it, on the strength of what the watch showed before.
 */
async function changeRecord(
  context: Context,
  host: Host,
  pendingWrite: Pick<PendingWrite, "namespace" | "uid">,
  write: () => Promise<{ readonly resourceVersion: string }>,
): Promise<void> {
  const tell = (version: string | undefined): void => {
    context.changed(context.world.setPendingWrite(host, { ...pendingWrite, version }));
  };
  tell(undefined);
  try {
    tell((await write()).resourceVersion);
  } catch (error) {
    const refused = error instanceof KubeError && error.kind !== "unavailable";
    if (refused) context.changed(context.world.setPendingWrite(host, undefined));
    throw error;
  }
}

/** Finds out whether a change took effect whose answer was lost. */
async function settle(
  context: Context,
  host: Host,
  step: Extract<RecordStep, { kind: "confirmWrite" }>,
): Promise<void> {
  const version = await context.kube.recordVersion(recordName(host));
  const unchanged = version === undefined || version === step.record?.resourceVersion;
  context.changed(context.world.setPendingWrite(host, unchanged ? undefined : { ...step.pendingWrite, version }));
}

/** Rule O2a: only the API server itself can say that a holder is gone. */
async function verify(context: Context, holder: Holder): Promise<void> {
  const found = await context.kube.getClaim(holder.namespace, holder.name);
  if (found?.uid === holder.uid) {
    throw new Error(`the claim ${holder.namespace}/${holder.name} exists, but the watch has not shown it yet`);
  }
  context.changed(context.world.setGone(holder.uid));
}

function tenure(holder: Holder, to: string, reason: string): Tenure {
  const { kind, namespace, name, uid, since } = holder;
  return { kind, namespace, name, uid, from: since, to, reason };
}

/** Deletes a released record of the version that was read. */
export async function deleteReleased(context: Context, record: HostRecord): Promise<void> {
  await context.kube.deleteRecord(record);
  context.log.info({ host: record.host, record: recordName(record.host) }, "released record deleted");
}
