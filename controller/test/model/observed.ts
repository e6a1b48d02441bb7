import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { taggedNamespace } from "../../src/plan/kong/tags.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import { settings } from "../support/builders.ts";
import { isOthers } from "./foreign.ts";
import type { Foreign } from "./foreign.ts";
import type { ModelClaim, ModelCluster, ModelHolding, ModelRegister } from "./ownership.ts";
import { accepts, authorityOf, hostOf, none } from "./ownership.ts";
import { expectedRedirects } from "./redirects.ts";
import { givenWay, namesOfHost } from "./renames.ts";
import type { Stage } from "./stage.ts";

/** The cluster as the model sees it. */
export function clusterOf({ cluster, redemptionMs }: Pick<Stage, "cluster" | "redemptionMs">): ModelCluster {
  return {
    claims: cluster.all("Domain"),
    namespaces: new Map(cluster.all("Namespace").map(({ name, uid }) => [name, uid])),
    redemption: redemptionMs > 0,
  };
}

/** The register as the model sees it. */
export function registerOf(cluster: FakeCluster): ModelRegister {
  return new Map(
    cluster.all("HostRecord").flatMap(({ host, holder, redemption, grants, transfer }) => {
      const last = holder ?? redemption;
      if (last === undefined) return [];
      const { uid, kind, namespace, namespaceUid, authority, givers = [] } = last;
      const granted = authority?.kind === "none" ? none : authority;
      const bound = new Map(grants.map((grant) => [grant.namespace, grant.uid]));
      const kept = holder === undefined;
      const more = { authority: granted, grants: bound, kept, transfer, givers };
      return [[host, { uid, kind, namespace, namespaceUid, ...more }] as const];
    }),
  );
}

/**
 * What Kong should serve and guard for this register, as "host namespace" and "host guard", sorted: written without the
 * planner. What needs a service whose name is taken by somebody else is not served; nor is a host that is left to others.
 */
export function expectedRoutes({
  cluster,
  foreign,
  handedOver,
}: Pick<Stage, "cluster" | "foreign" | "handedOver">): readonly string[] {
  const left = (host: string): boolean => isOthers(host, foreign, handedOver);
  const holders = new Map(cluster.all("HostRecord").map(({ host, holder }) => [host as string, holder?.namespace]));
  const redirects = expectedRedirects(cluster);
  const live = new Set(
    [...redirects].flatMap(([host, to]) => (to === "" || left(host) ? [] : [`${host} ${holders.get(host) ?? ""}`])),
  );
  const ways = givenWay(cluster);
  for (const [host, namespace] of holders) {
    if (namespace === undefined || redirects.has(host) || ways.has(host)) continue;
    if (isWithoutService(host, namespace, foreign) || left(host)) continue;
    const names = namesOfHost(cluster, host);
    const backed = cluster
      .all("Ingress")
      .filter((ingress) => ingress.namespace === namespace && ingress.class?.name === "kong")
      .flatMap(({ rules }) => rules.filter((rule) => names.includes(rule.host)).flatMap(({ paths }) => paths))
      .some(({ backend }) => backend.kind === "service" && cluster.get("Service", `${namespace}/${backend.service}`));
    if (backed) live.add(`${host} ${namespace}`);
  }
  const guards: string[] = [];
  for (const [host, namespace] of holders) {
    if (namespace === undefined || isWildcard(host as Host)) continue;
    const wildcard = `*${host.slice(host.indexOf("."))}`;
    const wanted =
      redirects.has(wildcard) ||
      cluster
        .all("Ingress")
        .some(
          (ingress) =>
            ingress.namespace === holders.get(wildcard) &&
            ingress.class?.name === "kong" &&
            ingress.rules.some((rule) => rule.host === wildcard),
        );
    if (wanted && holders.get(wildcard) !== namespace && !left(wildcard) && !left(host)) guards.push(`${host} guard`);
  }
  return [...live, ...guards].sort();
}

/** True if the name of the service that the host needs is taken; a wildcard has one of its own, under a name of its own. */
function isWithoutService(host: string, namespace: string, { service }: Foreign): boolean {
  return !isWildcard(host as Host) && service.name === `${namespace}.web.80`;
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
export function wrongStatuses(
  stage: Pick<Stage, "cluster" | "foreign" | "handedOver" | "redemptionMs">,
): readonly string[] {
  const model = clusterOf(stage);
  const register = registerOf(stage.cluster);
  return stage.cluster.all("Domain").flatMap((claim) => {
    const found = register.get(hostOf(claim));
    const holds = found?.kept === false && found.uid === claim.uid;
    const phase = holds ? "OK" : "Failed";
    const { status } = claim;
    const left = holds && isOthers(hostOf(claim), stage.foreign, stage.handedOver);
    const saysSo = status?.conditions.some(({ type, reason }) => type === "Programmed" && reason === "ForeignHost");
    const right =
      status?.phase === phase && saysSo === left && (holds || mayBeTold(model, found, claim, status.reason));
    return right
      ? []
      : [
          `${claim.namespace}/${claim.name} is ${status?.phase ?? "new"} ${status?.reason ?? ""}${saysSo === true ? ", left to others" : ""}, ` +
            `expected ${phase}${left ? ", left to others" : ""}`,
        ];
  });
}

/** That somebody has the host is said to all who could have it, were there nobody else. */
function mayBeTold(model: ModelCluster, found: ModelHolding | undefined, claim: ModelClaim, reason: string): boolean {
  if (found === undefined || authorityOf(model, new Map(), claim) === undefined) return true;
  if (!found.kept) {
    const given = claim.transferTo !== undefined || reason === "Transferred";
    return reason === "AlreadyClaimed" || given || accepts(model, found, claim);
  }
  return model.namespaces.get(claim.namespace) === found.namespaceUid || reason === "InRedemption";
}
