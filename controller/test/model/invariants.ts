import { isWildcard, parentOf, recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { taggedNamespace } from "../../src/plan/tags.ts";
import type { KongRoute } from "../../src/plan/entities.ts";
import { settings } from "../support/builders.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import type { Foreign } from "./foreign.ts";
import { authorityOf } from "./ownership.ts";
import { clusterOf, registerOf } from "./observed.ts";

/** The invariants that are looked at after every single change. */
export interface Watchdog {
  /** To be called after every change of the cluster and of Kong. */
  readonly look: () => void;
  /** Sentences about what was broken, with the seed's history beside them enough to find the bug. */
  readonly violations: readonly string[];
  /** How often an invariant was looked at. */
  readonly checks: () => number;
}

/**
 * I1 and I3: a route of ours is there only while the register says that its namespace holds its host. (Not for a route that appeared while two
 * leaders wrote: the younger one knows of it only from its next listing. A Lease keeps leaders apart, the fence in `apply/`
 * keeps the older one from writing.) I2: a holder is
 * released only if the rules had, at some moment since it took the host, taken it away. I4: what is not ours stays as it is. L2b: while a wildcard is live, a
 * host below it that another namespace holds is guarded (left out while two leaders overlap: the register alone is what
 * keeps them apart).
 */
export function watchdog(
  cluster: FakeCluster,
  kong: FakeKong,
  { overlapping, foreign }: { readonly overlapping: () => boolean; readonly foreign: Foreign },
): Watchdog {
  const violations: string[] = [];
  const mayLose = new Set<string>();
  /** The ids of our routes, and of those that appeared while two leaders wrote. */
  const present = new Set<string>();
  const doubtful = new Set<string>();
  let holders = new Map<string, string>();
  let checks = 0;

  const look = (): void => {
    checks += 1;
    const records = new Map(cluster.all("HostRecord").map((record) => [record.host as string, record]));
    if (!untouched(kong, foreign)) violations.push("I4: a foreign entity was touched");
    const routes = [...kong.stored.routes.values()].filter(({ tags }) => tags.includes(settings.kongTag));

    for (const { id } of routes) {
      if (present.has(id)) continue;
      present.add(id);
      if (overlapping()) doubtful.add(id);
    }
    for (const id of present) {
      if (routes.some((route) => route.id === id)) continue;
      present.delete(id);
      doubtful.delete(id);
    }
    for (const route of routes.filter((candidate) => !isGuard(candidate))) {
      for (const host of route.hosts ?? []) {
        const holder = records.get(host)?.holder?.namespace;
        const own = taggedNamespace(route.tags);
        if (holder !== own && !doubtful.has(route.id))
          violations.push(`I3: Kong has a route of ${own ?? "?"} for ${host}, which ${holder ?? "nobody"} holds`);
      }
    }
    if (!overlapping()) for (const gap of unguarded(routes, records)) violations.push(gap);

    const model = clusterOf(cluster);
    const register = registerOf(cluster);
    for (const claim of model.claims) {
      const held = [...register.values()].some(({ uid }) => uid === claim.uid);
      if (held && authorityOf(model, register, claim) === undefined) mayLose.add(claim.uid);
    }
    const now = new Map(
      [...records.values()].flatMap(({ host, holder }) => (holder ? [[host as string, holder.uid]] : [])),
    );
    for (const [host, uid] of holders) {
      if (now.get(host) === uid) continue;
      const gone = !model.claims.some((claim) => claim.uid === uid);
      if (!gone && !mayLose.has(uid)) violations.push(`I2: ${uid} lost ${host} although the rules never took it away`);
      mayLose.delete(uid);
    }
    holders = now;
  };
  return { look, violations, checks: () => checks };
}

function untouched({ stored }: FakeKong, { service, route, plugin }: Foreign): boolean {
  const found = [stored.services.get(service.id), stored.routes.get(route.id), stored.plugins.get(plugin.id)];
  return found[0] === service && found[1] === route && found[2] === plugin;
}

function unguarded(
  routes: readonly KongRoute[],
  records: ReadonlyMap<string, { readonly holder: { readonly namespace: string } | undefined }>,
): readonly string[] {
  const gaps: string[] = [];
  for (const wildcard of routes.filter((route) => !isGuard(route))) {
    for (const host of (wildcard.hosts ?? []).filter((name) => isWildcard(name as Host))) {
      for (const [below, { holder }] of records) {
        if (isWildcard(below as Host) || parentOf(below as Host) !== host.slice(2)) continue;
        if (holder === undefined || holder.namespace === taggedNamespace(wildcard.tags)) continue;
        const guarded = routes.some((route) => isGuard(route) && route.hosts?.includes(below));
        if (!guarded) gaps.push(`L2b: ${host} is live and ${below}, which ${holder.namespace} holds, has no guard`);
      }
    }
  }
  return gaps;
}

function isGuard(route: KongRoute): boolean {
  return route.name.startsWith(`guard~${recordName((route.hosts?.[0] ?? "") as Host)}~`);
}
