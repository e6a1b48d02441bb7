import { hostOf, kindOf } from "@domain-claims/crds/domain";
import type { HostRecordSpecHolder as Holder } from "@domain-claims/crds/generated/hostrecord";
import type { StoredRecord } from "../support/world/objects.ts";
import { afterDot, nameOf, publicSuffix } from "./objects.ts";
import type { Domain, Objects } from "./objects.ts";

const systemNamespace = "kong-system";

/** What is not as it must be in the register at rest, as sentences (I1, I5). */
export function registerProblems(objects: Objects): readonly string[] {
  const { domains, records } = objects;
  const found: string[] = [];
  const register = new Map(records.map((record) => [record.spec.host, record]));
  for (const { spec } of records) {
    if (spec.holder === undefined) continue;
    const claim = domains.find(({ metadata }) => metadata.uid === spec.holder?.uid);
    if (claim === undefined) found.push(`${spec.host} is held by a claim that is gone`);
    else if (claim.metadata.deletionTimestamp !== undefined)
      found.push(`${spec.host} is held by a claim being deleted`);
    else if (hostOf(claim.spec) !== spec.host) found.push(`${spec.host} is held by a claim for ${hostOf(claim.spec)}`);
    else if (kindOf(claim.spec) !== spec.holder.kind) found.push(`${spec.host} is held as ${spec.holder.kind}`);
    else if (!mayHold(register, objects, claim, spec.holder)) found.push(`${spec.host} is held without authority`);
  }
  for (const claim of domains) {
    if (claim.metadata.deletionTimestamp !== undefined) found.push(`${nameOf(claim)} is still being deleted`);
    else if (
      register.get(hostOf(claim.spec))?.spec.holder === undefined &&
      mayHold(register, objects, claim, undefined)
    )
      found.push(`${nameOf(claim)} may hold ${hostOf(claim.spec)}, and nobody does`);
  }
  return found;
}

/** Rule N4 for a register at rest: it offers what claims hand over, and what is accepted has changed hands. */
export function transferProblems(objects: Objects): readonly string[] {
  const { domains, records, namespaceUids } = objects;
  const register = new Map(records.map((record) => [record.spec.host, record]));
  return records.flatMap(({ spec: { host, holder, transfer } }) => {
    const giver = domains.find(({ metadata }) => metadata.uid === holder?.uid);
    if (holder === undefined || giver === undefined) return [];
    const to = giver.spec.transferTo;
    const isThere = to !== undefined && namespaceUids.has(to);
    if (transfer?.namespace !== to && (isThere || transfer !== undefined))
      return [`${host} goes to ${transfer?.namespace ?? "nobody"}, and not to ${to ?? "nobody"}`];
    if (transfer === undefined || namespaceUids.get(transfer.namespace) !== transfer.uid) return [];
    const heirs = domains.filter(
      ({ metadata, spec }) =>
        metadata.namespace === transfer.namespace &&
        metadata.uid !== holder.uid &&
        hostOf(spec) === host &&
        kindOf(spec) === holder.kind &&
        spec.acceptFrom === holder.namespace &&
        spec.transferTo === undefined,
    );
    const isFree = holder.kind === "primary" && holder.authority?.kind === "none" && host !== publicSuffix;
    return heirs
      .filter((claim) => isFree || mayHold(register, objects, claim, undefined))
      .map((claim) => `${host} is accepted by ${nameOf(claim)}, and was not handed over`);
  });
}

/** Rules H3, O3 and O4 for a register at rest. */
function mayHold(
  register: ReadonlyMap<string, StoredRecord>,
  objects: Objects,
  claim: Domain,
  holder: Holder | undefined,
): boolean {
  const { namespace } = claim.metadata;
  const { primary, sub, parent, transferTo } = claim.spec;
  // Rule N4: who hands a host over waits for none.
  if (holder === undefined && transferTo !== undefined) return false;
  if (sub !== undefined) {
    const above = register.get(primary);
    const by = above?.spec.holder;
    if (above === undefined || by?.kind !== "primary") return false;
    const givers = (by.givers ?? []).map((giver) => giver.namespace);
    const searched = [parent, namespace, systemNamespace];
    if (![by.namespace, ...givers].some((name) => searched.includes(name))) return false;
    const mayHave = sub !== "*" || (holder !== undefined && givers.includes(namespace));
    return by.namespace === namespace || (mayHave && allows(above, objects, namespace));
  }
  if (primary === publicSuffix) return false;
  if (holder?.authority?.kind === "none") return true;
  const enclosing = holder === undefined ? nearest(register, primary) : register.get(holder.authority?.host ?? "");
  if (enclosing === undefined) return holder === undefined;
  if (holder !== undefined && holder.authority?.uid !== enclosing.spec.holder?.uid) return false;
  return enclosing.spec.holder?.namespace === namespace || allows(enclosing, objects, namespace);
}

function nearest(register: ReadonlyMap<string, StoredRecord>, host: string): StoredRecord | undefined {
  for (let above = afterDot(host); above.includes("."); above = afterDot(above)) {
    const record = register.get(above);
    if (record?.spec.holder?.kind === "primary") return record;
  }
  return undefined;
}

function allows({ spec }: StoredRecord, { domains, namespaceUids }: Objects, namespace: string): boolean {
  const claim = domains.find(({ metadata }) => metadata.uid === spec.holder?.uid);
  const delegates = claim?.spec.delegates ?? [];
  const uid = namespaceUids.get(namespace);
  const bound = spec.grants?.some((grant) => grant.namespace === namespace && grant.uid === uid) === true;
  return delegates.includes("*") || (delegates.includes(namespace) && bound);
}
