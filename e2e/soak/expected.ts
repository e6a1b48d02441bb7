import { hostOf, kindOf } from "@domain-claims/crds/domain";
import type { HostRecordSpecHolder as Holder } from "@domain-claims/crds/generated/hostrecord";
import type { Store } from "@domain-claims/kong-stand-in";
import type { StoredRecord } from "../support/world/objects.ts";
import type { Domain, Ingress, Objects } from "./objects.ts";

/** The tag of everything that is ours in Kong. */
const ourTag = "managed-by-domain-claims";

const systemNamespace = "kong-system";
/** The one public suffix that histories claim. */
export const publicSuffix = "co.uk";

/** A name in Kong that ours need, and the namespace whose exact hosts can't be served where it is somebody else's. */
export const takenName = { name: "soak-b.web.80", namespace: "soak-b" } as const;

/**
 * What is not as it must be at rest, as sentences: the register (I1, I5), the statuses, Kong's routes (I3, L2b) and what
 * is left over in Kong. Written from the rules alone, without a model of how they are reached.
 */
export function problems(objects: Objects, store: Store): readonly string[] {
  return [
    ...registerProblems(objects),
    ...transferProblems(objects),
    ...statusProblems(objects, store),
    ...addressProblems(objects, store),
    ...gatewayProblems(objects, store),
  ];
}

