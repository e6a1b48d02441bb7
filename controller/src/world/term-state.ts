import { clusterNamespace } from "@domain-claims/crds/domain";
import { anyHost, hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { sameJson } from "./compare.ts";
import { Covered } from "./covered.ts";
import { DecidedOnceMemo } from "./decided-once.ts";
import type { DecidedOnce } from "./decided-once.ts";
import { FactChanges } from "./fact-changes.ts";
import { isNothing, nothingLive, sameKong, sameLive, sameLiveTls } from "./kong-state.ts";
import type { ForeignRoutes, KongState, Live, NamedRoute, Programmed, StayOver } from "./kong-state.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import type { PendingWrite } from "./pending-write.ts";
import { atOnce } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import type { ServiceRef } from "./core-v1.ts";
import { ShownRoutesByHost } from "./shown-routes.ts";
import type { ShownRoutes } from "./shown-routes.ts";
import { secretKey } from "./tls.ts";
import type { SecretRef, TlsSecret } from "./tls.ts";
import type { Claim } from "./claim.ts";
import type { WorldEvent } from "./event.ts";
import type { World } from "./world.ts";

const nobody = { holder: undefined };

/** Records that are counted before others may have their turn. */
const piece = 500;

/**
 * What one term of leadership knows beside what is watched: what Kong has, how writes went, which are under way. It begins
 * with nothing, since whoever writes has to look for itself. Each change is told to `onChange` with the keys of the facts
 * that it changed; the facts that an event of the world changes are among them.
 */
export class TermState {
  readonly world: World;
  readonly #onChange: (changed: readonly FactKey[]) => void;
  readonly #live = new Map<RouteHost, Live>();
  readonly #programmed = new Map<RouteHost, Programmed>();
  /** The hosts of which the gateway has shown what Kong has. */
  readonly #inEffect = new Set<RouteHost>();
  /** Which version of what Kong has for each host is the last; see {@link versionOf}. */
  readonly #versions = new Map<RouteHost, number>();
  #lastVersion = 0;
  readonly #shownRoutes = new ShownRoutesByHost();
  /** Of each host what was in effect before any route leads there; see {@link setStandbyInEffect}. */
  readonly #standby = new Map<RouteHost, string>();
  /** Whose routes of a host have stayed for too long; see {@link setStayOver}. */
  readonly #stayOver = new Map<RouteHost, StayOver>();
  /** The Services to which routes of a host lead that stay; see {@link setStaysOn}. */
  readonly #staysOn = new Map<RouteHost, readonly ServiceRef[]>();
  readonly #pendingWrites = new Map<Host, PendingWrite>();
  readonly #gone = new Map<Host, string>();
  readonly #over = new Map<Host, string>();
  readonly #tlsSecrets = new Map<string, TlsSecret>();
  /** The claims, by namespace and name, whose last write was refused: their UIDs. */
  readonly #unwritable = new Map<string, string>();
  readonly #unguarded = new Covered(factKeys.unguarded);
  readonly #withheld = new Covered(factKeys.withheld);
  readonly #changes = new FactChanges();
  readonly #decided = new DecidedOnceMemo(this.#changes);
  readonly #unsubscribe: () => void;
  #foreign: ForeignRoutes | undefined;
  #kong: KongState = { synced: false, preFunction: false };

  /** `countLater`: the records that there are by now are counted by {@link countRecords}, before anything is decided. */
  constructor(
    world: World,
    onChange: (changed: readonly FactKey[]) => void = () => undefined,
    { countLater = false } = {},
  ) {
    this.world = world;
    this.#onChange = onChange;
    if (!countLater) atOnce(this.countRecords());
    this.#unsubscribe = world.subscribe((event, changed) => this.#onEvent(event, changed));
  }

  /** Counts the records that there are, in pieces. What becomes of them meanwhile is counted as it comes. */
  *countRecords(): Pieces<void> {
    let counted = 0;
    for (const { host } of this.world.records()) {
      if (++counted % piece === 0) yield;
      this.#recount(host);
    }
  }

  /** Ends the term: the world's events are not taken in any more. */
  end(): void {
    this.#unsubscribe();
  }

  /** Grows with every change of a fact: what was decided at this revision holds until it grows. */
  get revision(): number {
    return this.#changes.revision;
  }

  /** Says what Kong has for a host now. */
  setLive(host: RouteHost, live: Live): void {
    const before = this.live(host);
    const same = sameLive(before, live);
    if (this.#shownRoutes.note(host, live.written !== undefined)) this.#changed([factKeys.shownRoutes(host)]);
    const sameTls = sameLiveTls(before, live);
    if (same && sameTls) return;
    if (isNothing(live)) this.#live.delete(host);
    else this.#live.set(host, live);
    const changed = [...(same ? [] : [factKeys.live(host)]), ...(sameTls ? [] : [factKeys.liveTls(host)])];
    this.#changed([...changed, ...this.#recount(host)]);
  }

  /** Says how the writes for a host went; undefined forgets it. */
  setProgrammed(host: RouteHost, programmed: Programmed | undefined): void {
    const before = this.#programmed.get(host);
    if (sameJson(before, programmed)) return;
    if (programmed === undefined) {
      this.#programmed.delete(host);
      this.setRewritten(host);
      this.#versions.delete(host);
    } else this.#programmed.set(host, programmed);
    this.#changed([factKeys.programmed(host), ...this.#recount(host)]);
  }

  /** The version of what Kong has for the host: each write has another, and no two of a term are the same. */
  versionOf(host: RouteHost): number {
    const version = this.#versions.get(host) ?? this.#lastVersion++;
    this.#versions.set(host, version);
    return version;
  }

  /** Says that what Kong has for the host has become another: of that the gateway has shown nothing. */
  setRewritten(host: RouteHost): void {
    this.#versions.set(host, this.#lastVersion++);
    if (this.#inEffect.delete(host)) this.#changed([factKeys.inEffect(host)]);
  }

  /** Says that the gateway has shown the version; what was written since counts as not shown. */
  setInEffect(host: RouteHost, version: number): void {
    if (version !== this.versionOf(host) || this.#inEffect.has(host) || !this.#programmed.has(host)) return;
    this.#inEffect.add(host);
    this.#changed([factKeys.inEffect(host)]);
  }

  /** Which routes Kong has for the host now, see {@link ShownRoutesByHost.since}; undefined: it has none. */
  routesSince(host: RouteHost): number | undefined {
    return this.#shownRoutes.since(host);
  }

  /** Says as what the gateway has shown the host's routes of then; `late`: that it was asked, and has not. */
  setShownRoutes(host: RouteHost, since: number, shown: { readonly as: string } | "late"): void {
    if (this.#shownRoutes.set(host, since, shown)) this.#changed([factKeys.shownRoutes(host)]);
  }

  /** Says what the gateway has in effect for the host before any route leads there; undefined: nothing is waited for. */
  setStandbyInEffect(host: RouteHost, name: string | undefined): void {
    this.#keep(this.#standby, host, name, factKeys.standby(host));
  }

  /** Says whose routes have stayed for too long while what is to take their place does not get there; undefined: nobody's. */
  setStayOver(host: RouteHost, over: StayOver | undefined): void {
    this.#keep(this.#stayOver, host, over, factKeys.standby(host));
  }

  /** Says to which Services the routes of the host lead that stay until something takes their place; undefined: none stay. */
  setStaysOn(host: RouteHost, services: readonly ServiceRef[] | undefined): void {
    this.#keep(this.#staysOn, host, services, factKeys.standby(host));
  }

  /** Says that the host's record is being written; undefined: it is known again what it says. */
  setPendingWrite(host: Host, pending: PendingWrite | undefined): void {
    if (pending === undefined) {
      if (!this.#pendingWrites.delete(host)) return;
    } else this.#pendingWrites.set(host, pending);
    this.#changed([factKeys.pendingWrite(host), ...this.#recount(host)]);
  }

  /** Remembers that the API server itself says that the claim with this UID, which the host's record names, is gone. */
  setGone(host: Host, uid: string): void {
    this.#keep(this.#gone, host, uid, factKeys.gone(host));
  }

  /** Says that by the clock the time of the host that ends then has ended: decisions have no clock of their own. */
  setOver(host: Host, until: string): void {
    this.#keep(this.#over, host, until, factKeys.over(host));
  }

  /** Says what a Secret has for TLS; undefined: nobody needs to know any more. */
  setTlsSecret(secret: SecretRef, known: TlsSecret | undefined): void {
    this.#keep(this.#tlsSecrets, secretKey(secret), known, factKeys.tlsSecret(secret.namespace, secret.name));
  }

  /** Says whether the API server takes what is written into the claim; true if that is news. */
  setUnwritable({ namespace, name, uid }: Pick<Claim, "namespace" | "name" | "uid">, unwritable: boolean): boolean {
    const key = objectKey(namespace, name);
    if (this.isUnwritable({ namespace, name, uid }) === unwritable) return false;
    if (unwritable) this.#unwritable.set(key, uid);
    else this.#unwritable.delete(key);
    this.#changed([factKeys.unwritable(namespace, name)]);
    return true;
  }

  /** Says what is known of Kong. */
  setKong(kong: KongState): void {
    if (sameKong(this.#kong, kong)) return;
    this.#kong = kong;
    this.#shownRoutes.setAsks(kong.asks === true);
    this.#changed([factKeys.kong]);
  }

  /** Says what routes of others in Kong name from now on, and for which of the hosts that is news. */
  setForeign(routes: ForeignRoutes, news: readonly RouteHost[]): void {
    if (this.#foreign === routes && news.length === 0) return;
    this.#foreign = routes;
    this.#changed(news.map((host) => factKeys.foreignRoute(host)));
  }

  /** An answer that is not looked for again while what it rests on is the same; see {@link DecidedOnceMemo}. The settings never change. */
  memoize<T>(
    question: symbol,
    subject: string,
    given: unknown,
    decide: (before: T | undefined) => DecidedOnce<T>,
  ): DecidedOnce<T> {
    return this.#decided.get(question, subject, given, decide);
  }

  live(host: RouteHost): Live {
    return this.#live.get(host) ?? nothingLive;
  }
  /** How the last writes for the host went; undefined: there was none yet. */
  programmed(host: RouteHost): Programmed | undefined {
    return this.#programmed.get(host);
  }
  isInEffect(host: RouteHost): boolean {
    return this.#inEffect.has(host);
  }
  shownRoutes(host: RouteHost): ShownRoutes {
    return this.#shownRoutes.of(host);
  }
  isStandbyInEffect(host: RouteHost, name: string): boolean {
    return this.#standby.get(host) === name;
  }
  /** Whose routes of the host have stayed for too long; undefined: nobody's. */
  stayOver(host: RouteHost): StayOver | undefined {
    return this.#stayOver.get(host);
  }
  /** The Services to which those of its routes lead that stay; empty: none do. */
  staysOn(host: RouteHost): readonly ServiceRef[] {
    return this.#staysOn.get(host) ?? [];
  }
  /** The write of the host's record that is under way; undefined: none is. */
  pendingWrite(host: Host): PendingWrite | undefined {
    return this.#pendingWrites.get(host);
  }
  isGone(host: Host, uid: string): boolean {
    return this.#gone.get(host) === uid;
  }
  isOver(host: Host, until: string): boolean {
    return this.#over.get(host) === until;
  }
  /** What the Secret has for TLS; undefined while nobody has looked. */
  tlsSecret(secret: SecretRef): TlsSecret | undefined {
    return this.#tlsSecrets.get(secretKey(secret));
  }
  isUnwritable({ namespace, name, uid }: Pick<Claim, "namespace" | "name" | "uid">): boolean {
    return this.#unwritable.get(objectKey(namespace, name)) === uid;
  }
  /** What routes of others in Kong name; undefined while they have not been listed. */
  get foreign(): ForeignRoutes | undefined {
    return this.#foreign;
  }
  /** The route of others in Kong that names the host; undefined: none does. */
  foreignRoute(host: RouteHost): NamedRoute | undefined {
    return this.#foreign?.routeFor(host);
  }
  get kong(): KongState {
    return this.#kong;
  }
  /** True if the cover would serve a host of a namespace other than `namespace` which has no guard yet. */
  hasUnguarded(cover: RouteHost, namespace: string): boolean {
    return this.#unguarded.hasOther(cover, namespace);
  }
  /** True if one of these gets none, since a route of others names it (rule X5). */
  hasWithheld(cover: RouteHost, namespace: string): boolean {
    return this.#withheld.hasOther(cover, namespace);
  }

  #onEvent(event: WorldEvent, changed: readonly FactKey[]): void {
    if (event.kind === "Domain" && event.type === "delete")
      this.#unwritable.delete(objectKey(event.namespace, event.name));
    // Which cluster this is is no fact (see Facts): when it becomes known, nothing that was decided before holds.
    if (event.kind === "Namespace" && event.type === "set" && event.object.name === clusterNamespace)
      this.#changes.note([]);
    if (event.kind !== "HostRecord") {
      if (changed.length > 0) this.#changed(changed);
      return;
    }
    const host = event.type === "set" ? event.object.host : hostOfRecord(event.name);
    const { holder } = event.type === "set" ? event.object : nobody;
    if (this.#gone.get(host) !== holder?.uid) this.#gone.delete(host);
    if (event.type === "delete") this.#over.delete(host);
    this.#changed([...changed, ...this.#recount(host)]);
  }

  /** Keeps the value (undefined: none) by its key; unless it is the same as before, the fact has changed. */
  #keep<K, V>(kept: Map<K, V>, key: K, value: V | undefined, fact: FactKey): void {
    if (sameJson(kept.get(key), value)) return;
    if (value === undefined) kept.delete(key);
    else kept.set(key, value);
    this.#changed([fact]);
  }

  #changed(keys: readonly FactKey[]): void {
    this.#changes.note(keys);
    this.#onChange(keys);
  }

  /** Keeps {@link hasUnguarded} true to who holds the host (or is about to), and to whether its guard is in Kong. */
  #recount(host: RouteHost): readonly FactKey[] {
    if (host === anyHost) return [];
    const holder = this.world.record(host)?.holder?.namespace ?? this.#pendingWrites.get(host)?.namespace;
    const unguarded = this.live(host).guard ? undefined : holder;
    const withheld = this.programmed(host)?.reason === "ForeignHost" ? unguarded : undefined;
    return [...this.#unguarded.count(host, unguarded), ...this.#withheld.count(host, withheld)];
  }
}
