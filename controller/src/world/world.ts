import { clusterNamespace } from "@domain-claims/crds/domain";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { CertificateGroups } from "./certificate-groups.ts";
import type { CertificateRequest } from "./certificate-request.ts";
import type { Claim } from "./claim.ts";
import type { Excess } from "./claim-bounds.ts";
import type { Namespace, Service } from "./core-v1.ts";
import type { SetEvent, WatchedKind, WorldEvent } from "./event.ts";
import type { HostRecord } from "./host-record.ts";
import { Indexes } from "./indexes.ts";
import type { Issuer } from "./issuer.ts";
import type { FactKey } from "./keys.ts";
import { objectKey } from "./keys.ts";
import { defaultLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { OwnWrites } from "./own-writes.ts";
import type { Version } from "./own-writes.ts";
import type { LastHolder } from "./register.ts";
import type { Source, SourceClass, SourceRef } from "./source.ts";
import type { SecretVersion } from "./tls.ts";

/** Told of an event when it has been taken in, and of the facts that it changed. */
export type WorldListener = (event: WorldEvent, changed: readonly FactKey[]) => void;

/**
 * The cluster's cache: indexes over everything that is watched, for as long as the process lives. Each change is told to
 * the listeners, in the order in which they came, with the keys of the facts that it changed, at a cost that does not
 * depend on how much else there is.
 */
export class World {
  readonly #indexes: Indexes;
  readonly #ownWrites = new OwnWrites();
  readonly #listeners = new Set<WorldListener>();

  /** `orders`: whether certificates are ordered, so that hosts have to be found by their registrable domain. */
  constructor(limits: Omit<Limits, "pathBytes"> = defaultLimits, { orders = false } = {}) {
    this.#indexes = new Indexes(limits, { orders });
  }

  /** Has the listener told of every change from now on; the returned function ends that. */
  subscribe(listener: WorldListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes in what a watch has seen. What an answer of the API server to a call of ours has said already is left out. */
  apply(event: WorldEvent): void {
    if (event.type === "delete") {
      const { kind, namespace, name } = event;
      const known = this.#indexes.versionOf(kind, namespace, name)?.uid;
      const uid = event.uid ?? known;
      this.#ownWrites.deleted(nameOf(kind, namespace, name), uid);
      if (known !== undefined && known !== uid) return;
      this.#tell(event, this.#indexes.remove(kind, namespace, name));
      return;
    }
    const version = versionOf(event);
    if (version !== undefined && !this.#ownWrites.shows(nameOfObject(event), version)) return;
    this.#tell(event, this.#indexes.set(event));
  }

  /**
   * Takes in what the API server answered to a call of ours, which is newer than what the watch has shown. An answer that
   * comes after the watch has shown the same, or a later version, or the deletion, changes nothing.
   */
  learn(event: SetEvent): void {
    const version = versionOf(event);
    if (version === undefined || !this.#ownWrites.learn(nameOfObject(event), version, this.#known(event))) return;
    this.#tell(event, this.#indexes.set(event));
  }

  /** The objects of a kind, by `namespace/name`, that are known by answers to calls of ours, and not from a watch so far: their UIDs. */
  unshown(kind: WatchedKind): ReadonlyMap<string, string> {
    const prefix = nameOf(kind, "", "").slice(0, -1);
    return new Map(this.#ownWrites.unshown(prefix).map(({ object, uid }) => [object.slice(prefix.length), uid]));
  }

  /** The claim of that name; undefined: there is none. */
  claim(namespace: string, name: string): Claim | undefined {
    return this.#indexes.claims.get(namespace, name);
  }
  /** The bound of its namespace that the claim does not fit into; undefined: it fits. */
  excess(claim: Claim): Excess | undefined {
    return this.#indexes.bounds.excess(claim);
  }
  /** Oldest first. */
  claimsFor(host: Host): readonly Claim[] {
    return this.#indexes.claims.for(host);
  }
  /** The claims that rename the claim of that name, oldest first. */
  renamers(namespace: string, name: string): readonly Claim[] {
    return this.#indexes.claims.renamers(namespace, name);
  }
  /** The record of the host; undefined: it has none. */
  record(host: Host): HostRecord | undefined {
    return this.#indexes.register.get(host);
  }
  /** Records of others' primaries strictly below the host that were granted when nothing enclosed them; undefined: of more than `most`. */
  carveOuts(host: Host, namespace: string, most: number): readonly HostRecord[] | undefined {
    return this.#indexes.register.carveOuts(host, namespace, most);
  }
  /** Records of the hosts that the namespace holds below the registrable domain; of none, unless certificates are ordered. */
  held(namespace: string, domain: string): readonly HostRecord[] {
    return this.#indexes.register.held(namespace, domain);
  }
  /** Records of the hosts that the namespace holds, and that had this name before. */
  successors(namespace: string, host: Host): readonly HostRecord[] {
    return this.#indexes.register.successors(namespace, host);
  }
  /** Records without a holder, by who held last. */
  released(last: LastHolder): readonly HostRecord[] {
    return this.#indexes.register.released(last);
  }
  /** The namespace of that name; undefined: there is none. */
  namespace(name: string): Namespace | undefined {
    return this.#indexes.namespaces.get(name);
  }
  /** Which cluster this is; undefined while its namespaces are not known. It never changes. */
  get clusterUid(): string | undefined {
    return this.namespace(clusterNamespace)?.uid;
  }
  /** The source that is meant; undefined: there is none. */
  source(ref: SourceRef): Source | undefined {
    return this.#indexes.sources.get(ref);
  }
  /** The sources of a namespace that name the host and count, oldest first. */
  sourcesFor(namespace: string, host: RouteHost): readonly Source[] {
    return this.#indexes.sources.for(namespace, host);
  }
  /** True if so many older sources of its namespace name the host that this one does not count for it. */
  isBeyond(host: RouteHost, source: Source): boolean {
    return this.#indexes.sources.isBeyond(host, source);
  }
  /** Those that have a Secret for it, oldest first. */
  tlsSourcesFor(namespace: string, host: Host): readonly Source[] {
    return this.#indexes.sources.withTlsFor(namespace, host);
  }
  /** True if the source asks for more routes than its namespace may have beside those of older ones. */
  isLeftOut(source: Source): boolean {
    return this.#indexes.sources.isLeftOut(source);
  }
  /** The class of that name; undefined: there is none. */
  sourceClass(name: string): SourceClass | undefined {
    return this.#indexes.classes.get(name);
  }
  /** The Service of that name; undefined: there is none. */
  service(namespace: string, name: string): Service | undefined {
    return this.#indexes.services.get(objectKey(namespace, name));
  }
  /** A Secret of the type `kubernetes.io/tls`; undefined: there is none of that name. */
  secret(namespace: string, name: string): SecretVersion | undefined {
    return this.#indexes.secrets.get(objectKey(namespace, name));
  }

  /** The CertificateRequest; undefined for one that is decided. */
  certificateRequest(namespace: string, name: string): CertificateRequest | undefined {
    return this.#indexes.requests.get(objectKey(namespace, name));
  }

  /** An issuer of cert-manager; the namespace is empty for a ClusterIssuer; undefined: there is none. */
  issuer(namespace: string, name: string): Issuer | undefined {
    return this.#indexes.issuers.get(objectKey(namespace, name));
  }

  /** All CertificateRequests that are not decided. */
  certificateRequests(): IterableIterator<CertificateRequest> {
    return this.#indexes.requests.values();
  }
  /** What is ordered of certificates, and what that has cost. */
  get certificates(): CertificateGroups {
    return this.#indexes.certificates;
  }
  /** All claims. */
  claims(): IterableIterator<Claim> {
    return this.#indexes.claims.all();
  }
  /** All records. */
  records(): IterableIterator<HostRecord> {
    return this.#indexes.register.all();
  }
  /** All sources. */
  sources(): IterableIterator<Source> {
    return this.#indexes.sources.all();
  }

  #tell(event: WorldEvent, changed: readonly FactKey[]): void {
    for (const listener of this.#listeners) listener(event, changed);
  }

  #known(event: SetEvent): Version | undefined {
    return event.kind === "HostRecord"
      ? this.record(event.object.host)
      : this.#indexes.versionOf(
          event.kind,
          "namespace" in event.object ? event.object.namespace : "",
          event.object.name,
        );
  }
}

function versionOf({ object }: SetEvent): Version | undefined {
  return "resourceVersion" in object ? object : undefined;
}

function nameOfObject({ kind, object }: SetEvent): string {
  return nameOf(kind, "namespace" in object ? object.namespace : "", object.name);
}

function nameOf(kind: WatchedKind, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}
