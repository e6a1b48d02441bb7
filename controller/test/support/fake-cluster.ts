import { finalizer } from "@domain-claims/crds/domain";
import { recordName } from "@domain-claims/crds/hostname";
import type { KubeApi } from "../../src/kube/api.ts";
import { noOrder } from "../../src/translate/order.ts";
import type { OrderState } from "../../src/translate/order.ts";
import type { RequestContent } from "../../src/translate/certificate-request.ts";
import type { SecretContent } from "../../src/translate/secret.ts";
import type { CertificateRequest } from "../../src/world/certificate-request.ts";
import type { Issuer } from "../../src/world/issuer.ts";
import type { PemPair } from "../../src/x509/key-pair.ts";
import { KubeError } from "../../src/kube/errors.ts";
import type { Claim, Finalizers } from "../../src/world/claim.ts";
import type { HostRecord } from "../../src/world/host-record.ts";
import type { Watched, WatchedKind, WorldEvent } from "../../src/world/event.ts";

/** What a CertificateRequest asks for. */
export type Asked = Omit<RequestContent, "uid" | "resourceVersion">;

type Stored = { [K in WatchedKind]: Map<string, Watched[K]> };

/** An issuer that there is from the beginning. */
export const letsencrypt: Issuer = {
  ...{ kind: "ClusterIssuer", namespace: "", name: "letsencrypt", problem: undefined },
  solvers: [{ type: "DNS-01", dnsNames: [], dnsZones: [] }],
};

/**
 * An API server in memory, as far as the controller asks: objects with resourceVersions and UIDs, preconditions, finalizers,
 * and a watch that tells every listener of every change, later but in order.
 */
