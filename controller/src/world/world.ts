import { clusterNamespace } from "@domain-claims/crds/domain";
import { hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { equalIgnoring } from "./compare.ts";
import { CertificateGroups } from "./certificate-groups.ts";
import type { CertificateRequest } from "./certificate-request.ts";
import { Claims } from "./claims.ts";
import { ClaimBounds } from "./claim-bounds.ts";
import type { Excess } from "./claim-bounds.ts";
import { defaultLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import type { Issuer } from "./issuer.ts";
import type { Source, SourceClass, SourceRef } from "./source.ts";
import { Sources } from "./sources.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import { OwnWrites } from "./own-writes.ts";
import type { Version } from "./own-writes.ts";
import { distinct } from "./reads.ts";
import { Register } from "./register.ts";
import type { SecretVersion } from "./tls.ts";
import type { Claim, Holder, HostRecord, Namespace, Service, WatchedKind, WorldEvent } from "./types.ts";

/** Told of an event when it has been taken in, and of the facts that it changed. */
export type WorldListener = (event: WorldEvent, changed: readonly FactKey[]) => void;

/** An object as the API server answered it. */
type Answer = Extract<WorldEvent, { type: "set" }>;

/**
 * The cluster's cache: indexes over everything that is watched, for as long as the process lives. Each change is told to
 * the listeners, in the order in which they came, with the keys of the facts that it changed, at a cost that does not
 * depend on how much else there is.
 */
export class World {
  readonly #claims = new Claims();
  readonly #register: Register;
  readonly #bounds: ClaimBounds;
  readonly #sources: Sources;
  readonly #namespaces = new Map<string, Namespace>();
  readonly #classes = new Map<string, SourceClass>();
  readonly #services = new Map<string, Service>();
  readonly #secrets = new Map<string, SecretVersion>();
  readonly #requests = new Map<string, CertificateRequest>();
  readonly #issuers = new Map<string, Issuer>();
  readonly #ownWrites = new OwnWrites();
  readonly #listeners = new Set<WorldListener>();

  /** What is ordered of certificates, and what that has cost. */
  readonly certificates = new CertificateGroups();

  /** `orders`: whether certificates are ordered, so that hosts have to be found by their registrable domain. */
  constructor(limits: Omit<Limits, "pathBytes"> = defaultLimits, { orders = false } = {}) {
    this.#register = new Register({ byDomain: orders });
    this.#sources = new Sources(limits.routesPerNamespace);
    this.#bounds = new ClaimBounds(limits, (host) => this.record(host)?.holder);
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
      const known = this.#versioned(kind, namespace, name)?.uid;
      const uid = event.uid ?? known;
      this.#ownWrites.deleted(nameOf(kind, namespace, name), uid);
      if (known !== undefined && known !== uid) return;
      this.#tell(event, this.#delete(kind, namespace, name));
      return;
    }
    const version = versionOf(event);
    if (version !== undefined && !this.#ownWrites.shows(nameOfObject(event), version)) return;
    this.#tell(event, this.#set(event));
  }

  /**
   * Takes in what the API server answered to a call of ours, which is newer than what the watch has shown. An answer that
   * comes after the watch has shown the same, or a later version, or the deletion, changes nothing.
   */
  learn(event: Answer): void {
    const version = versionOf(event);
    if (version === undefined || !this.#ownWrites.learn(nameOfObject(event), version, this.#known(event))) return;
    this.#tell(event, this.#set(event));
  }

  claim(namespace: string, name: string): Claim | undefined {
    return this.#claims.get(namespace, name);
  }
  /** The bound of its namespace that the claim does not fit into. */
  excess(claim: Claim): Excess | undefined {
    return this.#bounds.excess(claim);
  }
  /** Oldest first. */
  claimsFor(host: Host): readonly Claim[] {
    return this.#claims.for(host);
  }
  /** The claims that rename the claim of that name, oldest first. */
  renamers(namespace: string, name: string): readonly Claim[] {
    return this.#claims.renamers(namespace, name);
  }
  record(host: Host): HostRecord | undefined {
    return this.#register.get(host);
  }
  /** Records of primaries strictly below the host that were granted when nothing enclosed them, by name. */
  carveOuts(host: Host): readonly HostRecord[] {
    return this.#register.carveOuts(host);
  }
  /** Records of the hosts that the namespace holds below the registrable domain; of none, unless certificates are ordered. */
  held(namespace: string, domain: string): readonly HostRecord[] {
    return this.#register.held(namespace, domain);
  }
  /** Records of the hosts that the namespace holds, and that had this name before. */
  successors(namespace: string, host: Host): readonly HostRecord[] {
    return this.#register.successors(namespace, host);
  }
  /** Records without a holder, by the namespace that held last; `""` stands for all that are gone. */
  released(namespace: string): readonly HostRecord[] {
    return this.#register.released(namespace);
  }
  namespace(name: string): Namespace | undefined {
    return this.#namespaces.get(name);
  }
  /** Which cluster this is; undefined while its namespaces are not known. It never changes. */
  get clusterUid(): string | undefined {
    return this.namespace(clusterNamespace)?.uid;
  }
  source(ref: SourceRef): Source | undefined {
    return this.#sources.get(ref);
  }
  /** The sources of a namespace that name the host and count, oldest first. */
  sourcesFor(namespace: string, host: RouteHost): readonly Source[] {
    return this.#sources.for(namespace, host);
  }
  /** True if so many older sources of its namespace name the host that this one does not count for it. */
  isBeyond(host: RouteHost, source: Source): boolean {
    return this.#sources.isBeyond(host, source);
  }
  /** Those that have a Secret for it, oldest first. */
  tlsSourcesFor(namespace: string, host: Host): readonly Source[] {
    return this.#sources.withTlsFor(namespace, host);
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
  /** A Secret of the type `kubernetes.io/tls`. */
  secret(namespace: string, name: string): SecretVersion | undefined {
    return this.#secrets.get(objectKey(namespace, name));
  }

  /** The CertificateRequest; undefined for one that is decided. */
  certificateRequest(namespace: string, name: string): CertificateRequest | undefined {
    return this.#requests.get(objectKey(namespace, name));
  }

  /** An issuer of cert-manager; the namespace is empty for a ClusterIssuer. */
  issuer(namespace: string, name: string): Issuer | undefined {
    return this.#issuers.get(objectKey(namespace, name));
  }

  /** All CertificateRequests that are not decided. */
  certificateRequests(): IterableIterator<CertificateRequest> {
    return this.#requests.values();
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

  #tell(event: WorldEvent, changed: readonly FactKey[]): void {
    for (const listener of this.#listeners) listener(event, changed);
  }

  #known(event: Answer): Version | undefined {
    return event.kind === "HostRecord"
      ? this.record(event.object.host)
      : this.#versioned(event.kind, "namespace" in event.object ? event.object.namespace : "", event.object.name);
  }

  /** The object, of a kind whose versions are kept. */
  #versioned(kind: WatchedKind, namespace: string, name: string): Version | undefined {
    switch (kind) {
      case "Domain":
        return this.claim(namespace, name);
      case "HostRecord":
        return this.record(hostOfRecord(name));
      case "Namespace":
      case "IngressClass":
      case "Service":
      case "ClusterIssuer":
      case "Issuer":
        return undefined;
      case "Secret":
        return this.secret(namespace, name);
      case "DomainCertificate":
        return this.certificates.get(namespace, name);
      case "Certificate":
        return this.certificates.certificate(namespace, name);
      case "CertificateRequest":
        return this.certificateRequest(namespace, name);
      default:
        return this.source({ kind, namespace, name });
    }
  }

  #set(event: Answer): readonly FactKey[] {
    switch (event.kind) {
      case "Domain":
        return distinct(this.#setClaim(event.object));
      case "HostRecord": {
        const { host } = event.object;
        const before = this.record(host)?.holder;
        return distinct([...this.#register.set(event.object), ...this.#heldAnew(host, before)]);
      }
      case "Namespace": {
        const { name } = event.object;
        const changed = replaced(this.#namespaces, name, event.object, factKeys.namespace(name));
        return [...changed, ...this.#register.namespaceCame(name)];
      }
      case "IngressClass":
        return replaced(this.#classes, event.object.name, event.object, factKeys.sourceClass(event.object.name));
      case "Service": {
        const { namespace, name } = event.object;
        return replaced(this.#services, objectKey(namespace, name), event.object, factKeys.service(namespace, name));
      }
      case "Secret": {
        const { namespace, name } = event.object;
        const came = this.secret(namespace, name) === undefined ? [factKeys.hasSecret(namespace, name)] : [];
        const key = factKeys.secret(namespace, name);
        const changed = replaced(this.#secrets, objectKey(namespace, name), event.object, key);
        return [...came, ...changed, ...this.certificates.setSecret(event.object)];
      }
      case "DomainCertificate":
        return this.certificates.set(event.object);
      case "Certificate":
        return distinct(this.certificates.setCertificate(event.object));
      case "CertificateRequest": {
        const { decided, namespace, name } = event.object;
        if (decided) return this.#delete("CertificateRequest", namespace, name);
        const key = factKeys.certificateRequest(namespace, name);
        return replaced(this.#requests, objectKey(namespace, name), event.object, key);
      }
      case "ClusterIssuer":
      case "Issuer": {
        const { namespace, name } = event.object;
        return replaced(this.#issuers, objectKey(namespace, name), event.object, factKeys.issuer(namespace, name));
      }
      default:
        return distinct(this.#sources.set(event.object));
    }
  }

  #setClaim(claim: Claim): readonly FactKey[] {
    const before = this.claim(claim.namespace, claim.name);
    return [...this.#claims.set(claim), ...this.#bounds.replace(before, claim)];
  }

  #heldAnew(host: Host, before: Holder | undefined): readonly FactKey[] {
    return this.#bounds.heldAnew(this.claimsFor(host), before, this.record(host)?.holder);
  }

  #delete(kind: WatchedKind, namespace: string, name: string): readonly FactKey[] {
    switch (kind) {
      case "Domain":
        return distinct([
          ...this.#bounds.replace(this.claim(namespace, name), undefined),
          ...this.#claims.remove(namespace, name),
        ]);
      case "HostRecord": {
        const host = hostOfRecord(name);
        const before = this.record(host)?.holder;
        return distinct([...this.#register.remove(host), ...this.#heldAnew(host, before)]);
      }
      case "Namespace":
        this.#namespaces.delete(name);
        return [factKeys.namespace(name), ...this.#register.namespaceWent(name)];
      case "IngressClass":
        this.#classes.delete(name);
        return [factKeys.sourceClass(name)];
      case "Service":
        this.#services.delete(objectKey(namespace, name));
        return [factKeys.service(namespace, name)];
      case "Secret":
        this.#secrets.delete(objectKey(namespace, name));
        return [
          ...[factKeys.secret(namespace, name), factKeys.hasSecret(namespace, name)],
          ...this.certificates.removeSecret(namespace, name),
        ];
      case "DomainCertificate":
        return this.certificates.remove(namespace, name);
      case "Certificate":
        return this.certificates.removeCertificate(namespace, name);
      case "CertificateRequest":
        return this.#requests.delete(objectKey(namespace, name)) ? [factKeys.certificateRequest(namespace, name)] : [];
      case "ClusterIssuer":
      case "Issuer":
        return this.#issuers.delete(objectKey(namespace, name)) ? [factKeys.issuer(namespace, name)] : [];
      default:
        return this.#sources.remove({ kind, namespace, name });
    }
  }
}

/** Keeps the newest version of an object; `key` has changed unless it says the same as the one before. */
function replaced<T extends object>(
  objects: Map<string, T>,
  name: string,
  object: T,
  key: FactKey,
): readonly FactKey[] {
  const same = equalIgnoring(objects.get(name), object);
  objects.set(name, object);
  return same ? [] : [key];
}

function versionOf({ object }: Answer): Version | undefined {
  return "resourceVersion" in object ? object : undefined;
}

function nameOfObject({ kind, object }: Answer): string {
  return nameOf(kind, "namespace" in object ? object.namespace : "", object.name);
}

function nameOf(kind: WatchedKind, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}
