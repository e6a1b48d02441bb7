import { setTimeout as sleep } from "node:timers/promises";
import type { Domain } from "@domain-claims/crds/generated/domain";
import { domain, ingress, paths } from "../support/world/objects.ts";
import type { World } from "../support/world/start-world.ts";
import type { Site } from "./sites.ts";

/** A way in which hosts come to be served and cease to be: by our controller, or by hand. */
export interface Way {
  readonly world: World;
  /** What has to happen, beyond the user's own writes, until the site is served; the claim is as it was answered. */
  readonly serve: (site: Site, claim: Domain) => Promise<void>;
  /** What has to happen, beyond the deletion of the claim, until it is served no more. */
  readonly cease: (site: Site) => Promise<void>;
  /** What may follow later. */
  readonly settle: (site: Site) => Promise<void>;
}

/** Has a site claimed and routed; returns when it is served. */
export async function open(way: Way, site: Site): Promise<void> {
  const { api } = way.world.cluster;
  const { namespace, port } = site.team;
  const claim = await api.must("POST", paths.domains(namespace), domain(site.name, { primary: site.host }));
  await api.must("POST", paths.ingresses(namespace), ingress(site.name, [site.host], "kong", port));
  await way.serve(site, claim as Domain);
  await answers(way.world, site.host, 200);
}

/** Takes the claim of a site away; returns when it is served no more. */
export async function shut(way: Way, site: Site): Promise<void> {
  const { api } = way.world.cluster;
  await api.must("DELETE", `${paths.domains(site.team.namespace)}/${site.name}`);
  await way.cease(site);
  await answers(way.world, site.host, 404);
}

/** Removes what is left of a site that was shut. */
export async function clear(way: Way, site: Site): Promise<void> {
  const { api } = way.world.cluster;
  await way.settle(site);
  await api.must("DELETE", `${paths.ingresses(site.team.namespace)}/${site.name}`);
}

const longest = 150_000;

/** Asks the gateway for the host, again and again, until it answers with this status. */
export async function answers(world: World, host: string, status: number): Promise<void> {
  const begun = performance.now();
  while ((await world.request({ host })).status !== status) {
    if (performance.now() - begun > longest) throw new Error(`${host} is not answered with ${String(status)}`);
    await sleep(0);
  }
}