export class FakeCluster {
  readonly #stored: Stored = {
    Domain: new Map(),
    HostRecord: new Map(),
    Namespace: new Map(),
    Ingress: new Map(),
    IngressClass: new Map(),
    Service: new Map(),
    Secret: new Map(),
    DomainCertificate: new Map(),
    Certificate: new Map(),
    CertificateRequest: new Map(),
    ClusterIssuer: new Map([[letsencrypt.name, letsencrypt]]),
    Issuer: new Map(),
  };
  readonly #listeners = new Set<(event: WorldEvent) => void>();
  #version = 1;
  /** Every write that the controller made, oldest first. */
  readonly writes: string[] = [];
  /** Every Secret that the controller read, oldest first. */
  readonly secretReads: string[] = [];
  /** Consulted before each of the controller's calls; may throw to make it fail, and is told its name. */
  fault: (call: string) => void = () => undefined;
  /** How long the way of each call there takes, by its name. */
  way: (call: string) => Promise<void> = () => Promise.resolve();
  /** Asked after each of the controller's writes took effect whether its answer gets lost. */
  answerLost: (call: string) => boolean = () => false;
  /** Told of each status write that changes nothing. */
  onRepeat: (what: string) => void = () => undefined;
  /** Told after every change of an object, whoever made it. */
  onChange: () => void = () => undefined;
  readonly #contents = new Map<string, SecretContent>();
  /** What the last order of a Certificate says, by `namespace/name`. */
  /** From which issuer each Certificate was ordered last, by `namespace/name`. */
  readonly issuers = new Map<string, string>();
  readonly orderStates = new Map<string, OrderState>();
  /** What CertificateRequests ask for, by `namespace/name`. */
  readonly #asked = new Map<string, Asked>();
  /** Certificates that exist and that no watch shows, by `namespace/name`, with the UID of what owns each. */
  readonly unwatchedCertificates = new Map<string, string | undefined>();
  /** What they were answered. */
  readonly answers: string[] = [];
  readonly #held = new Set<WatchedKind>();
  #heldBack: WorldEvent[] = [];

  /** The events that bring a new watcher up to date. */
  snapshot(): readonly WorldEvent[] {
    return Object.entries(this.#stored).flatMap(([kind, objects]) =>
      [...objects.values()].map((object) => ({ type: "set", kind, object }) as WorldEvent),
    );
  }

  /** Calls the listener with every change from now on; returns how to end that. */
  watch(listener: (event: WorldEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps the events of a kind back, so that every cache is stale, until {@link release}. */
  hold(kind: WatchedKind): void {
    this.#held.add(kind);
  }

  /** True while the events of a kind are kept back. */
  holds(kind: WatchedKind): boolean {
    return this.#held.has(kind);
  }

  /** Delivers what was held back, in order. */
  release(): void {
    this.#held.clear();
    for (const event of this.#heldBack.splice(0)) this.#tell(event);
  }

  /** Creates or replaces an object as a user would. */
  put<K extends WatchedKind>(kind: K, object: Watched[K]): void {
    const stored = "resourceVersion" in object ? { ...object, resourceVersion: this.#next() } : object;
    this.#stored[kind].set(keyOf(stored), stored);
    this.#tell({ type: "set", kind, object: stored } as WorldEvent);
    this.onChange();
  }

  /**
   * Creates or replaces a Secret ("acme-org/web-tls") with these texts; one of another type is in no watch. One with the name
   * of a Certificate is taken for that which cert-manager makes, unless `ordered` says otherwise.
   */
  putSecret(
    key: string,
    { cert, key: privateKey }: PemPair,
    type = "kubernetes.io/tls",
    ordered = this.get("Certificate", key) !== undefined,
  ): void {
    const [namespace = "", name = ""] = key.split("/");
    const known = this.get("Secret", key);
    this.#contents.set(key, { resourceVersion: this.#next(), type, cert, key: privateKey });
    if (type === "kubernetes.io/tls") {
      const uid = known?.uid ?? `uid-secret-${key}-${this.#next()}`;
      this.put("Secret", { namespace, name, uid, resourceVersion: "", ordered });
      this.#contents.set(key, { resourceVersion: String(this.#version), type, cert, key: privateKey });
    } else if (known !== undefined) this.#drop("Secret", namespace, name, key);
  }

  /** What a Secret has. */
  secret(key: string): SecretContent | undefined {
    return this.#contents.get(key);
  }

  /** Creates a CertificateRequest ("acme-org/web-1") that asks for this. */
  ask(key: string, asked: Asked, more: Partial<CertificateRequest> = {}): void {
    const [namespace = "", name = ""] = key.split("/");
    this.#asked.set(key, asked);
    this.put("CertificateRequest", {
      ...{
        namespace,
        name,
        uid: `uid-request-${key}-${this.#next()}`,
        resourceVersion: "",
        created: 0,
        decided: false,
      },
      ...{ certificate: undefined, approvedFor: undefined },
      issuer: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
      ...more,
    });
  }

  /** Deletes a Secret, of whatever type. */
  removeSecret(key: string): void {
    const [namespace = "", name = ""] = key.split("/");
    this.#contents.delete(key);
    this.remove("Secret", namespace, name);
  }

  /** Deletes an object as a user would: one with finalizers is only marked. */
  remove(kind: WatchedKind, namespace: string, name: string): void {
    const key = namespace === "" ? name : `${namespace}/${name}`;
    const claim = kind === "Domain" ? this.get("Domain", key) : undefined;
    if (claim !== undefined && claim.finalizers.count > 0)
      this.put("Domain", { ...claim, deleting: true, generation: claim.generation + 1 });
    else if (this.#stored[kind].has(key)) this.#drop(kind, namespace, name, key);
  }

  get<K extends WatchedKind>(kind: K, key: string): Watched[K] | undefined {
    return this.#stored[kind].get(key);
  }

  all<K extends WatchedKind>(kind: K): readonly Watched[K][] {
    return [...this.#stored[kind].values()];
  }

  /** The API as the controller sees it. */
  api(): KubeApi {
    const call = async (name: string): Promise<void> => {
      await this.way(name);
      this.fault(name);
    };
    const answered = (name: string): void => {
      if (this.answerLost(name)) {
        throw new KubeError("induced: no answer", { status: 0, reason: "", kind: "unavailable" });
      }
    };
    /** The answer to a write: the object as it is now. */
    const stored = <K extends WatchedKind>(kind: K, key: string, write: string): Watched[K] => {
      answered(write);
      const object = this.get(kind, key);
      if (object === undefined) throw failed("notFound");
      return object;
    };
    const current = <
      K extends Exclude<WatchedKind, "Namespace" | "IngressClass" | "Service" | "ClusterIssuer" | "Issuer">,
    >(
      kind: K,
      key: string,
      ref: { readonly uid: string; readonly resourceVersion?: string },
    ): Watched[K] => {
      const object = this.get(kind, key);
      if (object === undefined) throw failed("notFound");
      if (object.uid !== ref.uid) throw failed("conflict");
      if (ref.resourceVersion !== undefined && object.resourceVersion !== ref.resourceVersion) throw failed("conflict");
      return object;
    };
    const finalize = async (
      claim: Pick<Claim, "namespace" | "name" | "uid" | "resourceVersion">,
      says: string,
      change: (finalizers: Finalizers) => Finalizers,
    ): Promise<Claim> => {
      const key = `${claim.namespace}/${claim.name}`;
      await call(`finalizers ${key}`);
      const found = current("Domain", key, claim);
      const changed = { ...found, finalizers: change(found.finalizers) };
      this.writes.push(`finalizers ${key} [${says}]`);
      if (found.deleting && changed.finalizers.count === 0) this.#drop("Domain", claim.namespace, claim.name, key);
      else this.put("Domain", changed);
      answered(`finalizers ${key}`);
      return this.get("Domain", key) ?? changed;
    };
    return {
      getClaim: async (namespace, name) => {
        await call(`get ${namespace}/${name}`);
        return this.get("Domain", `${namespace}/${name}`);
      },
      namespaceUid: async (name) => {
        await call(`namespace ${name}`);
        return this.get("Namespace", name)?.uid;
      },
      addFinalizer: (claim) => finalize(claim, finalizer, ({ count }) => ({ count: count + 1, ours: count })),
      removeFinalizer: (claim) => finalize(claim, "", ({ count }) => ({ count: count - 1, ours: undefined })),
      applyClaimStatus: async (claim, status) => {
        await call(`status ${claim.namespace}/${claim.name}`);
        const key = `${claim.namespace}/${claim.name}`;
        const found = current("Domain", key, { uid: claim.uid });
        this.writes.push(`status ${key} ${status.phase} ${status.reason}`);
        if (JSON.stringify(found.status) === JSON.stringify(status)) this.onRepeat(`the status of ${key}`);
        this.put("Domain", { ...found, status });
        return stored("Domain", key, `status ${key}`);
      },
      applySourceStatus: async (ingress, addresses) => {
        await call(`addresses ${ingress.namespace}/${ingress.name}`);
        const key = `${ingress.namespace}/${ingress.name}`;
        const found = current("Ingress", key, ingress);
        this.writes.push(`addresses ${key} [${addresses.map(({ ip }) => ip).join()}]`);
        if (JSON.stringify(found.addresses) === JSON.stringify(addresses))
          this.onRepeat(`the status of Ingress ${key}`);
        this.put("Ingress", { ...found, addresses });
        return stored("Ingress", key, `addresses ${key}`).resourceVersion;
      },
      getRecord: async (name) => {
        await call(`record ${name}`);
        return this.get("HostRecord", name);
      },
      createRecord: async (spec) => {
        await call(`create ${spec.host}`);
        const name = recordName(spec.host);
        if (this.get("HostRecord", name) !== undefined) throw failed("alreadyExists");
        this.writes.push(`create ${spec.host} ${holderOf(spec)}`);
        this.put("HostRecord", { ...spec, name, uid: `uid-record-${name}-${this.#next()}`, resourceVersion: "" });
        return stored("HostRecord", name, `create ${spec.host}`);
      },
      updateRecord: async (record, spec) => {
        await call(`update ${spec.host}`);
        const found = current("HostRecord", record.name, record);
        this.writes.push(`update ${spec.host} ${holderOf(spec)}`);
        this.put("HostRecord", { ...found, ...spec });
        return stored("HostRecord", record.name, `update ${spec.host}`);
      },
      deleteRecord: async (record) => {
        await call(`delete ${record.name}`);
        current("HostRecord", record.name, record);
        this.writes.push(`delete ${record.name}`);
        this.#drop("HostRecord", "", record.name, record.name);
        answered(`delete ${record.name}`);
      },
      createDomainCertificate: async (content) => {
        const key = `${content.namespace}/${content.name}`;
        await call(`create group ${key}`);
        if (this.get("DomainCertificate", key) !== undefined) throw failed("alreadyExists");
        this.writes.push(`create group ${key}`);
        const uid = `uid-group-${key}-${this.#next()}`;
        this.put("DomainCertificate", { ...content, uid, resourceVersion: "", deleting: false });
        return stored("DomainCertificate", key, `create group ${key}`);
      },
      updateDomainCertificate: async (version, content) => {
        const key = `${content.namespace}/${content.name}`;
        await call(`update group ${key}`);
        const found = current("DomainCertificate", key, version);
        this.writes.push(`update group ${key}`);
        this.put("DomainCertificate", { ...found, ...content });
        return stored("DomainCertificate", key, `update group ${key}`);
      },
      deleteDomainCertificate: async (object) => {
        const key = `${object.namespace ?? ""}/${object.name}`;
        await call(`delete group ${key}`);
        current("DomainCertificate", key, object);
        this.writes.push(`delete group ${key}`);
        this.#drop("DomainCertificate", object.namespace, object.name, key);
        answered(`delete group ${key}`);
      },
      createCertificate: async ({ issuer, namespace, name, names, owner }) => {
        const key = `${namespace}/${name}`;
        await call(`order ${key}`);
        if (this.get("Certificate", key) !== undefined || this.unwatchedCertificates.has(key))
          throw failed("alreadyExists");
        this.issuers.set(key, issuer.name);
        this.writes.push(`order ${key} [${names.join()}]`);
        const shown = { names, ready: false, notBefore: 0, notAfter: 0 };
        const uid = `uid-certificate-${key}-${this.#next()}`;
        const version = { namespace, name, uid, resourceVersion: "" };
        this.put("Certificate", { ...version, owner, issuer, shown, failure: undefined });
        return stored("Certificate", key, `order ${key}`);
      },
      findCertificate: async ({ namespace, name }) => {
        const key = `${namespace}/${name}`;
        await call(`find certificate ${key}`);
        const found = this.get("Certificate", key);
        if (found === undefined && !this.unwatchedCertificates.has(key)) return undefined;
        const { resourceVersion, uid } = found ?? { resourceVersion: "1", uid: `uid-unwatched-${key}` };
        return {
          namespace,
          name,
          uid,
          resourceVersion,
          ownerUid: found?.owner.uid ?? this.unwatchedCertificates.get(key),
        };
      },
      orderCertificate: async ({ uid }, { issuer, namespace, name, names, owner }) => {
        const key = `${namespace}/${name}`;
        await call(`order ${key}`);
        if (this.unwatchedCertificates.delete(key)) {
          const shown = { names, ready: false, notBefore: 0, notAfter: 0 };
          const version = { namespace, name, uid, resourceVersion: "" };
          this.put("Certificate", { ...version, owner, issuer, shown, failure: undefined });
        }
        const found = current("Certificate", key, { uid });
        this.issuers.set(key, issuer.name);
        this.writes.push(`order ${key} [${names.join()}]`);
        const shown = { ...found.shown, names, ready: false };
        this.put("Certificate", { ...found, issuer, shown, failure: undefined });
        return stored("Certificate", key, `order ${key}`);
      },
      deleteCertificate: async ({ namespace, name, uid }) => {
        const key = `${namespace}/${name}`;
        await call(`delete certificate ${key}`);
        current("Certificate", key, { uid });
        this.writes.push(`delete certificate ${key}`);
        this.#drop("Certificate", namespace, name, key);
        answered(`delete certificate ${key}`);
      },
      deleteSecret: async ({ namespace, name, uid }) => {
        const key = `${namespace}/${name}`;
        await call(`delete secret ${key}`);
        current("Secret", key, { uid });
        this.writes.push(`delete secret ${key}`);
        this.removeSecret(key);
        answered(`delete secret ${key}`);
      },
      orderState: async ({ namespace, uid }) => {
        const name = this.all("Certificate").find((one) => one.uid === uid)?.name ?? "";
        await call(`order state ${namespace}/${name}`);
        return this.orderStates.get(`${namespace}/${name}`) ?? noOrder;
      },
      getCertificateRequest: async ({ namespace, name }) => {
        const key = `${namespace}/${name}`;
        await call(`request ${key}`);
        const [object, asked] = [this.get("CertificateRequest", key), this.#asked.get(key)];
        return object && asked && { ...asked, uid: object.uid, resourceVersion: object.resourceVersion };
      },
      answerCertificateRequest: async (version, { kind, message, reason }) => {
        const key = `${version.namespace}/${version.name}`;
        await call(`answer ${key}`);
        // The API server ignores the uid when the status of a custom resource is written.
        const uid = this.get("CertificateRequest", key)?.uid ?? version.uid;
        const found = current("CertificateRequest", key, { ...version, uid });
        this.writes.push(`answer ${key} ${kind}`);
        this.answers.push(`${key} ${kind} ${reason}: ${message}`);
        this.put("CertificateRequest", { ...found, decided: true });
        return stored("CertificateRequest", key, `answer ${key}`);
      },
      getSecret: async ({ namespace, name }) => {
        await call(`secret ${namespace}/${name}`);
        this.secretReads.push(`${namespace}/${name}`);
        return this.secret(`${namespace}/${name}`);
      },
    };
  }

  #drop(kind: WatchedKind, namespace: string, name: string, key: string): void {
    const uid = uidOf(this.get(kind, key));
    this.#stored[kind].delete(key);
    this.#tell({ type: "delete", kind, namespace, name, ...(uid === undefined ? {} : { uid }) });
    this.onChange();
  }

  #tell(event: WorldEvent): void {
    if (this.#held.has(event.kind)) {
      this.#heldBack.push(event);
      return;
    }
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

function keyOf(object: { readonly namespace?: string; readonly name: string }): string {
  return (object.namespace ?? "") === "" ? object.name : `${object.namespace}/${object.name}`;
}

function uidOf(object: object | undefined): string | undefined {
  return object !== undefined && "uid" in object && typeof object.uid === "string" ? object.uid : undefined;
}

function holderOf(spec: Pick<HostRecord, "holder">): string {
  return spec.holder === undefined ? "-" : `${spec.holder.namespace}/${spec.holder.name}`;
}

function failed(kind: "notFound" | "conflict" | "alreadyExists"): KubeError {
  return new KubeError(`induced: ${kind}`, { status: kind === "notFound" ? 404 : 409, reason: kind, kind });
}
