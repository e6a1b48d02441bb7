import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { taggedNamespace } from "../../src/plan/kong/tags.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import { settings } from "../support/builders.ts";
import type { ModelCluster, ModelRegister } from "./ownership.ts";
import { authorityOf, hostOf } from "./ownership.ts";

/** The cluster as the model sees it. */
export function clusterOf(cluster: FakeCluster): ModelCluster {
  return {
    claims: cluster.all("Domain"),
    namespaces: new Map(cluster.all("Namespace").map(({ name, uid }) => [name, uid])),
  };
}

/** The register as the model sees it. */
export function registerOf(cluster: FakeCluster): ModelRegister {
  return new Map(
    cluster.all("HostRecord").flatMap(({ host, holder, grants }) => {
      if (holder === undefined) return [];
      const { authority } = holder;
      const granted = authority === undefined ? undefined : authority.kind === "none" ? "none" : authority.uid;
      const bound = new Map(grants.map(({ namespace, uid }) => [namespace, uid]));
      return [[host, { uid: holder.uid, authority: granted, grants: bound }] as const];
    }),
  );
}

/**
 * What Kong should serve and guard for this register, as "host namespace" and "host guard", sorted: written without the
 * planner. What needs a service whose name is taken by somebody else is not served.
 */
export function expectedRoutes(cluster: FakeCluster, takenName: string): readonly string[] {
  const holders = new Map(cluster.all("HostRecord").map(({ host, holder }) => [host as string, holder?.namespace]));
  const live = new Set<string>();
  for (const ingress of cluster.all("Ingress")) {
    if (ingress.class?.name !== "kong") continue;
    for (const { host, paths } of ingress.rules) {
      const backed = paths.some(
        ({ backend }) =>
          backend.kind === "service" && cluster.get("Service", `${ingress.namespace}/${backend.service}`),
      );
      // A wildcard has a service of its own, under a name of its own.
      if (!isWildcard(host as Host) && takenName === `${ingress.namespace}.web.80`) continue;
      if (backed && holders.get(host) === ingress.namespace) live.add(`${host} ${ingress.namespace}`);
    }
  }
  const guards: string[] = [];
  for (const [host, namespace] of holders) {
    if (namespace === undefined || isWildcard(host as Host)) continue;
    const wildcard = `*${host.slice(host.indexOf("."))}`;
    const wanted = cluster
      .all("Ingress")
      .some(
        (ingress) =>
          ingress.namespace === holders.get(wildcard) &&
          ingress.class?.name === "kong" &&
          ingress.rules.some((rule) => rule.host === wildcard),
      );
    if (wanted && holders.get(wildcard) !== namespace) guards.push(`${host} guard`);
  }
  return [...live, ...guards].sort();
}

/** What Kong serves and guards, in the words of {@link expectedRoutes}. */
export function actualRoutes(kong: FakeKong): readonly string[] {
  return [...kong.stored.routes.values()]
    .filter(({ tags }) => tags.includes(settings.kongTag))
    .map(
      ({ name, hosts, tags }) =>
        `${hosts?.join() ?? ""} ${name.startsWith("guard~") ? "guard" : (taggedNamespace(tags) ?? "?")}`,
    )
    .sort();
}

/** Statuses that do not say what the register says. */
export function wrongStatuses(cluster: FakeCluster): readonly string[] {
  const model = clusterOf(cluster);
  const register = registerOf(cluster);
  return cluster.all("Domain").flatMap((claim) => {
    const holder = register.get(hostOf(claim))?.uid;
    const phase = holder === claim.uid ? "OK" : "Failed";
    const taken = holder !== undefined && holder !== claim.uid && authorityOf(model, new Map(), claim) !== undefined;
    const { status } = claim;
    const right = status?.phase === phase && (!taken || status.reason === "AlreadyClaimed");
    return right
      ? []
      : [`${claim.namespace}/${claim.name} is ${status?.phase ?? "new"} ${status?.reason ?? ""}, expected ${phase}`];
  });
}
