import { wildcardFor } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { CertificateRequest } from "./certificate-request.ts";
import type { Issuer } from "./issuer.ts";
import type { Excess } from "./claim-bounds.ts";
import type { DomainCertificate, HostCertificate, OrderedCertificate, IssuerRef } from "./domain-certificate.ts";
import { factKeys } from "./keys.ts";
import { Memo } from "./memo.ts";
import type { LastHolder } from "./register.ts";
import { Reads } from "./reads.ts";
import type { Source, SourceClass, SourceRef } from "./source.ts";
import type { Claim } from "./claim.ts";
import type { HostRecord } from "./host-record.ts";
import type { Namespace, Service, ServiceRef } from "./core-v1.ts";
import type { KongState, Live, LiveTls, NamedRoute, Programmed, StayOver } from "./kong-state.ts";
import type { PendingWrite } from "./pending-write.ts";
import type { ShownRoutes } from "./shown-routes.ts";
import type { TermState } from "./term-state.ts";
import type { SecretRef, SecretVersion, TlsSecret } from "./tls.ts";

/** The world as one decision sees it: it remembers which facts were asked for, so that a change re-decides its readers. */
export class Facts {
  readonly #reads = new Reads();
  /** What answers rest on that are not among the reads yet: each is added once, however often the answer was asked for. */
  readonly #restsOn = new Set<Reads>();
  readonly #state: TermState;
  readonly #answered = new Memo();

  constructor(state: TermState) {
    this.#state = state;
  }

  /** Every fact that was asked for until now. */
  get reads(): Reads {
    for (const reads of this.#restsOn) this.#reads.addAll(reads);
    this.#restsOn.clear();
    return this.#reads;
  }

  /**
   * What one decision asks again and again is answered once. Facts do not outlive the turn of the event loop in which they
   * are decided from.
   */
  once<T>(question: symbol, subject: string, answer: () => T): T {
    return this.#answered.get(question, subject, answer);
  }

  /**
   * What several decisions ask alike: it is decided once, and again when a fact has changed that it rests on, or `given`, all
   * that it is decided from beside facts, is another object. `decide` is told what was decided before, if that is known.
   */
  memoize<T>(
    question: symbol,
    subject: string,
    decide: (facts: Facts, before: T | undefined) => T,
    given?: unknown,
  ): T {
    const { decided, reads } = this.#state.memoize<T>(question, subject, given, (before) => {
      const facts = new Facts(this.#state);
      return { decided: decide(facts, before), reads: facts.reads };
    });
    this.#restsOn.add(reads);
    return decided;
  }

