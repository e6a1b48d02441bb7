import type { RouteHost } from "@domain-claims/crds/hostname";
import { inOrder } from "../../plan/kong/collections.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import type { EventLoop } from "../../time/event-loop.ts";
import { hostOfClaim } from "../../world/claim-host.ts";
import type { Pieces } from "../../world/pieces.ts";
import type { KongContext } from "./context.ts";
import type { Touched } from "./actual-state.ts";
import type { ForeignListing } from "./foreign-hosts.ts";
import { publishRewritten } from "./publish-live.ts";
import { isShared } from "./shared.ts";
import { slotKey } from "./slot.ts";
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
export interface ResyncContext extends Pick<
  KongContext,
  "actual" | "desired" | "foreign" | "handshakes" | "kong" | "proof" | "state" | "settings"
> {
  readonly eventLoop: EventLoop;
}

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
  const { actual, eventLoop, kong } = context;
  const since = actual.beginListing();
  // Before ours: a route of which somebody takes our tag meanwhile must not be both theirs, whose host ours leave, and ours.
  const foreign = await context.foreign?.read(kong.foreignRoutes(signal));
  const listed: Listed<Collection>[] = [];
  for (const collection of inOrder(actual.table)) listed.push(await listOf(context, collection, signal));

  const found = await eventLoop.inPieces(takenIn(context, listed, since));
  if (foreign !== undefined) await eventLoop.inPieces(takenForeign(context, foreign.take()));
  return { ...found, foreignForgotten: foreign?.forgotten };
}

/** Things that are looked at before others may have their turn: Kong may have very many. */
const piece = 200;

/** Takes in what was listed of ours. */
function* takenIn(
  context: ResyncContext,
  listed: readonly Listed<Collection>[],
  since: number,
): Pieces<Omit<Listing, "foreignForgotten">> {
  const touched: Touched[] = [];
  for (const { collection, pages } of listed) {
    for (const change of yield* context.actual.takeListing(collection, pages, since)) touched.push(change);
  }
  const { rewritten, hosts, perhapsLeft } = yield* concerned(context, touched);
  let published = 0;
  for (const host of rewritten) {
    if (++published % piece === 0) yield;
    publishRewritten(context, host);
  }
  const changed = touched.filter(({ wasUnknown }) => !wasUnknown);
  const drifted = changed.length === touched.length ? { hosts, perhapsLeft } : yield* concerned(context, changed);
  return { hosts, perhapsLeft, drift: { hosts: drifted.hosts, shared: drifted.perhapsLeft.length } };
}

/** Whom what a listing had otherwise concerns. */
interface Concerned extends Pick<Listing, "hosts" | "perhapsLeft"> {
  /** Those of the hosts of which Kong has something else than was known. */
  readonly rewritten: ReadonlySet<RouteHost>;
}

/** Which hosts have to be looked at for what a listing had otherwise, and which services and certificates. */
function* concerned({ desired }: ResyncContext, touched: readonly Touched[]): Pieces<Concerned> {
  const rewritten = new Set<RouteHost>();
  const users = new Set<RouteHost>();
  const perhapsLeft = new Map<string, Slot>();
  for (const [i, { changed, hosts, targets }] of touched.entries()) {
    if (i % piece === 0) yield;
    for (const host of hosts) rewritten.add(host);
    for (const slot of changed) for (const host of desired.usersOf(slot)) users.add(host);
    // A route that somebody else removed may have been the last one of a service that is needed no longer.
    for (const slot of [...changed, ...targets]) if (isShared(slot)) perhapsLeft.set(slotKey(slot), slot);
  }
  return { rewritten, hosts: new Set([...rewritten, ...users]), perhapsLeft: [...perhapsLeft.values()] };
}

/** Tells decisions what foreign routes name, and has the hosts decided again that this concerns. */
function* takenForeign(context: ResyncContext, { routes, changed }: ForeignListing): Pieces<void> {
  const { state } = context;
  if (state.foreign === routes) return;
  state.setForeign(routes, []);
  let news: RouteHost[] = [];
  let asked = 0;
  for (const host of decidedHosts(context)) {
    if (changed(host)) news.push(host);
    if (++asked % piece > 0) continue;
    state.setForeign(routes, news);
    news = [];
    yield;
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
