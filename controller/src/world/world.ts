import { anyHost, hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { replaced } from "./alike.ts";
import { defaultLimits } from "./limits.ts";
import type { SourceLimits } from "./limits.ts";
import { Memo } from "./memo.ts";
import { Claims } from "./claims.ts";
import { coversOf } from "./covers.ts";
import { Counts } from "./counts.ts";
import type { KongState, PendingWrite, Live, Programmed } from "./kong-state.ts";
import type { Source, SourceClass, SourceRef } from "./source.ts";
import { Sources } from "./sources.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import { Register } from "./register.ts";
import { atLeastVersion } from "./versions.ts";
import type { Claim, HostRecord, Namespace, Service, WatchedKind, WorldEvent } from "./types.ts";

const nothingLive: Live = { namespaces: [], guard: false };

/**
 * Indexes over everything that is watched, and over what Kong is known to have. Each change answers with the keys of the
 * facts that it changed, at a cost that does not depend on how much else there is.
 */
export class World {
  readonly #claims = new Claims();
  readonly #register = new Register();
  readonly #sources: Sources;
  readonly #namespaces = new Map<string, Namespace>();
  readonly #classes = new Map<string, SourceClass>();
  readonly #services = new Map<string, Service>();
  readonly #live = new Map<RouteHost, Live>();
  readonly #programmed = new Map<RouteHost, Programmed>();
  readonly #pendingWrites = new Map<Host, PendingWrite>();
  readonly #gone = new Set<string>();
  readonly #unguarded = new Counts<RouteHost>();
  readonly #countedAs = new Map<Host, string>();
  readonly #memo = new Memo();
  #kong: KongState = { synced: false, preFunction: false };

  constructor({ routesPerNamespace }: Pick<SourceLimits, "routesPerNamespace"> = defaultLimits) {
    this.#sources = new Sources(routesPerNamespace);
  }

  /** Takes in what a watch has seen; returns the keys of the facts that changed. */
  apply(event: WorldEvent): readonly FactKey[] {
    this.#memo.forget();
    if (event.type === "delete") return this.#delete(event.kind, event.namespace, event.name);
    switch (event.kind) {
      case "Domain":
        return unique(this.#claims.set(event.object));
      case "HostRecord":
        return this.#setRecord(event.object);
      case "Namespace":
        return replaced(this.#namespaces, event.object.name, event.object, factKeys.namespace(event.object.name));
      case "IngressClass":
        return replaced(this.#classes, event.object.name, event.object, factKeys.sourceClass(event.object.name));
      case "Service": {
        const { namespace, name } = event.object;
        return replaced(this.#services, objectKey(namespace, name), event.object, factKeys.service(namespace, name));
      }
      default:
        return unique(this.#sources.set(event.object));
    }
  }

  /** Says what Kong has for a host now. */
  setLive(host: RouteHost, live: Live): readonly FactKey[] {
    this.#memo.forget();
    const before = this.live(host);
    const same = before.guard === live.guard && (before.coming ?? false) === (live.coming ?? false);
    if (same && before.namespaces.join() === live.namespaces.join()) return [];
    if (live.namespaces.length === 0 && !live.guard) this.#live.delete(host);
    else this.#live.set(host, live);
    return [factKeys.live(host), ...this.#recount(host)];
  }

  /** Says how the writes for a host went; undefined forgets it. */
  setProgrammed(host: RouteHost, programmed: Programmed | undefined): readonly FactKey[] {
    this.#memo.forget();
    const before = this.#programmed.get(host);
    if (before?.reason === programmed?.reason && before?.message === programmed?.message) return [];
    if (programmed === undefined) this.#programmed.delete(host);
    else this.#programmed.set(host, programmed);
    return [factKeys.programmed(host)];
  }

  /** Says that the host's holder is being changed; undefined: no longer. The watch ends it when it shows the version. */
  setPendingWrite(host: Host, pendingWrite: PendingWrite | undefined): readonly FactKey[] {
    this.#memo.forget();
    const shown = this.#register.get(host);
    const over =
      pendingWrite?.version !== undefined &&
      shown !== undefined &&
      atLeastVersion(shown.resourceVersion, pendingWrite.version);
    if (pendingWrite === undefined || over) this.#pendingWrites.delete(host);
    else this.#pendingWrites.set(host, pendingWrite);
    return [factKeys.pendingWrite(host), ...this.#recount(host)];
  }

  /** Remembers that the API server itself says that the claim with this UID is gone. */
  setGone(uid: string): readonly FactKey[] {
    this.#memo.forget();
    if (this.#gone.has(uid)) return [];
    this.#gone.add(uid);
    return [factKeys.gone(uid)];
  }

  /** Says what is known of Kong. */
  setKong(kong: KongState): readonly FactKey[] {
    this.#memo.forget();
    if (this.#kong.synced === kong.synced && this.#kong.preFunction === kong.preFunction) return [];
    this.#kong = kong;
    return [factKeys.kong];
  }

  /** Forgets all that is known of Kong and of writes under way: whoever writes next has to look for itself. */
  forgetKong(): void {
    this.#memo.forget();
    const hosts = new Set([...this.#live.keys(), ...this.#pendingWrites.keys()]);
    this.#live.clear();
    this.#pendingWrites.clear();
    this.#programmed.clear();
    this.#kong = { synced: false, preFunction: false };
    for (const host of hosts) this.#recount(host);
  }

  /** An answer that is not looked for again before something changes; `by` is what it depends on beside the world. */
  memoize<T>(by: object, what: string, answer: () => T): T {
    return this.#memo.get(by, what, answer);
  }

  claim(namespace: string, name: string): Claim | undefined {
    return this.#claims.get(namespace, name);
  }
  /** Oldest first. */
  claimsFor(host: Host): readonly Claim[] {
    return this.#claims.for(host);
  }
  record(host: Host): HostRecord | undefined {
    return this.#register.get(host);
  }
  /** Records of primaries strictly below the host that were granted when nothing enclosed them, by name. */
  carveOuts(host: Host): readonly HostRecord[] {
    return this.#register.carveOuts(host);
  }
  /** Records without a holder, by the namespace that held last. */
  released(namespace: string): readonly HostRecord[] {
    return this.#register.released(namespace);
  }
  namespace(name: string): Namespace | undefined {
    return this.#namespaces.get(name);
  }
  source(ref: SourceRef): Source | undefined {
    return this.#sources.get(ref);
  }
  /** The sources of a namespace that name the host, oldest first. */
  sourcesFor(namespace: string, host: RouteHost): readonly Source[] {
    return this.#sources.for(namespace, host);
  }
  /** True if the source asks for more routes than its namespace may have beside those of older ones. */
  isLeftOut(source: Source): boolean {
    return this.#sources.isLeftOut(source);
  }
  sourceClass(name: string): SourceClass | undefined {
    return this.#classes.get(name);
  }
  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(objectKey(namespace, name));
  }
  live(host: RouteHost): Live {
    return this.#live.get(host) ?? nothingLive;
  }
  programmed(host: RouteHost): Programmed | undefined {
    return this.#programmed.get(host);
  }
  pendingWrite(host: Host): PendingWrite | undefined {
    return this.#pendingWrites.get(host);
  }
  isGone(uid: string): boolean {
    return this.#gone.has(uid);
  }
  get kong(): KongState {
    return this.#kong;
  }
  /** True if the cover would serve a host of a namespace other than `namespace` which has no guard yet. */
  hasUnguarded(cover: RouteHost, namespace: string): boolean {
    return this.#unguarded.hasOther(cover, namespace);
  }

  /** All claims. */
  claims(): IterableIterator<Claim> {
    return this.#claims.all();
  }
  /** All records. */
  records(): IterableIterator<HostRecord> {
    return this.#register.all();
  }
  /** All sources. */
  sources(): IterableIterator<Source> {
    return this.#sources.all();
  }

  #delete(kind: WatchedKind, namespace: string, name: string): readonly FactKey[] {
    switch (kind) {
      case "Domain":
        return this.#claims.remove(namespace, name);
      case "HostRecord":
        return this.#removeRecord(name);
      case "Namespace":
        this.#namespaces.delete(name);
        return [factKeys.namespace(name)];
      case "IngressClass":
        this.#classes.delete(name);
        return [factKeys.sourceClass(name)];
      case "Service":
        this.#services.delete(objectKey(namespace, name));
        return [factKeys.service(namespace, name)];
      default:
        return this.#sources.remove({ kind, namespace, name });
    }
  }

  #setRecord(record: HostRecord): readonly FactKey[] {
    const { host } = record;
    const before = this.#register.get(host)?.holder?.uid;
    if (before !== undefined && before !== record.holder?.uid) this.#gone.delete(before);
    const changed = this.#register.set(record);
    const awaited = this.#pendingWrites.get(host)?.version;
    if (awaited !== undefined && atLeastVersion(record.resourceVersion, awaited)) this.#pendingWrites.delete(host);
    return unique([...changed, factKeys.pendingWrite(host), ...this.#recount(host)]);
  }

  #removeRecord(name: string): readonly FactKey[] {
    const host = hostOfRecord(name);
    const holder = this.#register.get(host)?.holder;
    if (holder !== undefined) this.#gone.delete(holder.uid);
    const changed = this.#register.remove(host);
    if (changed.length === 0) return [];
    if (this.#pendingWrites.get(host)?.version !== undefined) this.#pendingWrites.delete(host);
    return unique([...changed, factKeys.pendingWrite(host), ...this.#recount(host)]);
  }

  /** Keeps {@link hasUnguarded} true to who holds the host (or is about to), and to whether its guard is in Kong. */
  #recount(host: RouteHost): readonly FactKey[] {
    if (host === anyHost) return [];
    const holder = this.#register.get(host)?.holder?.namespace ?? this.#pendingWrites.get(host)?.namespace;
    const now = holder === undefined || this.live(host).guard ? undefined : holder;
    const before = this.#countedAs.get(host);
    if (before === now) return [];
    const changed: FactKey[] = [];
    for (const cover of coversOf(host)) {
      if (before !== undefined && this.#unguarded.add(cover, before, -1)) changed.push(factKeys.unguarded(cover));
      if (now !== undefined && this.#unguarded.add(cover, now, 1)) changed.push(factKeys.unguarded(cover));
    }
    if (now === undefined) this.#countedAs.delete(host);
    else this.#countedAs.set(host, now);
    return changed;
  }
}

function unique(keys: readonly FactKey[]): readonly FactKey[] {
  return [...new Set(keys)];
}
