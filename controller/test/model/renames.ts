import type { HostRecord } from "../../src/world/host-record.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import { actualRedirects } from "./actual-redirects.ts";

/** What has become of a host that was renamed: where its name leads now, and whether by a redirect. */
interface GivenWay {
  readonly to: string;
  readonly redirects: boolean;
}

/** N2: the hosts that have given way to their new names, as the register says, for as long as those are held by who asked for it. */
export function givenWay(cluster: FakeCluster): ReadonlyMap<string, GivenWay> {
  return new Map(
    cluster.all("HostRecord").flatMap((record) => {
      const way = wayOf(cluster, record);
      return way === undefined ? [] : [[record.host, way] as const];
    }),
  );
}

function wayOf(cluster: FakeCluster, { holder }: HostRecord): GivenWay | undefined {
  const { renamedTo, namespace = "", name = "" } = holder ?? {};
  const old = cluster.get("Domain", `${namespace}/${name}`);
  if (renamedTo?.done === undefined || old?.uid !== holder?.uid || old?.deleting !== false) return undefined;
  if (old.redirect !== undefined || !isRenamed(cluster, namespace, renamedTo)) return undefined;
  const redirectForMs = cluster.get("Domain", `${namespace}/${renamedTo.name}`)?.redirectForMs;
  return { to: renamedTo.host, redirects: redirectForMs !== 0 };
}

function isRenamed(
  cluster: FakeCluster,
  namespace: string,
  { host, name, uid }: NonNullable<NonNullable<HostRecord["holder"]>["renamedTo"]>,
): boolean {
  const claim = cluster.get("Domain", `${namespace}/${name}`);
  const holds = cluster.all("HostRecord").some((record) => record.host === host && record.holder?.uid === uid);
  return claim?.uid === uid && !claim.deleting && claim.redirect === undefined && holds;
}

/** The names by which sources of its holder's namespace name the host: its own, and those that it had before. */
export function namesOfHost(cluster: FakeCluster, host: string): readonly string[] {
  const holder = cluster.all("HostRecord").find((record) => record.host === host)?.holder;
  return [host, ...(holder?.renamedFrom ?? []).map((name) => name.host)];
}

/** What is wrong with renames when everything has come to rest: one that goes on by itself has not, or one is remembered that is none. */
export function wrongRenames(cluster: FakeCluster): readonly string[] {
  const stuck = cluster
    .all("Domain")
    .flatMap(({ namespace, name, status }) =>
      (status?.conditions ?? [])
        .filter(({ type, status: said }) => type === "Renamed" && said === "Unknown")
        .map(({ reason, message }) => `N2: the rename by ${namespace}/${name} goes on for ever: ${reason}, ${message}`),
    );
  const stale = cluster.all("HostRecord").flatMap(({ host, holder }) => {
    const to = holder?.renamedTo;
    if (holder === undefined || to === undefined || isRenamed(cluster, holder.namespace, to)) return [];
    return [`N2: ${host} is said to be renamed to ${to.host}, which is over`];
  });
  return [...stuck, ...stale];
}

/** The services that answer with a redirect to which no route leads yet. */
export function preparedServices(cluster: FakeCluster): readonly string[] {
  return cluster.all("HostRecord").flatMap(({ host, holder }) => {
    const waits = holder?.renamedTo !== undefined && holder.renamedTo.done === undefined;
    return waits ? [`redirect~${host}~`] : [];
  });
}

/**
 * N-d: old names that lead to a host which somebody else has by now, though it was given up and not taken away. What a
 * claim's own redirect says is its owner's affair.
 */
export function ledElsewhere(cluster: FakeCluster, kong: FakeKong): readonly string[] {
  const records = new Map(cluster.all("HostRecord").map((record) => [record.host as string, record]));
  return [...actualRedirects(kong)].flatMap(([host, to]) => {
    const holder = records.get(host)?.holder;
    const target = records.get(to);
    const own = cluster.get("Domain", `${holder?.namespace ?? ""}/${holder?.name ?? ""}`)?.redirect !== undefined;
    if (own || holder?.renamedTo?.host !== to || target?.holder === undefined) return [];
    const wasTaken = target.history[0]?.reason !== "Deleted";
    return wasTaken || target.holder.namespace === holder.namespace
      ? []
      : [`N-d: ${host}, which was renamed, leads to ${to}, which ${target.holder.namespace} has by now`];
  });
}
