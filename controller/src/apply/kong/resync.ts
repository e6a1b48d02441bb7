import { setImmediate as nextTurn } from "node:timers/promises";
import type { RouteHost } from "@domain-claims/crds/hostname";
import { inOrder } from "../../plan/kong/collections.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import { hostOfClaim } from "../../world/claim-host.ts";
import type { KongContext } from "./context.ts";
import type { Touched } from "./actual-state.ts";
import type { ForeignListing } from "./foreign-hosts.ts";
import { publishRewritten } from "./publish-live.ts";
import { isShared } from "./shared.ts";
import { uniqueSlots } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** What a listing of everything ours in Kong found otherwise than it was known. */
export interface Listing {
  /** Hosts whose entities differ from what was known: they are to be brought in order again. */
  readonly hosts: ReadonlySet<RouteHost>;
  /** Services and certificates that may be needed no longer. */
  readonly perhapsLeft: readonly Slot[];
  /** What of both somebody else has changed, and not a write of ours whose answer was lost. */
  readonly drift: { readonly hosts: ReadonlySet<RouteHost>; readonly shared: number };
  /** How many hosts of foreign routes are not remembered; undefined: nobody looks for them. */
  readonly foreignForgotten: number | undefined;
}

/** What resync touches of a term. */
export type ResyncContext = Pick<
  KongContext,
  "actual" | "desired" | "foreign" | "handshakes" | "kong" | "proof" | "state" | "settings"
>;

/** The pages of one collection, as they were listed. */
interface Listed<C extends Collection> {
  readonly collection: C;
  readonly pages: readonly (readonly Entities[C][])[];
}

/**
 * Lists everything that carries our tag and takes it into the actual state (rule L7), and what routes of others name into what
 * decisions know (rule X5). What was written while the list was read is not mistaken for drift. Throws KongError, and then nothing has changed.
 */
export async function resync(context: ResyncContext, signal: AbortSignal): Promise<Listing> {
  const { actual, kong } = context;
  const since = actual.beginListing();
  // Before ours: a route of which somebody takes our tag meanwhile must not be both theirs, whose host ours leave, and ours.
  const foreign = await context.foreign?.read(kong.foreignRoutes(signal));
  const listed: Listed<Collection>[] = [];
  for (const collection of inOrder(actual.table)) listed.push(await listOf(context, collection, signal));

  const touched: Touched[] = [];
  for (const { collection, pages } of listed) {
    for (const [i, page] of pages.entries()) {
      // Kong may have very many: the Lease and the probes have their turn between two pages.
      if (i > 0) await nextTurn();
      touched.push(...actual.takeListed(collection, page, since));
    }
    const ids = new Set(pages.flatMap((page) => page.map(({ id }) => id)));
    touched.push(...actual.endListing(collection, ids, since));
  }

  const { rewritten, hosts, perhapsLeft } = concerned(context, touched);
  for (const host of rewritten) publishRewritten(context, host);
  const changed = touched.filter(({ wasUnknown }) => !wasUnknown);
  const drifted = changed.length === touched.length ? { hosts, perhapsLeft } : concerned(context, changed);
  const drift = { hosts: drifted.hosts, shared: drifted.perhapsLeft.length };
  if (foreign !== undefined) await takeForeign(context, foreign.take());
  return { hosts, perhapsLeft, drift, foreignForgotten: foreign?.forgotten };
}

/** Whom what a listing had otherwise concerns. */
interface Concerned extends Pick<Listing, "hosts" | "perhapsLeft"> {
  /** Those of the hosts of which Kong has something else than was known. */
  readonly rewritten: ReadonlySet<RouteHost>;
}

/** Which hosts have to be looked at for what a listing had otherwise, and which services and certificates. */
function concerned({ desired }: ResyncContext, touched: readonly Touched[]): Concerned {
  const changed = touched.flatMap((change) => change.changed);
  const rewritten = new Set(touched.flatMap((change) => change.hosts));
  const hosts = new Set(rewritten);
  for (const slot of changed) for (const host of desired.usersOf(slot)) hosts.add(host);
  // A route that somebody else removed may have been the last one of a service that is needed no longer.
  const perhapsLeft = uniqueSlots([...changed, ...touched.flatMap((change) => change.targets)]).filter(isShared);
  return { rewritten, hosts, perhapsLeft };
}

/** Hosts of which it is asked in one turn of the event loop whether a listing has news of them. */
const mostAsked = 1000;

/** Tells decisions what foreign routes name, and has the hosts decided again that this concerns. */
async function takeForeign(context: ResyncContext, { routes, changed }: ForeignListing): Promise<void> {
  const { state } = context;
  if (state.foreign === routes) return;
  state.setForeign(routes, []);
  let news: RouteHost[] = [];
  let asked = 0;
  for (const host of decidedHosts(context)) {
    if (changed(host)) news.push(host);
    if (++asked % mostAsked > 0) continue;
    state.setForeign(routes, news);
    news = [];
    await nextTurn();
  }
  state.setForeign(routes, news);
}

/** The hosts for which something might be programmed: those that are held, claimed, or reserved. */
function* decidedHosts({ settings, state: { world } }: ResyncContext): Generator<RouteHost> {
  for (const { host } of world.records()) yield host;
  for (const claim of world.claims()) {
    const spec = hostOfClaim(claim);
    if (spec.ok && world.record(spec.host) === undefined) yield spec.host;
  }
  for (const name of settings.reservedNames) yield name as RouteHost;
}

async function listOf<C extends Collection>(
  { kong }: ResyncContext,
  collection: C,
  signal: AbortSignal,
): Promise<Listed<C>> {
  const pages: (readonly Entities[C][])[] = [];
  for await (const page of kong.list(collection, signal)) pages.push(page);
  return { collection, pages };
}