  /** The claim of that name; undefined: there is none. */
  claim(namespace: string, name: string): Claim | undefined {
    this.#reads.add(factKeys.claim(namespace, name));
    return this.#state.world.claim(namespace, name);
  }
  /** The bound of its namespace that the claim does not fit into (rule X1); undefined: it fits. */
  excess(claim: Claim): Excess | undefined {
    this.#reads.add(factKeys.excess(claim.namespace, claim.name));
    return this.#state.world.excess(claim);
  }
  /** Claims for the host, oldest first. */
  claimsFor(host: Host): readonly Claim[] {
    this.#reads.add(factKeys.claims(host));
    return this.#state.world.claimsFor(host);
  }
  /** The claims of the namespace that rename the claim of this name, oldest first. */
  renamers(namespace: string, name: string): readonly Claim[] {
    this.#reads.add(factKeys.renamers(namespace, name));
    return this.#state.world.renamers(namespace, name);
  }
  /** The record of the host; undefined: it has none. */
  record(host: Host): HostRecord | undefined {
    this.#reads.add(factKeys.record(host));
    return this.#state.world.record(host);
  }
  /** The hosts that the namespace holds, and that had this name before: what is served for it is served for them, too. */
  successors(namespace: string, host: Host): readonly Host[] {
    this.#reads.add(factKeys.successors(namespace, host));
    return this.#state.world.successors(namespace, host).map((record) => record.host);
  }
  /** Others' primaries strictly below the host that stand on their own authority, by name; undefined: there are more than `most`. */
  carveOuts(host: Host, namespace: string, most: number): readonly HostRecord[] | undefined {
    this.#reads.add(factKeys.carveOuts(host));
    return this.#state.world.carveOuts(host, namespace, most);
  }
  /** Records that nobody holds now, by who held last. */
  released(last: LastHolder): readonly HostRecord[] {
    this.#reads.add(last.kind === "gone" ? factKeys.releasedOfGone : factKeys.released(last.namespace));
    return this.#state.world.released(last);
  }
  /** The namespace of that name; undefined: there is none. */
  namespace(name: string): Namespace | undefined {
    this.#reads.add(factKeys.namespace(name));
    return this.#state.world.namespace(name);
  }
  /** Which cluster this is: no fact, since it never changes; undefined while it is not known. */
  get clusterUid(): string | undefined {
    return this.#state.world.clusterUid;
  }
  /** The source that is meant; undefined: there is none. */
  source(ref: SourceRef): Source | undefined {
    this.#reads.add(factKeys.source(ref));
    return this.#state.world.source(ref);
  }
  /** The sources of the namespace that name the host and count, oldest first. */
  sourcesFor(namespace: string, host: RouteHost): readonly Source[] {
    this.#reads.add(factKeys.sources(namespace, host));
    return this.#state.world.sourcesFor(namespace, host);
  }
  /** True if so many older sources of its namespace name the host that this one does not count for it (rule X1). */
  isBeyond(host: RouteHost, source: Source): boolean {
    this.#reads.add(factKeys.sources(source.namespace, host));
    return this.#state.world.isBeyond(host, source);
  }
  /** The sources of the namespace that have a Secret for the host, oldest first. */
  tlsSourcesFor(namespace: string, host: Host): readonly Source[] {
    this.#reads.add(factKeys.sources(namespace, host));
    return this.#state.world.tlsSourcesFor(namespace, host);
  }
  /** The version of a Secret of the type `kubernetes.io/tls`, as the watch shows it; undefined: there is none. */
  secret({ namespace, name }: SecretRef): SecretVersion | undefined {
    this.#reads.add(factKeys.secret(namespace, name));
    return this.#state.world.secret(namespace, name);
  }
  /** True if there is a Secret of that type, as the watch shows it: its owner may change it all the time. */
  hasSecret({ namespace, name }: SecretRef): boolean {
    this.#reads.add(factKeys.hasSecret(namespace, name));
    return this.#state.world.secret(namespace, name) !== undefined;
  }
  /** What a Secret has for TLS; undefined while nobody has looked. */
  tlsSecret(secret: SecretRef): TlsSecret | undefined {
    this.#reads.add(factKeys.tlsSecret(secret.namespace, secret.name));
    return this.#state.tlsSecret(secret);
  }
  /** True if the source asks for more routes than its namespace may have beside those of older ones. */
  isLeftOut(source: Source): boolean {
    this.#reads.add(factKeys.crowd(source.namespace, source.class?.name ?? ""));
    return this.#state.world.isLeftOut(source);
  }
  /** The class of that name; undefined: there is none. */
  sourceClass(name: string): SourceClass | undefined {
    this.#reads.add(factKeys.sourceClass(name));
    return this.#state.world.sourceClass(name);
  }
  /** The Service of that name; undefined: there is none. */
  service(namespace: string, name: string): Service | undefined {
    this.#reads.add(factKeys.service(namespace, name));
    return this.#state.world.service(namespace, name);
  }
  /** The records of the hosts that the namespace holds below the registrable domain. */
  held(namespace: string, domain: string): readonly HostRecord[] {
    this.#reads.add(factKeys.held(namespace, domain));
    return this.#state.world.held(namespace, domain);
  }
  /** What is remembered of the namespace's certificates for the registrable domain; undefined: nothing. */
  domainCertificate(namespace: string, domain: string): DomainCertificate | undefined {
    this.#reads.add(factKeys.certificateGroup(namespace, domain));
    return this.#state.world.certificates.get(namespace, domain);
  }
  /** The Certificates that have been ordered by that. */
  orderedCertificates(namespace: string, domain: string): readonly OrderedCertificate[] {
    this.#reads.add(factKeys.orderedCertificates(namespace, domain));
    return this.#state.world.certificates.certificates(namespace, domain);
  }
  /** The Secrets that cert-manager has made for them, or for earlier ones. */
  secretsOfGroup(namespace: string, domain: string): readonly SecretVersion[] {
    this.#reads.add(factKeys.secretsOfGroup(namespace, domain));
    return this.#state.world.certificates.secrets(namespace, domain);
  }
  /** What the namespace's DomainCertificate says of the host; undefined: nothing. */
  hostCertificate(namespace: string, host: Host): HostCertificate | undefined {
    this.#reads.add(factKeys.hostCertificate(namespace, host));
    return this.#state.world.certificates.host(namespace, host);
  }
  /** What the names wait for that the namespace's DomainCertificate has no room to list; undefined: for nothing that is known. */
  unlistedWait(namespace: string, domain: string): HostCertificate["waits"] {
    this.#reads.add(factKeys.unlistedWait(namespace, domain));
    return this.#state.world.certificates.unlistedWait(namespace, domain);
  }
  /** The Secrets of the namespace whose certificates have been ordered and issued for the host, or for its wildcard. */
  orderedSecrets(namespace: string, host: Host): readonly SecretRef[] {
    const wildcard = wildcardFor(host);
    const covering = [host, ...(wildcard === undefined ? [] : [wildcard])];
    return covering.flatMap((one) =>
      (this.hostCertificate(namespace, one)?.secrets ?? []).map((name) => ({ namespace, name })),
    );
  }
  /** The issuer, as it is for Certificates of the namespace; undefined where there is none. */
  issuer({ kind, name }: IssuerRef, namespace: string): Issuer | undefined {
    const where = kind === "Issuer" ? namespace : "";
    this.#reads.add(factKeys.issuer(where, name));
    return this.#state.world.issuer(where, name);
  }
  /** The CertificateRequest, while nobody has approved or denied it; undefined: there is none. */
  certificateRequest(namespace: string, name: string): CertificateRequest | undefined {
    this.#reads.add(factKeys.certificateRequest(namespace, name));
    return this.#state.world.certificateRequest(namespace, name);
  }
  /** What Kong has for a host; what handshakes have shown of it is a fact of its own. */
  live(host: RouteHost): Omit<Live, "handshake"> {
    this.#reads.add(factKeys.live(host));
    return this.#state.live(host);
  }
  /** What Kong has for the host's certificate, and what handshakes have shown of it. */
  liveTls(host: RouteHost): LiveTls {
    this.#reads.add(factKeys.liveTls(host));
    return this.#state.live(host);
  }
  /** How the last writes for the host went; undefined: there was none yet. */
  programmed(host: RouteHost): Programmed | undefined {
    this.#reads.add(factKeys.programmed(host));
    return this.#state.programmed(host);
  }
  /** True if the gateway has shown what was written to Kong for the host last (rule X3). */
  isInEffect(host: RouteHost): boolean {
    this.#reads.add(factKeys.inEffect(host));
    return this.#state.isInEffect(host);
  }
  /** What the gateway has shown of the routes that Kong has for the host (rule X3). */
  shownRoutes(host: RouteHost): ShownRoutes {
    this.#reads.add(factKeys.shownRoutes(host));
    return this.#state.shownRoutes(host);
  }
  /** True if the gateway has shown in effect what has that name and is to take the place of the host's routes (rule X3). */
  isStandbyInEffect(host: RouteHost, name: string): boolean {
    this.#reads.add(factKeys.standby(host));
    return this.#state.isStandbyInEffect(host, name);
  }
  /** Whose routes have to go, since that has been waited for so long; undefined: nobody's. */
  stayOver(host: RouteHost): StayOver | undefined {
    this.#reads.add(factKeys.standby(host));
    return this.#state.stayOver(host);
  }
  /** The Services to which those of its routes lead that stay until then. */
  staysOn(host: RouteHost): readonly ServiceRef[] {
    this.#reads.add(factKeys.standby(host));
    return this.#state.staysOn(host);
  }
  /** The write of the host's record that is under way; undefined: none is. */
  pendingWrite(host: Host): PendingWrite | undefined {
    this.#reads.add(factKeys.pendingWrite(host));
    return this.#state.pendingWrite(host);
  }
  /** True if the cover would serve a host of another namespace which has no guard in Kong yet. */
  hasUnguarded(cover: RouteHost, namespace: string): boolean {
    this.#reads.add(factKeys.unguarded(cover));
    return this.#state.hasUnguarded(cover, namespace);
  }
  /** True if one of these will have none, since a route of others names it (rule X5). */
  hasWithheld(cover: RouteHost, namespace: string): boolean {
    this.#reads.add(factKeys.withheld(cover));
    return this.#state.hasWithheld(cover, namespace);
  }
  /** True if the API server itself has said that the claim which the host's record names is gone. */
  isGone(host: Host, uid: string): boolean {
    this.#reads.add(factKeys.gone(host));
    return this.#state.isGone(host, uid);
  }
  /** True if the time of the host that ends then, its redemption or its redirect's, has ended by the clock. */
  isOver(host: Host, until: string): boolean {
    this.#reads.add(factKeys.over(host));
    return this.#state.isOver(host, until);
  }
  /** True if the API server refused the last write into the claim, and it has not been found otherwise since. */
  isUnwritable(claim: Claim): boolean {
    this.#reads.add(factKeys.unwritable(claim.namespace, claim.name));
    return this.#state.isUnwritable(claim);
  }
  /** The route of others in Kong that names the host (rule X5); undefined: none does. */
  foreignRoute(host: RouteHost): NamedRoute | undefined {
    this.#reads.add(factKeys.foreignRoute(host));
    return this.#state.foreignRoute(host);
  }
  get kong(): KongState {
    this.#reads.add(factKeys.kong);
    return this.#state.kong;
  }
}
