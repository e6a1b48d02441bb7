import { isWildcard, parentOf, recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { taggedNamespace } from "../../src/plan/kong/tags.ts";
import type { KongRoute } from "../../src/plan/kong/entities.ts";
import type { Holder } from "../../src/world/host-record.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import { Answers } from "./answers.ts";
import { ourSnis } from "./certificates.ts";
import { isOthers } from "./foreign.ts";
import { Handovers } from "./handovers.ts";
import type { Foreign } from "./foreign.ts";
import { accepts, authorityOf, hostOf } from "./ownership.ts";
import type { ModelCluster, ModelRegister } from "./ownership.ts";
import { clusterOf, registerOf } from "./observed.ts";
import { Promises } from "./promises.ts";
import { ledElsewhere } from "./renames.ts";
import type { Stage } from "./stage.ts";

/** The invariants that are looked at after every single change. */
export interface Watchdog {
  /** To be called after every change of the cluster and of Kong. */
  readonly look: () => void;
  /** To be called when everything has come to rest. */
  readonly atRest: () => void;
  /** Sentences about what was broken, with the seed's history beside them enough to find the bug. */
  readonly violations: readonly string[];
  /** How often an invariant was looked at. */
  readonly checks: () => number;
}

/**
 * Looks at what must hold at every moment. I1 and I3: a route or an SNI of ours is there only while the register says that
 * its namespace holds its host. I2: a holder loses its host only after the rules had taken it away. I4: what is not ours stays
 * as it is. X5: nothing of ours is there for a host that a route of others names, and that is not handed over. N-c: what was not released is nobody else's before its time is over. N-a, N-b: see {@link Handovers} and {@link Answers}. N-d: an old name leads to nobody else's. L2b: while a wildcard is live, a host below it that another namespace holds is guarded.
 *
 * While two leaders write, a route that appears is left out of I3, and guards are not looked at: each leader knows of the
 * other's routes only from its next listing. A Lease keeps leaders apart, the fence in `apply/` keeps the older one from
 * writing; here the register alone does.
 */
export function watchdog(stage: Stage, { overlapping }: { readonly overlapping: () => boolean }): Watchdog {
  const { cluster, kong, foreign, gateway, handedOver } = stage;
  const violations: string[] = [];
  const doubtful = new Doubtful();
  const losses = new Losses();
  const promises = new Promises(stage);
  const handovers = new Handovers(stage);
  const answers = new Answers(stage);
  let checks = 0;

  const look = (): void => {
    checks += 1;
    const holders = new Map(cluster.all("HostRecord").map(({ host, holder }) => [host as string, holder]));
    gateway.look();
    const routes = gateway.possible;
    const snis = ourSnis(kong);
    doubtful.look([...routes, ...snis], overlapping());
    const certain = routes.filter(({ id }) => !doubtful.has(id));
    if (!untouched(kong, foreign)) violations.push("I4: a foreign entity was touched");
    for (const host of routes.flatMap(({ hosts }) => hosts ?? []))
      if (isOthers(host, foreign, handedOver)) violations.push(`X5: Kong has a route of ours for ${host}`);
    violations.push(...handovers.look(registerOf(cluster), routes));
    const own = certain.filter((route) => route.hosts?.some((host) => handovers.mayStay(route, host)) !== true);
    violations.push(...unheld(own, holders), ...(overlapping() ? [] : unguarded(routes, gateway.certain, holders)));
    violations.push(
      ...snis
        .filter(({ id, name, namespace }) => !doubtful.has(id) && !maySecure(holders.get(name), namespace))
        .map(
          ({ name, secret }) => `I3: Kong has an SNI ${name} that leads to ${secret}, whose namespace does not hold it`,
        ),
      ...snis
        .filter(({ namespace, secret }) => !secret.startsWith(`${namespace}/`))
        .map(({ name, secret }) => `I3: the SNI ${name} leads to ${secret}, a Secret of somebody else`),
    );
    if (!overlapping()) violations.push(...ledElsewhere(cluster, kong));
    violations.push(...answers.look(overlapping()));
    violations.push(...losses.look(clusterOf(stage), registerOf(cluster)));
    violations.push(...promises.look(clusterOf(stage), registerOf(cluster)));
  };
  return { look, atRest: () => answers.atRest(), violations, checks: () => checks };
}

/** Who holds each host. */
type Holders = ReadonlyMap<string, Standing | undefined>;

type Standing = Pick<Holder, "namespace" | "givers">;

/** T7, N4: the certificate of a holder, or of whoever handed the host over, for as long as that one's own can't be served. */
function maySecure(holder: Standing | undefined, namespace: string): boolean {
  return holder?.namespace === namespace || holder?.givers?.some((giver) => giver.namespace === namespace) === true;
}

/** The routes and SNIs that appeared while two leaders wrote, for as long as they are there. */
class Doubtful {
  /** Everything that was there, by id: whether it is doubtful. */
  #present = new Map<string, boolean>();

  /** What is there now, and whether two leaders write. */
  look(entities: readonly { readonly id: string }[], overlapping: boolean): void {
    this.#present = new Map(entities.map(({ id }) => [id, this.#present.get(id) ?? overlapping]));
  }

  has(id: string): boolean {
    return this.#present.get(id) === true;
  }
}

/** Follows who loses a host, and whether the rules had taken it away at some moment since it was taken (I2). */
class Losses {
  /** Host to the UID of its holder, at the last look. */
  #holders: ReadonlyMap<string, string> = new Map();
  readonly #mayLose = new Set<string>();

  /** Sentences about those that lost a host since the last look, although the rules never took it away. */
  look(cluster: ModelCluster, register: ModelRegister): readonly string[] {
    const holdings = [...register].filter(([, { kept }]) => !kept);
    const now = new Map(holdings.map(([host, { uid }]) => [host, uid]));
    const held = new Set(now.values());
    for (const claim of cluster.claims) {
      if (held.has(claim.uid) && authorityOf(cluster, register, claim) === undefined) this.#mayLose.add(claim.uid);
      const holding = register.get(hostOf(claim));
      if (holding !== undefined && accepts(cluster, holding, claim)) this.#mayLose.add(holding.uid);
    }
    const losers = [...this.#holders].filter(([host, uid]) => now.get(host) !== uid);
    const robbed = losers.filter(
      ([, uid]) => !this.#mayLose.has(uid) && cluster.claims.some((claim) => claim.uid === uid),
    );
    for (const [, uid] of losers) this.#mayLose.delete(uid);
    this.#holders = now;
    return robbed.map(([host, uid]) => `I2: ${uid} lost ${host} although the rules never took it away`);
  }
}

/** I3: routes of namespaces that do not hold their hosts. */
function unheld(routes: readonly KongRoute[], holders: Holders): readonly string[] {
  return routes
    .filter((route) => !isGuard(route))
    .flatMap(({ hosts, tags }) => (hosts ?? []).map((host) => ({ host, own: taggedNamespace(tags) })))
    .filter(({ host, own }) => holders.get(host)?.namespace !== own)
    .map(({ host, own }) => {
      const holder = holders.get(host)?.namespace ?? "nobody";
      return `I3: Kong has a route of ${own ?? "?"} for ${host}, which ${holder} holds`;
    });
}

function untouched({ stored }: FakeKong, { service, route, plugin }: Foreign): boolean {
  const found = [stored.services.get(service.id), stored.routes.get(route.id), stored.plugins.get(plugin.id)];
  return found[0] === service && found[1] === route && found[2] === plugin;
}

/** L2b: hosts below a live wildcard of another namespace that have no guard. */
function unguarded(routes: readonly KongRoute[], certain: readonly KongRoute[], holders: Holders): readonly string[] {
  const gaps: string[] = [];
  for (const wildcard of routes.filter((route) => !isGuard(route))) {
    for (const host of (wildcard.hosts ?? []).filter((name) => isWildcard(name as Host))) {
      for (const [below, holder] of holders) {
        if (isWildcard(below as Host) || parentOf(below as Host) !== host.slice(2)) continue;
        if (holder === undefined || holder.namespace === taggedNamespace(wildcard.tags)) continue;
        const guarded = certain.some((route) => isGuard(route) && route.hosts?.includes(below));
        if (!guarded) gaps.push(`L2b: ${host} is live and ${below}, which ${holder.namespace} holds, has no guard`);
      }
    }
  }
  return gaps;
}

function isGuard(route: KongRoute): boolean {
  return route.name.startsWith(`guard~${recordName((route.hosts?.[0] ?? "") as Host)}~`);
}
