import type { RouteHost } from "@domain-claims/crds/hostname";
import { collections } from "../../plan/kong/entities.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import type { KongContext } from "./context.ts";
import { publishLive } from "./entity.ts";

/** What a listing of everything ours in Kong found otherwise than it was known. */
export interface Listing {
  /** Hosts whose entities differ from what was known: they are to be brought in order again. */
  readonly hosts: ReadonlySet<RouteHost>;
  /** Services that may be needed no longer. */
  readonly services: ReadonlySet<string>;
}

/**
 * Lists everything that carries our tag and takes it into the mirror (rule L7). What was written while the list was read
 * is not mistaken for drift. Throws KongError, and then nothing has changed.
 */
export async function resync(context: KongContext, signal: AbortSignal): Promise<Listing> {
  const since = context.actual.beginListing();
  const listed: { [C in Collection]: Entities[C][] } = { services: [], plugins: [], routes: [] };
  for (const collection of collections) await listInto(context, collection, listed[collection], signal);
  const touched = [
    ...context.actual.replace("services", listed.services, since),
    ...context.actual.replace("plugins", listed.plugins, since),
    ...context.actual.replace("routes", listed.routes, since),
  ];
  const hosts = new Set(touched.flatMap((change) => change.hosts));
  for (const host of hosts) publishLive(context, host);
  const services = new Set(touched.flatMap((change) => change.services));
  for (const service of services) for (const host of context.desired.usersOf(service)) hosts.add(host);
  for (const id of touched.flatMap((change) => change.routes)) {
    const host = context.desired.hostOfRoute(id);
    if (host !== undefined) hosts.add(host);
  }
  // A route that somebody else removed may have been the last one of a service that is needed no longer.
  for (const id of touched.flatMap((change) => change.targets)) services.add(id);
  return { hosts, services };
}

async function listInto<C extends Collection>(
  context: KongContext,
  collection: C,
  into: Entities[C][],
  signal: AbortSignal,
): Promise<void> {
  for await (const page of context.kong.list(collection, signal)) into.push(...page);
}
