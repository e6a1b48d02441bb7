import { apiVersion, domains as domainNames, hostOf, kindOf } from "@domain-claims/crds/domain";
import { parentOf, recordName } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";
import { shellWord } from "@domain-claims/crds/shell";

import type { Cluster, DryRun } from "../kube/cluster.ts";
import { ApiError } from "../kube/errors.ts";
import type { Condition, Domain, HostRecord, Transfer } from "../kube/objects.ts";
import { domains, reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { UserError } from "../user-error.ts";
import { isHeld, isKept, reservedText } from "./register.ts";
import type { HeldRecord } from "./register.ts";
import type { WrittenClaim } from "./write-claim.ts";

/** A host that a namespace may take over from its holder. */
export interface Offered {
  readonly record: HeldRecord;
  readonly transfer: Transfer;
}

/** Writes to whom a claim, read anew, hands its host over; undefined: to nobody. Rejects with a conflict where it changes meanwhile. */
export async function withTransfer(
  cluster: Cluster,
  { metadata: { namespace, name } }: Domain,
  to: string | undefined,
  dryRun: DryRun,
): Promise<WrittenClaim> {
  const claim = await cluster.read<Domain>(domains, namespace, name);
  if (claim.spec.transferTo === to) return { claim, verb: "unchanged" };
  if (dryRun === "client") {
    const { transferTo: _, ...spec } = claim.spec;
    return { claim: { ...claim, spec: to === undefined ? spec : { ...spec, transferTo: to } }, verb: "configured" };
  }
  const { resourceVersion } = claim.metadata;
  const change = { metadata: { resourceVersion }, spec: { transferTo: to ?? null } };
  return { claim: await cluster.patch<Domain>(domains, claim, change, dryRun), verb: "configured" };
}

/** The claim, which has to hold its host if that is to be handed over. Throws UserError. */
export function holding(claim: Domain): Domain {
  const { metadata, spec, status } = claim;
  const name = reference(metadata.name);
  const host = display(hostOf(spec));
  if (metadata.deletionTimestamp !== undefined)
    throw new UserError(`${name} is being released, so there is nothing to hand over; nothing was changed`);
  if (status?.phase === "OK") return claim;
  throw new UserError(
    `${name} does not hold ${host}, so there is nothing to hand over; nothing was changed` +
      (status?.phase === "Failed" ? `\n${status.reason ?? ""}: ${status.message ?? ""}` : ": it is not decided yet"),
  );
}

/** What the controller says of the transfer, once that is about the claim as it is now; undefined before. */
export function transferNow({ metadata, status }: Domain): Condition | undefined {
  const condition = status?.conditions?.find(({ type }) => type === "TransferPending");
  return (condition?.observedGeneration ?? 0) >= (metadata.generation ?? 1) ? condition : undefined;
}

/** True once the controller has said what becomes of the transfer that is asked for, or has taken it back. */
export function isTransferDecided(claim: Domain): boolean {
  const { observedGeneration = 0, phase } = claim.status ?? {};
  if (observedGeneration < (claim.metadata.generation ?? 1) || phase === "Pending") return false;
  return phase === "Failed" || claim.spec.transferTo === undefined || transferNow(claim) !== undefined;
}

/** The host as the register offers it to the namespace. Throws UserError, which says who can change that. */
export function offered(record: HostRecord | undefined, host: Host, namespace: string): Offered {
  const shown = display(host);
  if (!isHeld(record)) {
    const why = isKept(record) ? `it is ${reservedText(record)}` : "nobody holds it";
    throw new UserError(`${shown} can't be accepted: ${why}`);
  }
  const { holder, transfer } = record.spec;
  const holds = `${holder.namespace} holds it`;
  if (transfer === undefined || transfer.namespace !== namespace) {
    const to = transfer === undefined ? "hands it over to nobody" : `hands it over to ${transfer.namespace}`;
    const command = `kubectl domain transfer ${shellWord(host)} --to ${namespace} -n ${holder.namespace}`;
    throw new UserError(`${shown} can't be accepted in ${namespace}: ${holds}, and ${to}; its owner can: ${command}`);
  }
  return { record, transfer };
}

/**
 * With whom a primary is to be shared by whoever accepts it, if nothing else is said: with whom it was, and with the namespace
 * that gives it if that has names below it.
 */
export function inheritedDelegates({ record, transfer }: Offered, below: readonly HeldRecord[]): readonly string[] {
  const giver = record.spec.holder.namespace;
  const before = (transfer.delegates ?? []).filter((name) => name !== transfer.namespace);
  const stays = below.some(({ spec }) => spec.holder.namespace === giver && dependsOn(spec, record.spec.host as Host));
  return [...new Set([...before, ...(stays && !before.includes("*") ? [giver] : [])])].sort();
}

/** True for a name that its holder has by way of the primary: one that stands on its own needs no share. */
function dependsOn({ host, holder }: HeldRecord["spec"], primary: Host): boolean {
  if (holder.kind === "shared") return parentOf(host as Host) === primary;
  return holder.authority?.kind !== "none" && holder.authority?.host === primary;
}

/** What somebody asks for of the claim that accepts a host. */
export interface Acceptance {
  readonly namespace: string;
  /** `--name`. */
  readonly name: string | undefined;
  readonly delegates: readonly string[];
  /** The namespace that holds the primary of a shared claim. */
  readonly parent: string | undefined;
}

/**
 * Makes the claim that accepts the host, or has the one that waits for it accept it, shared with just these. Rejects with a
 * conflict where that one changes meanwhile. Throws UserError.
 */
export async function accepted(
  cluster: Cluster,
  { record }: Offered,
  existing: Domain | undefined,
  { namespace, name, delegates, parent }: Acceptance,
  dryRun: DryRun,
): Promise<WrittenClaim> {
  const { holder } = record.spec;
  const host = record.spec.host as Host;
  const acceptFrom = holder.namespace;
  if (existing !== undefined) {
    const now = await cluster.read<Domain>(domains, namespace, existing.metadata.name);
    return await accepting(cluster, now, holder.kind, { acceptFrom, delegates }, dryRun);
  }
  const from = { acceptFrom, ...(delegates.length === 0 ? {} : { delegates }) };
  const above = holder.kind === "shared" ? parentOf(host) : undefined;
  const shared = above === undefined ? undefined : { primary: above, sub: host.slice(0, -above.length - 1) };
  const own = parent === undefined || parent === namespace;
  const draft: Domain = {
    apiVersion,
    kind: domainNames.kind,
    metadata: { name: name ?? recordName(host), namespace },
    spec: { ...(shared ?? { primary: host }), ...(shared === undefined || own ? {} : { parent }), ...from },
  };
  if (dryRun === "client") return { claim: draft, verb: "created" };
  try {
    return { claim: await cluster.create(domains, draft, dryRun), verb: "created" };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    throw new UserError(`there is a claim ${draft.metadata.name} already: give this one another name with --name`);
  }
}

async function accepting(
  cluster: Cluster,
  existing: Domain,
  kind: "primary" | "shared",
  { acceptFrom, delegates }: { readonly acceptFrom: string; readonly delegates: readonly string[] },
  dryRun: DryRun,
): Promise<WrittenClaim> {
  const { metadata, spec } = existing;
  const itself = reference(metadata.name);
  if (metadata.deletionTimestamp !== undefined)
    throw new UserError(`${itself} is for this host and is being released: accept it when that claim is gone`);
  if (kindOf(spec) !== kind)
    throw new UserError(
      `${itself} is a ${kindOf(spec)} claim for this host, and what is handed over is a ${kind} one: release it first`,
    );
  const shared = spec.delegates ?? [];
  const sameDelegates = shared.length === delegates.length && delegates.every((name) => shared.includes(name));
  if (spec.acceptFrom === acceptFrom && spec.transferTo === undefined && sameDelegates)
    return { claim: existing, verb: "unchanged" };
  if (dryRun === "client")
    return { claim: { ...existing, spec: { ...spec, acceptFrom, delegates } }, verb: "configured" };
  const { resourceVersion } = metadata;
  const change = {
    metadata: { resourceVersion },
    spec: { acceptFrom, delegates: delegates.length === 0 ? null : delegates, transferTo: null },
  };
  return { claim: await cluster.patch<Domain>(domains, existing, change, dryRun), verb: "configured" };
}
