import { ancestors, recordName } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { factKeys } from "../../world/keys.ts";
import type { Reads } from "../../world/reads.ts";
import type { Claim } from "../../world/claim.ts";
import type { Holder, Redemption } from "../../world/host-record.ts";
import type { KubeContext } from "./context.ts";

/**
 * Asks the API server itself for what decided about a host from above: the records of the names that enclose it, as far as
 * the decision read them, and the claims that hold them. What differs from the cache is taken into it, so that a cache which
 * lags behind, as that of a new leader may, neither gives a host nor takes one away (rules O2a and O3), and a name that
 * changes all the time delays nobody below it. Throws KubeError.
 */
export async function refreshAbove(context: KubeContext, host: Host, reads: Reads): Promise<void> {
  // One after the other: a name may have more than a hundred above it, and others ask, too.
  for (const above of ancestors(host)) if (reads.has(factKeys.record(above))) await refreshRecord(context, above);
}

async function refreshRecord(context: KubeContext, above: Hostname): Promise<void> {
  const { kube, state } = context;
  const cached = state.world.record(above);
  const [record] = await Promise.all([
    kube.getRecord(recordName(above)),
    cached?.holder === undefined ? undefined : refreshHolder(context, above, cached.holder),
  ]);
  if (record !== undefined) state.world.learn({ type: "set", kind: "HostRecord", object: record });
  else if (cached !== undefined) {
    const { name, uid } = cached;
    state.world.apply({ type: "delete", kind: "HostRecord", namespace: "", name, uid });
  }
  const holder = record?.holder;
  if (holder !== undefined && holder.uid !== cached?.holder?.uid) await refreshHolder(context, above, holder);
}

/**
 * Asks for the claim that a record names. One that is gone is taken out of the cache, too: while the watch lags, its host
 * would be given to it again and again.
 */
async function refreshHolder(context: KubeContext, host: Host, holder: Holder): Promise<void> {
  const claim = await refreshClaim(context, holder);
  if (claim?.uid !== holder.uid) context.state.setGone(host, holder.uid);
}

async function refreshClaim(
  { kube, state }: KubeContext,
  { namespace, name, uid }: Pick<Claim, "namespace" | "name" | "uid">,
): Promise<Claim | undefined> {
  const claim = await kube.getClaim(namespace, name);
  if (claim !== undefined) state.world.learn({ type: "set", kind: "Domain", object: claim });
  else if (state.world.claim(namespace, name)?.uid === uid)
    state.world.apply({ type: "delete", kind: "Domain", namespace, name, uid });
  return claim;
}

/**
 * Rule N4: a host changes hands if the claim that holds it still hands it over, and the one that accepts it still does. Throws
 * KubeError.
 */
export async function refreshHandOver(context: KubeContext, host: Host, from: Holder, to: Claim): Promise<void> {
  await Promise.all([refreshHolder(context, host, from), refreshClaim(context, to)]);
}

/** Finds out whether a write of the host's record took effect whose answer was lost. Throws KubeError. */
export async function confirmWrite({ kube, state }: KubeContext, host: Host): Promise<void> {
  const record = await kube.getRecord(recordName(host));
  if (record !== undefined) state.world.learn({ type: "set", kind: "HostRecord", object: record });
  state.setPendingWrite(host, undefined);
}

/**
 * Rule O2a: only the API server itself can say that the holder which a record names, and the caches don't know, is gone.
 * Throws KubeError.
 */
export async function confirmHolder(context: KubeContext, host: Host, holder: Holder): Promise<void> {
  await refreshHolder(context, host, holder);
}

/**
 * Rule N5: a host is kept for a namespace until that one is gone, which only the API server itself can say. Throws KubeError,
 * and an Error if the namespace is there.
 */
export async function requireGone({ kube }: KubeContext, { namespace, namespaceUid }: Redemption): Promise<void> {
  if ((await kube.namespaceUid(namespace)) === namespaceUid)
    throw new Error(`namespace ${namespace} is there, though the watch has not shown it`);
}

/**
 * Rule O7: a host is given to a claim in the namespace that is there, not in an earlier one of that name. Throws KubeError,
 * and an Error if the namespace is another one than the watch has shown.
 */
export async function requireNamespace({ kube, state }: KubeContext, name: string): Promise<void> {
  const shown = state.world.namespace(name)?.uid;
  if (shown === undefined || (await kube.namespaceUid(name)) !== shown)
    throw new Error(`namespace ${name} is not the one that the watch has shown`);
}

/**
 * The same for a claim that gets a free host, which is not asked for twice; see {@link readNamespaceAhead}. Throws as
 * {@link requireNamespace}.
 */
export async function requireClaimNamespace(context: KubeContext, { namespace, uid }: Claim): Promise<void> {
  const shown = context.state.world.namespace(namespace)?.uid;
  if (shown === undefined || context.claimNamespaces.get(uid) !== shown) await requireNamespace(context, namespace);
}

/**
 * Asks for the namespace of a claim while our finalizer is being written into that, so that the host does not wait for one
 * answer after the other. What can't be read now is asked for when it is needed.
 */
export async function readNamespaceAhead(context: KubeContext, { namespace, uid }: Claim): Promise<void> {
  const { claimNamespaces, kube } = context;
  if (claimNamespaces.get(uid) !== undefined) return;
  const namespaceUid = await kube.namespaceUid(namespace).catch(() => undefined);
  if (namespaceUid !== undefined) claimNamespaces.set(uid, namespaceUid);
}
