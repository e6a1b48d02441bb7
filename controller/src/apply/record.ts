import { recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { kindOf } from "@domain-claims/crds/domain";
import { decideHost } from "../decide/host.ts";
import type { RecordStep } from "../decide/host.ts";
import { Facts } from "../world/facts.ts";
import type { Holder, HostRecord, Tenure } from "../world/types.ts";
import { KubeError } from "../kube/errors.ts";
import type { Intent } from "../world/gateway.ts";
import type { Context } from "./context.ts";
import { timestamp } from "./context.ts";

/** Past holders that a record keeps (rule O10). */
const mostTenures = 20;

/**
 * Decides about the host once more, now that Kong has been waited for, and writes that into its record: nothing comes
 * between this decision and the word that the record is being written. Each write names the version of the record that
 * the decision read, or creates a record that must not exist, so the API server decides between writers (rule O1).
 * Throws KubeError.
 */
export async function takeStep(context: Context, host: Host): Promise<void> {
  const { step } = decideHost(new Facts(context.world), context.settings, host);
  switch (step.kind) {
    case "keep":
    case "wait":
      return;
    case "take":
      return take(context, host, step);
    case "amend": {
      const { record, holder, authority, grants } = step;
      const { namespace, uid } = holder;
      await changeRecord(context, host, { namespace, uid }, () =>
        context.kube.updateRecord(record, { host, holder: { ...holder, authority }, grants, history: record.history }),
      );
      return;
    }
    case "release": {
      const { record, holder, reason } = step;
      const history = [tenure(holder, timestamp(context.clock), reason), ...record.history].slice(0, mostTenures);
      const intent = { namespace: undefined, uid: holder.uid };
      await changeRecord(context, host, intent, () =>
        context.kube.updateRecord(record, { host, holder: undefined, grants: [], history }),
      );
      context.log.info({ host, namespace: holder.namespace, claim: holder.name, reason }, "host released");
      return;
    }
    case "verify":
      return verify(context, step.holder);
    case "settle":
      return settle(context, host, step);
  }
}

async function take(context: Context, host: Host, { claim }: Extract<RecordStep, { kind: "take" }>): Promise<void> {
  const namespaceUid = await context.kube.namespaceUid(claim.namespace);
  if (namespaceUid === undefined || namespaceUid !== context.world.namespace(claim.namespace)?.uid) {
    throw new Error(`namespace ${claim.namespace} is not the one that the watch has shown; waiting for the watch`);
  }
  // Since it was decided a wildcard may have begun to go live that the host is not guarded against (rule L2b). Nothing
  // comes between this and the word that the host is being taken; if it is decided otherwise now, its turn comes again.
  const step = decideHost(new Facts(context.world), context.settings, host).step;
  if (step.kind !== "take" || step.claim.uid !== claim.uid) return;
  const { record } = step;
  const holder: Holder = {
    kind: kindOf(claim),
    namespace: claim.namespace,
    namespaceUid,
    name: claim.name,
    uid: claim.uid,
    since: timestamp(context.clock),
    authority: step.authority,
  };
  const spec = { host, holder, grants: step.grants, history: record?.history ?? [] };
  await changeRecord(context, host, { namespace: claim.namespace, uid: claim.uid }, () =>
    record === undefined ? context.kube.createRecord(spec) : context.kube.updateRecord(record, spec),
  );
  context.log.info({ host, namespace: claim.namespace, claim: claim.name }, "host taken");
}

/**
 * Writes a record: a new holder, none, or the same one by another authority. From before the write until the watch has
 * shown it, decisions know that it is under way: neither Kong nor the register is touched for the host, nor the register
 * for those below it, on the strength of what the watch showed before.
 */
async function changeRecord(
  context: Context,
  host: Host,
  intent: Pick<Intent, "namespace" | "uid">,
  write: () => Promise<{ readonly resourceVersion: string }>,
): Promise<void> {
  const tell = (version: string | undefined): void => {
    context.changed(context.world.setIntent(host, { ...intent, version }));
  };
  tell(undefined);
  try {
    tell((await write()).resourceVersion);
  } catch (error) {
    const refused = error instanceof KubeError && error.kind !== "unavailable";
    if (refused) context.changed(context.world.setIntent(host, undefined));
    throw error;
  }
}

/** Finds out whether a change took effect whose answer was lost. */
async function settle(context: Context, host: Host, step: Extract<RecordStep, { kind: "settle" }>): Promise<void> {
  const version = await context.kube.recordVersion(recordName(host));
  const unchanged = version === undefined || version === step.record?.resourceVersion;
  context.changed(context.world.setIntent(host, unchanged ? undefined : { ...step.intent, version }));
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
