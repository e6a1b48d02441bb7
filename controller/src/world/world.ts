import { claimHost } from "@domain-claims/crds/claim-host";
import { ancestors, hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { coversOf } from "./covers.ts";
import { Counts } from "./counts.ts";
import { namedHosts } from "./ingress-hosts.ts";
import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import { byAge, compareText } from "./order.ts";
import { reached } from "./versions.ts";
import type { Claim, HostRecord, Ingress, IngressClass, Namespace, Service, WatchedKind, WorldEvent } from "./types.ts";

/** What Kong has for a host, as far as it is ours. */
export interface Live {
  /** The namespaces whose routes (not guards) are in Kong for the host. */
  readonly namespaces: readonly string[];
  /** True if the guard route of the host is in Kong. */
  readonly guard: boolean;
}

/** What is known of the gateway. */
export interface Gateway {
  /** True once everything that carries our tag has been listed. */
  readonly synced: boolean;
  /** True if wildcard hosts can be kept to one label (`pre-function` is available). */
  readonly preFunction: boolean;
}

/** How the last writes for a host went; absent before the first. */
export interface Programmed {
  readonly reason:
    | "Programmed"
    | "Programming"
    | "NoRoutes"
    | "KongUnreachable"
    | "KongRefused"
    | "ForeignEntity"
    | "WildcardUnsupported";
  readonly message: string;
}

/** A change of holder which was sent to the API server, and which the watch has not shown yet. */
export interface Intent {
  /** The namespace that is about to hold the host; undefined: the host is being released. */
  readonly namespace: string | undefined;
  /** The UID of the claim that takes or releases. */
  readonly uid: string;
  /** The version of the record that the watch has to show; undefined while it is not known whether the write took effect. */
  readonly version: string | undefined;
}

const nothingLive: Live = { namespaces: [], guard: false };

/**
 * Indexes over everything that is watched, and over what Kong is known to have. Each change answers with the keys of the
 * facts that it changed, at a cost that does not depend on how much else there is.
 */
export class World {
  readonly #claims = new Map<string, Claim>();
  readonly #claimsByHost = new Map<Host, Claim[]>();
  readonly #records = new Map<Host, HostRecord>();
  readonly #carveOuts = new Map<Host, Map<Host, HostRecord>>();
  readonly #released = new Map<string, Map<Host, HostRecord>>();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #ingresses = new Map<string, Ingress>();
  readonly #ingressesByHost = new Map<string, Map<string, Ingress>>();
  readonly #classes = new Map<string, IngressClass>();
  readonly #services = new Map<string, Service>();
  readonly #live = new Map<Host, Live>();
  readonly #programmed = new Map<Host, Programmed>();
  readonly #intents = new Map<Host, Intent>();
  readonly #gone = new Set<string>();
  readonly #unguarded = new Counts<Host>();
  readonly #countedAs = new Map<Host, string>();
  #gateway: Gateway = { synced: false, preFunction: false };

  /** Takes in what a watch has seen; returns the keys of the facts that changed. */
  apply(event: WorldEvent): readonly FactKey[] {
    if (event.type === "delete") return this.#delete(event.kind, event.namespace, event.name);
    switch (event.kind) {
      case "Domain":
        return this.#setClaim(event.object);
      case "HostRecord":
        return this.#setRecord(event.object);
      case "Namespace":
        this.#namespaces.set(event.object.name, event.object);
        return [factKeys.namespace(event.object.name)];
      case "Ingress":
        return this.#setIngress(event.object);
      case "IngressClass":
        this.#classes.set(event.object.name, event.object);
        return [factKeys.ingressClass(event.object.name)];
      case "Service":
        this.#services.set(objectKey(event.object.namespace, event.object.name), event.object);
        return [factKeys.service(event.object.namespace, event.object.name)];
    }
  }

  /** Says what Kong has for a host now. */
  setLive(host: Host, live: Live): readonly FactKey[] {
    const before = this.live(host);
    if (before.guard === live.guard && before.namespaces.join() === live.namespaces.join()) return [];
    if (live.namespaces.length === 0 && !live.guard) this.#live.delete(host);
    else this.#live.set(host, live);
    return [factKeys.live(host), ...this.#recount(host)];
  }

  /** Says how the writes for a host went; undefined forgets it. */
  setProgrammed(host: Host, programmed: Programmed | undefined): readonly FactKey[] {
    const before = this.#programmed.get(host);
    if (before?.reason === programmed?.reason && before?.message === programmed?.message) return [];
    if (programmed === undefined) this.#programmed.delete(host);
    else this.#programmed.set(host, programmed);
    return [factKeys.programmed(host)];
  }

  /** Says that the host's holder is being changed; undefined: no longer. The watch ends it when it shows the version. */
  setIntent(host: Host, intent: Intent | undefined): readonly FactKey[] {
    const shown = this.#records.get(host);
    const over = intent?.version !== undefined && shown !== undefined && reached(shown.resourceVersion, intent.version);
    if (intent === undefined || over) this.#intents.delete(host);
    else this.#intents.set(host, intent);
    return [factKeys.intent(host), ...this.#recount(host)];
  }

  /** Remembers that the API server itself says that the claim with this UID is gone. */
  setGone(uid: string): readonly FactKey[] {
    if (this.#gone.has(uid)) return [];
    this.#gone.add(uid);
    return [factKeys.gone(uid)];
  }

  /** Says what is known of the gateway. */
  setGateway(gateway: Gateway): readonly FactKey[] {
    if (this.#gateway.synced === gateway.synced && this.#gateway.preFunction === gateway.preFunction) return [];
    this.#gateway = gateway;
    return [factKeys.gateway];
  }

  /** Forgets all that is known of the gateway and of writes under way: whoever writes next has to look for itself. */
  forgetGateway(): void {
    const hosts = new Set([...this.#live.keys(), ...this.#intents.keys()]);
    this.#live.clear();
    this.#intents.clear();
    this.#programmed.clear();
    this.#gateway = { synced: false, preFunction: false };
    for (const host of hosts) this.#recount(host);
  }

  claim(namespace: string, name: string): Claim | undefined {
    return this.#claims.get(objectKey(namespace, name));
  }
  /** Oldest first. */
  claimsFor(host: Host): readonly Claim[] {
    return this.#claimsByHost.get(host) ?? [];
  }
  record(host: Host): HostRecord | undefined {
    return this.#records.get(host);
  }
  /** Records of primaries strictly below the host that were granted when nothing enclosed them, by name. */
  carveOuts(host: Host): readonly HostRecord[] {
    return [...(this.#carveOuts.get(host)?.values() ?? [])].sort((a, b) => compareText(a.name, b.name));
  }
  /** Records without a holder, by the namespace that held last. */
  released(namespace: string): readonly HostRecord[] {
    return [...(this.#released.get(namespace)?.values() ?? [])];
  }
  namespace(name: string): Namespace | undefined {
    return this.#namespaces.get(name);
  }
  ingress(namespace: string, name: string): Ingress | undefined {
    return this.#ingresses.get(objectKey(namespace, name));
  }
  /** The Ingresses of a namespace that name the host, oldest first. */
  ingressesFor(namespace: string, host: Host): readonly Ingress[] {
    return [...(this.#ingressesByHost.get(hostKey(namespace, host))?.values() ?? [])].sort(byAge);
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
    return this.#claims.values();
  }
  /** All records. */
  records(): IterableIterator<HostRecord> {
    return this.#records.values();
  }
  /** All Ingresses. */
  ingresses(): IterableIterator<Ingress> {
    return this.#ingresses.values();
  }

  #delete(kind: WatchedKind, namespace: string, name: string): readonly FactKey[] {
    switch (kind) {
      case "Domain":
        return this.#removeClaim(namespace, name);
      case "HostRecord":
        return this.#removeRecord(name);
      case "Namespace":
        this.#namespaces.delete(name);
        return [factKeys.namespace(name)];
      case "Ingress":
        return this.#removeIngress(namespace, name);
      case "IngressClass":
        this.#classes.delete(name);
        return [factKeys.ingressClass(name)];
      case "Service":
        this.#services.delete(objectKey(namespace, name));
        return [factKeys.service(namespace, name)];
    }
  }

  #setClaim(claim: Claim): readonly FactKey[] {
    const changed = this.#removeClaim(claim.namespace, claim.name);
    this.#claims.set(objectKey(claim.namespace, claim.name), claim);
    const host = hostOf(claim);
    if (host !== undefined) {
      const claims = this.#claimsByHost.get(host) ?? [];
      claims.splice(position(claims, claim), 0, claim);
      this.#claimsByHost.set(host, claims);
    }
    return unique([
      ...changed,
      factKeys.claim(claim.namespace, claim.name),
      ...(host === undefined ? [] : [factKeys.claims(host)]),
    ]);
  }

  #removeClaim(namespace: string, name: string): readonly FactKey[] {
    const old = this.claim(namespace, name);
    if (old === undefined) return [];
    this.#claims.delete(objectKey(namespace, name));
    const host = hostOf(old);
    if (host !== undefined) {
      const claims = this.#claimsByHost.get(host) ?? [];
      claims.splice(position(claims, old), 1);
      if (claims.length === 0) this.#claimsByHost.delete(host);
    }
    return [factKeys.claim(namespace, name), ...(host === undefined ? [] : [factKeys.claims(host)])];
  }

  #setRecord(record: HostRecord): readonly FactKey[] {
    const changed = this.#forgetRecord(record.host);
    this.#records.set(record.host, record);
    const awaited = this.#intents.get(record.host)?.version;
    if (awaited !== undefined && reached(record.resourceVersion, awaited)) this.#intents.delete(record.host);
    const { holder } = record;
    if (holder === undefined) {
      const namespace = lastNamespace(record);
      nested(this.#released, namespace).set(record.host, record);
      changed.push(factKeys.released(namespace));
    } else if (holder.kind === "primary" && holder.authority?.kind === "none") {
      for (const above of ancestors(record.host)) {
        nested(this.#carveOuts, above as Host).set(record.host, record);
        changed.push(factKeys.carveOuts(above));
      }
    }
    return unique([
      ...changed,
      factKeys.record(record.host),
      factKeys.intent(record.host),
      ...this.#recount(record.host),
    ]);
  }

  #removeRecord(name: string): readonly FactKey[] {
    const host = hostOfRecord(name);
    const changed = this.#forgetRecord(host);
    if (!this.#records.delete(host)) return [];
    if (this.#intents.get(host)?.version !== undefined) this.#intents.delete(host);
    return unique([...changed, factKeys.record(host), factKeys.intent(host), ...this.#recount(host)]);
  }

  #forgetRecord(host: Host): FactKey[] {
    const old = this.#records.get(host);
    if (old === undefined) return [];
    const changed: FactKey[] = [];
    if (old.holder === undefined) {
      const namespace = lastNamespace(old);
      forget(this.#released, namespace, host);
      changed.push(factKeys.released(namespace));
    } else if (old.holder.kind === "primary" && old.holder.authority?.kind === "none") {
      for (const above of ancestors(host)) {
        forget(this.#carveOuts, above as Host, host);
        changed.push(factKeys.carveOuts(above));
      }
    }
    return changed;
  }

  #setIngress(ingress: Ingress): readonly FactKey[] {
    const changed = this.#removeIngress(ingress.namespace, ingress.name);
    const own = objectKey(ingress.namespace, ingress.name);
    this.#ingresses.set(own, ingress);
    const hosts = hostsOf(ingress);
    for (const host of hosts) nested(this.#ingressesByHost, hostKey(ingress.namespace, host)).set(own, ingress);
    return unique([
      ...changed,
      factKeys.ingress(ingress.namespace, ingress.name),
      ...hosts.map((host) => factKeys.ingresses(ingress.namespace, host)),
    ]);
  }

  #removeIngress(namespace: string, name: string): readonly FactKey[] {
    const old = this.ingress(namespace, name);
    if (old === undefined) return [];
    const own = objectKey(namespace, name);
    this.#ingresses.delete(own);
    const hosts = hostsOf(old);
    for (const host of hosts) forget(this.#ingressesByHost, hostKey(namespace, host), own);
    return [factKeys.ingress(namespace, name), ...hosts.map((host) => factKeys.ingresses(namespace, host))];
  }

  /** Keeps {@link hasUnguarded} true to who holds the host (or is about to), and to whether its guard is in Kong. */
  #recount(host: Host): readonly FactKey[] {
    const holder = this.#records.get(host)?.holder?.namespace ?? this.#intents.get(host)?.namespace;
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

function hostOf(claim: Claim): Host | undefined {
  const parsed = claimHost(claim);
  return parsed.ok ? parsed.host : undefined;
}

function hostsOf(ingress: Ingress): readonly Host[] {
  return namedHosts(ingress).flatMap((named) => ("host" in named ? [named.host] : []));
}

function lastNamespace(record: HostRecord): string {
  return record.history[0]?.namespace ?? "";
}

function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function hostKey(namespace: string, host: Host): string {
  return `${namespace} ${host}`;
}

/** Where the claim stands, or would stand, among claims that are sorted by age. */
function position(claims: readonly Claim[], claim: Claim): number {
  let low = 0;
  let high = claims.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = claims[middle];
    if (at !== undefined && byAge(at, claim) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nested<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const inner = map.get(key) ?? new Map<L, V>();
  map.set(key, inner);
  return inner;
}

function forget<K, L, V>(map: Map<K, Map<L, V>>, key: K, innerKey: L): void {
  const inner = map.get(key);
  inner?.delete(innerKey);
  if (inner?.size === 0) map.delete(key);
}

function unique(keys: readonly FactKey[]): readonly FactKey[] {
  return [...new Set(keys)];
}