function registerProblems(objects: Objects): readonly string[] {
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
function transferProblems(objects: Objects): readonly string[] {
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

function statusProblems(objects: Objects, store: Store): readonly string[] {
  const live = new Set(expectedRoutes(objects, store));
  return objects.domains.flatMap((claim) => {
    const { status, metadata } = claim;
    const host = hostOf(claim.spec);
    const holder = objects.records.find(({ spec }) => spec.host === host)?.spec.holder;
    const phase = holder?.uid === metadata.uid ? "OK" : "Failed";
    // Of one that hands its host over, or did, and of one that accepts it, more may be said.
    const handing = claim.spec.transferTo ?? claim.spec.acceptFrom;
    const taken = holder !== undefined && phase === "Failed" && claim.spec.sub === undefined && handing === undefined;
    const said = `${status?.phase ?? "new"} ${status?.reason ?? ""}`;
    if (status?.observedGeneration !== metadata.generation) return [`${nameOf(claim)} has an old status`];
    const told = status.reason === "AlreadyClaimed" || status.reason === "Transferred";
    if (status.phase !== phase || (taken && claim.spec.primary !== publicSuffix && !told))
      return [`${nameOf(claim)} is ${said}, expected ${phase}${taken ? " AlreadyClaimed" : ""}`];
    const wanted =
      phase === "Failed" ? "NotAccepted" : programmedReason(objects, store, live, host, metadata.namespace);
    const programmed = status.conditions?.find(({ type }) => type === "Programmed")?.reason;
    return programmed === wanted ? [] : [`${nameOf(claim)} is programmed: ${String(programmed)}, expected ${wanted}`];
  });
}

/** What the condition Programmed of a holder gives as its reason at rest. */
function programmedReason(
  objects: Objects,
  store: Store,
  live: ReadonlySet<string>,
  host: string,
  namespace: string,
): string {
  if (live.has(`${host} ${namespace}`)) return "Programmed";
  const foreign = nameIsTaken(store) && namespace === takenName.namespace && !host.startsWith("*.");
  const wanted = objects.ingresses.some((ingress) => serves(ingress, namespace, host));
  return foreign && wanted && objects.services.has(`${namespace}/web`) ? "ForeignEntity" : "NoRoutes";
}

function nameIsTaken({ services }: Store): boolean {
  return [...services.values()].some(({ name, tags }) => name === takenName.name && tags?.includes(ourTag) !== true);
}

/** Rule L9: an Ingress of ours shows the gateway's address while it serves a host; the oldest that names a host does. */
function addressProblems(objects: Objects, store: Store): readonly string[] {
  const live = new Set(expectedRoutes(objects, store));
  return objects.ingresses.flatMap(({ metadata, spec, status }) => {
    if (spec.ingressClassName !== "kong") return [];
    const wanted = spec.rules?.some(({ host }) => {
      const oldest = objects.ingresses.filter((other) => serves(other, metadata.namespace, host)).sort(byAge)[0];
      return live.has(`${host} ${metadata.namespace}`) && oldest?.metadata.uid === metadata.uid;
    });
    const shown = (status?.loadBalancer?.ingress?.length ?? 0) > 0;
    const name = `Ingress ${metadata.namespace}/${metadata.name}`;
    return (wanted === true) === shown
      ? []
      : [`${name} has ${shown ? "an" : "no"} address and is ${wanted === true ? "" : "not "}live`];
  });
}

function gatewayProblems(objects: Objects, store: Store): readonly string[] {
  const found: string[] = [];
  const expected = expectedRoutes(objects, store);
  const actual = actualRoutes(store);
  if (expected.join() !== actual.join())
    found.push(`Kong has [${actual.join("; ")}], expected [${expected.join("; ")}]`);
  const used = new Set([...store.routes.values()].map(({ service }) => service?.id));
  for (const { id, name, tags } of store.services.values())
    if (tags?.includes(ourTag) === true && !used.has(id)) found.push(`service ${name ?? id} is left over`);
  for (const { id, service, tags } of store.plugins.values())
    if (tags?.includes(ourTag) === true && !used.has(service?.id ?? "")) found.push(`plugin ${id} is left over`);
  return found;
}

/** "host namespace" of what is to be served and "host guard" of what is to be guarded, sorted. */
function expectedRoutes({ records, ingresses, services }: Objects, store: Store): readonly string[] {
  const taken = nameIsTaken(store);
  // A wildcard has a service of its own, under a name of its own.
  const backed = (host: string, namespace: string): boolean =>
    services.has(`${namespace}/web`) && !(taken && namespace === takenName.namespace && !host.startsWith("*."));
  const holders = new Map(records.map(({ spec }) => [spec.host, spec.holder?.namespace]));
  const wanted = (host: string, namespace: string): boolean =>
    ingresses.some((candidate) => serves(candidate, namespace, host));
  const routes: string[] = [];
  for (const [host, namespace] of holders) {
    if (namespace === undefined) continue;
    if (wanted(host, namespace) && backed(host, namespace)) routes.push(`${host} ${namespace}`);
    const wildcard = `*.${afterDot(host)}`;
    const cover = holders.get(wildcard);
    if (!host.startsWith("*.") && cover !== undefined && cover !== namespace && wanted(wildcard, cover))
      routes.push(`${host} guard`);
  }
  return routes.sort();
}

/** True for an Ingress of our class in the namespace that names the host. */
function serves({ metadata, spec }: Ingress, namespace: string, host: string): boolean {
  const named = spec.rules?.some((rule) => rule.host === host) === true;
  return named && metadata.namespace === namespace && spec.ingressClassName === "kong";
}

function byAge(a: Ingress, b: Ingress): number {
  const text = ({ metadata }: Ingress): string => `${metadata.creationTimestamp} ${metadata.uid}`;
  return text(a) < text(b) ? -1 : 1;
}

function actualRoutes(store: Store): readonly string[] {
  return ourRoutes(store)
    .flatMap(({ hosts, guard, namespace }) => hosts.map((host) => `${host} ${guard ? "guard" : namespace}`))
    .sort();
}

/** Our routes in Kong: their hosts, and the namespace that each was made for. */
export function ourRoutes(
  store: Store,
): readonly { readonly hosts: readonly string[]; readonly guard: boolean; readonly namespace: string }[] {
  return [...store.routes.values()].flatMap(({ tags, hosts, name }) => {
    if (tags?.includes(ourTag) !== true) return [];
    const mark = "k8s-namespace:";
    const namespace = tags.find((tag) => tag.startsWith(mark))?.slice(mark.length) ?? "";
    return [{ hosts: hosts ?? [], guard: name?.startsWith("guard~") === true, namespace }];
  });
}

function nameOf({ metadata }: Domain): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** What follows the first label and its dot. */
export function afterDot(host: string): string {
  return host.slice(host.indexOf(".") + 1);
}
