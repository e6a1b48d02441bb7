import { hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { replaced } from "./alike.ts";
import { Answers } from "./memo.ts";
import { Claims } from "./claims.ts";
import { coversOf } from "./covers.ts";
import { Counts } from "./counts.ts";
import type { Gateway, Intent, Live, Programmed } from "./kong-state.ts";
import { Ingresses } from "./sources.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import { Register } from "./register.ts";
import { reached } from "./versions.ts";
import type { Claim, HostRecord, Ingress, IngressClass, Namespace, Service, WatchedKind, WorldEvent } from "./types.ts";

const nothingLive: Live = { namespaces: [], guard: false };

/**
 * Indexes over everything that is watched, and over what Kong is known to have. Each change answers with the keys of the
 * facts that it changed, at a cost that does not depend on how much else there is.
 */
export class World {
  readonly #claims = new Claims();
  readonly #register = new Register();
  readonly #ingresses = new Ingresses();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #classes = new Map<string, IngressClass>();
  readonly #services = new Map<string, Service>();
  readonly #live = new Map<Host, Live>();
  readonly #programmed = new Map<Host, Programmed>();
  readonly #intents = new Map<Host, Intent>();
  readonly #gone = new Set<string>();
  readonly #unguarded = new Counts<Host>();
  readonly #countedAs = new Map<Host, string>();
  readonly #answers = new Answers();
  #gateway: Gateway = { synced: false, preFunction: false };

  /** Takes in what a watch has seen; returns the keys of the facts that changed. */
  apply(event: WorldEvent): readonly FactKey[] {
    this.#answers.forget();
    if (event.type === "delete") return this.#delete(event.kind, event.namespace, event.name);
    switch (event.kind) {
      case "Domain":
        return unique(this.#claims.set(event.object));
      case "HostRecord":
        return this.#setRecord(event.object);
      case "Namespace":
        return replaced(this.#namespaces, event.object.name, event.object, factKeys.namespace(event.object.name));
      case "Ingress":
        return unique(this.#ingresses.set(event.object));
      case "IngressClass":
        return replaced(this.#classes, event.object.name, event.object, factKeys.ingressClass(event.object.name));
      case "Service": {
        const { namespace, name } = event.object;
        return replaced(this.#services, objectKey(namespace, name), event.object, factKeys.service(namespace, name));
      }
    }
  }

  /** Says what Kong has for a host now. */
  setLive(host: Host, live: Live): readonly FactKey[] {
    this.#answers.forget();
    const before = this.live(host);
    const same = before.guard === live.guard && (before.coming ?? false) === (live.coming ?? false);
    if (same && before.namespaces.join() === live.namespaces.join()) return [];
    if (live.namespaces.length === 0 && !live.guard) this.#live.delete(host);
    else this.#live.set(host, live);
    return [factKeys.live(host), ...this.#recount(host)];
  }

  /** Says how the writes for a host went; undefined forgets it. */
  setProgrammed(host: Host, programmed: Programmed | undefined): readonly FactKey[] {
    this.#answers.forget();
    const before = this.#programmed.get(host);
    if (before?.reason === programmed?.reason && before?.message === programmed?.message) return [];
    if (programmed === undefined) this.#programmed.delete(host);
    else this.#programmed.set(host, programmed);
    return [factKeys.programmed(host)];
  }

  /** Says that the host's holder is being changed; undefined: no longer. The watch ends it when it shows the version. */
  setIntent(host: Host, intent: Intent | undefined): readonly FactKey[] {
    this.#answers.forget();
    const shown = this.#register.get(host);
    const over = intent?.version !== undefined && shown !== undefined && reached(shown.resourceVersion, intent.version);
    if (intent === undefined || over) this.#intents.delete(host);
    else this.#intents.set(host, intent);
    return [factKeys.intent(host), ...this.#recount(host)];
  }

  /** Remembers that the API server itself says that the claim with this UID is gone. */
  setGone(uid: string): readonly FactKey[] {
    this.#answers.forget();
    if (this.#gone.has(uid)) return [];
    this.#gone.add(uid);
    return [factKeys.gone(uid)];
  }

  /** Says what is known of the gateway. */
  setGateway(gateway: Gateway): readonly FactKey[] {
    this.#answers.forget();
    if (this.#gateway.synced === gateway.synced && this.#gateway.preFunction === gateway.preFunction) return [];
    this.#gateway = gateway;
    return [factKeys.gateway];
  }

  /** Forgets all that is known of the gateway and of writes under way: whoever writes next has to look for itself. */
  forgetGateway(): void {
    this.#answers.forget();
    const hosts = new Set([...this.#live.keys(), ...this.#intents.keys()]);
    this.#live.clear();
    this.#intents.clear();
    this.#programmed.clear();
    this.#gateway = { synced: false, preFunction: false };
    for (const host of hosts) this.#recount(host);
  }

  /** An answer that is not looked for again before something changes; `by` is what it depends on beside the world. */
  once<T>(by: object, what: string, answer: () => T): T {
    return this.#answers.get(by, what, answer);
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
  ingress(namespace: string, name: string): Ingress | undefined {
    return this.#ingresses.get(namespace, name);
  }
  /** The Ingresses of a namespace that name the host, oldest first. */
  ingressesFor(namespace: string, host: Host): readonly Ingress[] {
    return this.#ingresses.for(namespace, host);
  }
  ingressClass(name: string): IngressClass | undefined {
    return this.#classes.get(name);
  }
  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(objectKey(namespace, name));
  }
  live(host: Host): Live {
    return this.#live.get(host) ?? nothingLive;
  }
  programmed(host: Host): Programmed | undefined {
    return this.#programmed.get(host);
  }
  intent(host: Host): Intent | undefined {
    return this.#intents.get(host);
  }
  isGone(uid: string): boolean {
    return this.#gone.has(uid);
  }
  get gateway(): Gateway {
    return this.#gateway;
  }
  /** True if the cover would serve a host of a namespace other than `namespace` which has no guard yet. */
  hasUnguarded(cover: Host, namespace: string): boolean {
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
  /** All Ingresses. */
  ingresses(): IterableIterator<Ingress> {
    return this.#ingresses.all();
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
      case "Ingress":
        return this.#ingresses.remove(namespace, name);
      case "IngressClass":
        this.#classes.delete(name);
        return [factKeys.ingressClass(name)];
      case "Service":
        this.#services.delete(objectKey(namespace, name));
        return [factKeys.service(namespace, name)];
    }
  }

  #setRecord(record: HostRecord): readonly FactKey[] {
    const { host } = record;
    const before = this.#register.get(host)?.holder?.uid;
    if (before !== undefined && before !== record.holder?.uid) this.#gone.delete(before);
    const changed = this.#register.set(record);
    const awaited = this.#intents.get(host)?.version;
    if (awaited !== undefined && reached(record.resourceVersion, awaited)) this.#intents.delete(host);
    return unique([...changed, factKeys.intent(host), ...this.#recount(host)]);
  }

  #removeRecord(name: string): readonly FactKey[] {
    const host = hostOfRecord(name);
    const holder = this.#register.get(host)?.holder;
    if (holder !== undefined) this.#gone.delete(holder.uid);
    const changed = this.#register.remove(host);
    if (changed.length === 0) return [];
    if (this.#intents.get(host)?.version !== undefined) this.#intents.delete(host);
    return unique([...changed, factKeys.intent(host), ...this.#recount(host)]);
  }

  /** Keeps {@link hasUnguarded} true to who holds the host (or is about to), and to whether its guard is in Kong. */
  #recount(host: Host): readonly FactKey[] {
    const holder = this.#register.get(host)?.holder?.namespace ?? this.#intents.get(host)?.namespace;
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
