import { hostOf, kindOf } from "@domain-claims/crds/domain";

import type { Domain, HostRecord, Holder, Redemption } from "../kube/objects.ts";

/** What there is in the cluster whose register a backup becomes. */
export interface Surroundings {
  /** The UID of the namespace kube-system, which stands for the cluster. */
  readonly clusterUid: string;
  /** The UIDs of the namespaces, by name. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** The claims, by `namespace/name`. */
  readonly claims: ReadonlyMap<string, Domain>;
  /** The register, by the names of its entries. */
  readonly records: ReadonlyMap<string, HostRecord>;
}

/** An entry of the register as it is going to be; one with a resourceVersion replaces exactly that one. */
export interface AdoptedRecord {
  readonly record: HostRecord;
  /** The claim that holds the host then; undefined where the host is only reserved for a namespace. */
  readonly claim: Domain | undefined;
}

/** Why an entry can't be adopted: `missing` what it names is not in the cluster, `taken` somebody else has the host there. */
export interface AdoptionProblem {
  readonly kind: "missing" | "taken";
  readonly host: string;
  readonly message: string;
}

/** What adopting a backup comes to. */
export interface AdoptionPlan {
  readonly adopted: readonly AdoptedRecord[];
  readonly problems: readonly AdoptionProblem[];
  /** Entries that are this cluster's already. */
  readonly done: number;
}

/** How the register says that a host is held, or kept. */
type Tenure = Holder | Redemption;

/**
 * Rule N6: what becomes of a backup's entries in the cluster: each is bound to the namespace, and the claim, that have the
 * names it was written for, and so are the authority under which a primary stands, the grants that it gave, the namespaces to which
 * it is handed over and which handed it on, and the claim that renames it. Entries of hosts that nobody holds are history, and are left out.
 */
export function planAdoption(backup: readonly HostRecord[], cluster: Surroundings): AdoptionPlan {
  const adopted: AdoptedRecord[] = [];
  const problems: AdoptionProblem[] = [];
  let done = 0;
  for (const entry of backup) {
    const tenure = entry.spec.holder ?? entry.spec.redemption;
    if (tenure === undefined) continue;
    const here = cluster.records.get(entry.metadata.name);
    const found = adopt(entry, tenure, here, cluster);
    if (found === "done") done += 1;
    else if ("kind" in found) problems.push(found);
    else adopted.push(found);
  }
  return { adopted, problems, done };
}

function adopt(
  entry: HostRecord,
  tenure: Tenure,
  here: HostRecord | undefined,
  cluster: Surroundings,
): AdoptedRecord | AdoptionProblem | "done" {
  const { host } = entry.spec;
  const { namespace, name, kind } = tenure;
  const problem = (what: AdoptionProblem["kind"], message: string): AdoptionProblem => ({ kind: what, host, message });
  const now = here?.spec.holder ?? here?.spec.redemption;
  const ours = here !== undefined && isOf(cluster, here, now?.uid !== tenure.uid);
  if (now !== undefined && (now.namespace !== namespace || now.name !== name || now.kind !== kind))
    return problem(
      "taken",
      `is ${ours ? "held here" : "in the register here as held"} by ${now.namespace}/${now.name}`,
    );

  const uid = cluster.namespaces.get(namespace);
  if (uid === undefined) return problem("missing", `there is no namespace ${namespace}`);
  if (entry.spec.holder === undefined) {
    if (ours && now !== undefined) return "done";
    return { record: bound(entry, here, { ...tenure, namespaceUID: uid }, cluster), claim: undefined };
  }
  const claim = cluster.claims.get(`${namespace}/${name}`);
  if (claim === undefined || claim.metadata.deletionTimestamp !== undefined)
    return problem("missing", `there is no claim ${namespace}/${name}`);
  if (hostOf(claim.spec) !== host || kindOf(claim.spec) !== kind)
    return problem(
      "missing",
      `the claim ${namespace}/${name} is a ${kindOf(claim.spec)} one for ${hostOf(claim.spec)}`,
    );
  if (now?.uid === claim.metadata.uid && isOf(cluster, here, true)) return "done";
  if (ours && now !== undefined) return problem("taken", `is held here by an earlier claim ${namespace}/${name}`);
  const holder = { ...tenure, namespaceUID: uid, uid: claim.metadata.uid ?? "" };
  return { record: bound(entry, here, holder, cluster), claim };
}

/** True if this cluster wrote the entry; `unmarked` is what is taken for true of one that is older than the mark. */
function isOf({ clusterUid }: Surroundings, entry: HostRecord | undefined, unmarked: boolean): boolean {
  const mark = entry?.spec.clusterUID;
  return mark === undefined ? unmarked : mark === clusterUid;
}

/** The entry with what stands in it bound to this cluster, in place of the one that is there. */
function bound(
  entry: HostRecord,
  here: HostRecord | undefined,
  tenure: Tenure,
  { clusterUid, namespaces, claims }: Surroundings,
): HostRecord {
  const claimUid = (namespace: string, name: string, host: string): string | undefined => {
    const claim = claims.get(`${namespace}/${name}`);
    return claim !== undefined && hostOf(claim.spec) === host ? claim.metadata.uid : undefined;
  };
  // What is not here keeps the UID that it had: a namespace that is made later under the name has no part in it.
  const inCluster = <T extends { readonly namespace: string; readonly uid: string }>(grant: T): T => {
    return { ...grant, uid: namespaces.get(grant.namespace) ?? grant.uid };
  };
  const { authority } = tenure;
  const above =
    authority === undefined || authority.kind === "none"
      ? undefined
      : claimUid(authority.namespace ?? "", authority.name ?? "", authority.host ?? "");
  const renamedTo = "renamedTo" in tenure ? tenure.renamedTo : undefined;
  const next = renamedTo === undefined ? undefined : claimUid(tenure.namespace, renamedTo.name, renamedTo.host);
  const rebound = {
    ...tenure,
    ...(above === undefined ? {} : { authority: { ...authority, uid: above } }),
    ...(next === undefined ? {} : { renamedTo: { ...renamedTo, uid: next } }),
    ...(tenure.givers === undefined ? {} : { givers: tenure.givers.map(inCluster) }),
  };
  const { transfer } = entry.spec;
  const grants = entry.spec.grants?.map(inCluster);
  const history = here?.spec.history ?? entry.spec.history;
  return {
    ...entry,
    metadata: {
      name: entry.metadata.name,
      ...(here?.metadata.uid === undefined ? {} : { uid: here.metadata.uid }),
      ...(here?.metadata.resourceVersion === undefined ? {} : { resourceVersion: here.metadata.resourceVersion }),
    },
    spec: {
      host: entry.spec.host,
      clusterUID: clusterUid,
      ...(entry.spec.holder === undefined ? { redemption: rebound as Redemption } : { holder: rebound as Holder }),
      ...(transfer === undefined ? {} : { transfer: inCluster(transfer) }),
      ...(grants === undefined ? {} : { grants }),
      ...(history === undefined ? {} : { history }),
    },
  };
}
