import { hostOfRecord } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { CertificateGroups } from "./certificate-groups.ts";
import type { CertificateRequest } from "./certificate-request.ts";
import type { Claim } from "./claim.ts";
import { ClaimBounds } from "./claim-bounds.ts";
import { Claims } from "./claims.ts";
import { equalIgnoring } from "./compare.ts";
import type { Namespace, Service } from "./core-v1.ts";
import type { SetEvent, WatchedKind } from "./event.ts";
import type { Holder } from "./host-record.ts";
import type { Issuer } from "./issuer.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import type { Limits } from "./limits.ts";
import type { Version } from "./own-writes.ts";
import { distinct } from "./reads.ts";
import { Register } from "./register.ts";
import { sourceClassKind } from "./source.ts";
import type { SourceClass } from "./source.ts";
import { Sources } from "./sources.ts";
import type { SecretVersion } from "./tls.ts";

/** An index for each kind that is watched, and which facts change when an object of it comes, changes or goes. */
export class Indexes {
  readonly claims: Claims;
  readonly namespaces = new Map<string, Namespace>();
  readonly classes = new Map<string, SourceClass>();
  readonly services = new Map<string, Service>();
  readonly secrets = new Map<string, SecretVersion>();
  /** Those that are not decided. */
  readonly requests = new Map<string, CertificateRequest>();
  readonly issuers = new Map<string, Issuer>();
  readonly certificates = new CertificateGroups();
  readonly register: Register;
  readonly bounds: ClaimBounds;
  readonly sources: Sources;

  /** `orders`: whether certificates are ordered, so that hosts have to be found by their registrable domain. */
  constructor(limits: Omit<Limits, "pathBytes">, { orders }: { readonly orders: boolean }) {
    this.claims = new Claims(limits.claimsPerNamespace);
    this.register = new Register({ byDomain: orders });
    this.sources = new Sources(limits.routesPerNamespace);
    this.bounds = new ClaimBounds(limits, (host) => this.register.get(host)?.holder);
  }

  /** Takes in an object, new or changed; returns the keys of the facts that changed. */
  set(event: SetEvent): readonly FactKey[] {
    switch (event.kind) {
      case "Domain":
        return distinct(this.#setClaim(event.object));
      case "HostRecord": {
        const { host } = event.object;
        const before = this.register.get(host)?.holder;
        return distinct([...this.register.set(event.object), ...this.#heldAnew(host, before)]);
      }
      case "Namespace": {
        const { name } = event.object;
        const changed = replaced(this.namespaces, name, event.object, factKeys.namespace(name));
        return [...changed, ...this.register.namespaceCame(name)];
      }
      case sourceClassKind:
        return replaced(this.classes, event.object.name, event.object, factKeys.sourceClass(event.object.name));
      case "Service": {
        const { namespace, name } = event.object;
        return replaced(this.services, objectKey(namespace, name), event.object, factKeys.service(namespace, name));
      }
      case "Secret": {
        const { namespace, name } = event.object;
        const came =
          this.secrets.get(objectKey(namespace, name)) === undefined ? [factKeys.hasSecret(namespace, name)] : [];
        const key = factKeys.secret(namespace, name);
        const changed = replaced(this.secrets, objectKey(namespace, name), event.object, key);
        return [...came, ...changed, ...this.certificates.setSecret(event.object)];
      }
      case "DomainCertificate":
        return this.certificates.set(event.object);
      case "Certificate":
        return distinct(this.certificates.setCertificate(event.object));
      case "CertificateRequest": {
        const { decided, namespace, name } = event.object;
        if (decided) return this.remove("CertificateRequest", namespace, name);
        const key = factKeys.certificateRequest(namespace, name);
        return replaced(this.requests, objectKey(namespace, name), event.object, key);
      }
      case "ClusterIssuer":
      case "Issuer": {
        const { namespace, name } = event.object;
        return replaced(this.issuers, objectKey(namespace, name), event.object, factKeys.issuer(namespace, name));
      }
      default:
        return distinct(this.sources.set(event.object));
    }
  }

  /** Removes what is known of an object; returns the keys of the facts that changed. */
  remove(kind: WatchedKind, namespace: string, name: string): readonly FactKey[] {
    switch (kind) {
      case "Domain":
        return distinct([
          ...this.bounds.replace(this.claims.get(namespace, name), undefined),
          ...this.claims.remove(namespace, name),
        ]);
      case "HostRecord": {
        const host = hostOfRecord(name);
        const before = this.register.get(host)?.holder;
        return distinct([...this.register.remove(host), ...this.#heldAnew(host, before)]);
      }
      case "Namespace":
        this.namespaces.delete(name);
        return [factKeys.namespace(name), ...this.register.namespaceWent(name)];
      case sourceClassKind:
        this.classes.delete(name);
        return [factKeys.sourceClass(name)];
      case "Service":
        this.services.delete(objectKey(namespace, name));
        return [factKeys.service(namespace, name)];
      case "Secret":
        this.secrets.delete(objectKey(namespace, name));
        return [
          ...[factKeys.secret(namespace, name), factKeys.hasSecret(namespace, name)],
          ...this.certificates.removeSecret(namespace, name),
        ];
      case "DomainCertificate":
        return this.certificates.remove(namespace, name);
      case "Certificate":
        return this.certificates.removeCertificate(namespace, name);
      case "CertificateRequest":
        return this.requests.delete(objectKey(namespace, name)) ? [factKeys.certificateRequest(namespace, name)] : [];
      case "ClusterIssuer":
      case "Issuer":
        return this.issuers.delete(objectKey(namespace, name)) ? [factKeys.issuer(namespace, name)] : [];
      default:
        return this.sources.remove({ kind, namespace, name });
    }
  }

  /** The version that is known of the object; undefined for one that is not known, or of a kind whose versions are not kept. */
  versionOf(kind: WatchedKind, namespace: string, name: string): Version | undefined {
    switch (kind) {
      case "Domain":
        return this.claims.get(namespace, name);
      case "HostRecord":
        return this.register.get(hostOfRecord(name));
      case "Namespace":
      case sourceClassKind:
      case "Service":
      case "ClusterIssuer":
      case "Issuer":
        return undefined;
      case "Secret":
        return this.secrets.get(objectKey(namespace, name));
      case "DomainCertificate":
        return this.certificates.get(namespace, name);
      case "Certificate":
        return this.certificates.certificate(namespace, name);
      case "CertificateRequest":
        return this.requests.get(objectKey(namespace, name));
      default:
        return this.sources.get({ kind, namespace, name });
    }
  }

  #setClaim(claim: Claim): readonly FactKey[] {
    const before = this.claims.get(claim.namespace, claim.name);
    return [...this.claims.set(claim), ...this.bounds.replace(before, claim)];
  }

  #heldAnew(host: Host, before: Holder | undefined): readonly FactKey[] {
    return this.bounds.heldAnew(this.claims.for(host), before, this.register.get(host)?.holder);
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
