import type { Host } from "@domain-claims/crds/hostname";
import type { OthersSpending } from "./certificate-group.ts";
import { sameJson } from "./compare.ts";
import { certificateName, domainOf, isHeldBack } from "./domain-certificate.ts";
import type { DomainCertificate, HostCertificate, OrderedCertificate } from "./domain-certificate.ts";
import { Groups } from "./groups.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import { NamesUnderWay } from "./names-under-way.ts";
import type { SecretVersion } from "./tls.ts";

/**
 * The DomainCertificates, the Certificates that they own, and what all of them together have spent. What was spent stays
 * spent when an object goes: the latest marks are kept for as long as the process lives.
 */
export class CertificateGroups {
  readonly #groups = new Map<string, DomainCertificate>();
  readonly #certificates = new Groups<string, string, OrderedCertificate>();
  readonly #byName = new Map<string, OrderedCertificate>();
  readonly #secrets = new Groups<string, string, SecretVersion>();
  /** What there is of each host, by namespace and host. */
  readonly #hosts = new Map<string, HostCertificate>();
  readonly #domainMarks = new Map<string, number>();
  readonly #failureMarks = new Map<string, number>();
  readonly #shareMarks = new Map<string, number>();
  /** When the orders under way were made, by registrable domain and namespace. */
  readonly #underWay = new Groups<string, string, readonly number[]>();
  readonly #namespaceRunning = new Map<string, number>();
  readonly #underWayNames = new NamesUnderWay();
  readonly #totals = { wanted: 0, issued: 0, quarantined: 0, outOfBudget: 0, full: 0 };
  #accountMark = 0;

  /** Takes in a DomainCertificate, new or changed; returns the keys of the facts that changed. */
  set(object: DomainCertificate): readonly FactKey[] {
    const { group, name, namespace } = object;
    const before = this.get(namespace, name);
    if (before !== undefined) this.#count(before, -1);
    this.#groups.set(objectKey(namespace, name), object);
    this.#count(object, 1);
    raise(this.#domainMarks, name, group.budgets.domain);
    raise(this.#failureMarks, namespace, group.budgets.failures);
    raise(this.#shareMarks, namespace, group.budgets.share);
    this.#accountMark = Math.max(this.#accountMark, group.budgets.account);
    return [
      factKeys.certificateGroup(namespace, name),
      ...(sameJson(unlistedWaitOf(before), unlistedWaitOf(object)) ? [] : [factKeys.unlistedWait(namespace, name)]),
      ...this.#replaceHosts(namespace, hostsOf(before), hostsOf(object)),
    ];
  }

  /** Forgets a DomainCertificate; returns the keys of the facts that changed. */
  remove(namespace: string, name: string): readonly FactKey[] {
    const key = objectKey(namespace, name);
    const old = this.#groups.get(key);
    if (old === undefined) return [];
    this.#groups.delete(key);
    this.#count(old, -1);
    return [
      factKeys.certificateGroup(namespace, name),
      factKeys.unlistedWait(namespace, name),
      ...this.#replaceHosts(namespace, hostsOf(old), hostsOf(undefined)),
    ];
  }

  /** Takes in a Certificate, new or changed; returns the keys of the facts that changed. */
  setCertificate(certificate: OrderedCertificate): readonly FactKey[] {
    const { name, namespace, owner } = certificate;
    const changed = this.removeCertificate(namespace, name);
    const group = objectKey(namespace, owner.name);
    this.#certificates.put(group, name, certificate);
    this.#byName.set(objectKey(namespace, name), certificate);
    return [...changed, factKeys.orderedCertificates(namespace, owner.name)];
  }

  /** Forgets a Certificate; returns the keys of the facts that changed. */
  removeCertificate(namespace: string, name: string): readonly FactKey[] {
    const key = objectKey(namespace, name);
    const old = this.#byName.get(key);
    if (old === undefined) return [];
    this.#byName.delete(key);
    this.#certificates.drop(objectKey(namespace, old.owner.name), name);
    return [factKeys.orderedCertificates(namespace, old.owner.name)];
  }

  /** Takes in a Secret, new or changed; returns the keys of the facts that changed. */
  setSecret(secret: SecretVersion): readonly FactKey[] {
    const { name, namespace, ordered } = secret;
    const domain = domainOf(name);
    if (domain === undefined) return [];
    const group = objectKey(namespace, domain);
    const known = this.#secrets.get(group, name);
    if (!ordered) return known === undefined ? [] : this.removeSecret(namespace, name);
    this.#secrets.put(group, name, secret);
    return known?.uid === secret.uid ? [] : [factKeys.secretsOfGroup(namespace, domain)];
  }

  /** Forgets a Secret; returns the keys of the facts that changed. */
  removeSecret(namespace: string, name: string): readonly FactKey[] {
    const domain = domainOf(name);
    if (domain === undefined || this.#secrets.get(objectKey(namespace, domain), name) === undefined) return [];
    this.#secrets.drop(objectKey(namespace, domain), name);
    return [factKeys.secretsOfGroup(namespace, domain)];
  }

  /** The Secrets that cert-manager has made for Certificates of the group. */
  secrets(namespace: string, domain: string): readonly SecretVersion[] {
    return this.#secrets.of(objectKey(namespace, domain));
  }

  /** The DomainCertificate of that name; undefined: there is none. */
  get(namespace: string, domain: string): DomainCertificate | undefined {
    return this.#groups.get(objectKey(namespace, domain));
  }

  /** The Certificate of that name; undefined: there is none. */
  certificate(namespace: string, name: string): OrderedCertificate | undefined {
    return this.#byName.get(objectKey(namespace, name));
  }

  /** The Certificates that the DomainCertificate owns. */
  certificates(namespace: string, domain: string): readonly OrderedCertificate[] {
    return this.#certificates.of(objectKey(namespace, domain));
  }

  /** What the namespace's DomainCertificate says of the host; undefined where it says nothing. */
  host(namespace: string, host: Host): HostCertificate | undefined {
    return this.#hosts.get(objectKey(namespace, host));
  }

  /** What the names wait for that the DomainCertificate has no room to list; undefined: for nothing that is known. */
  unlistedWait(namespace: string, domain: string): HostCertificate["waits"] {
    return unlistedWaitOf(this.get(namespace, domain));
  }

  /** When the budget of orders of the whole cluster would be full again, in milliseconds since the epoch. */
  get accountFullAt(): number {
    return this.#accountMark;
  }

  /**
   * Names of all groups: those that are to have a certificate, that have one, that are tried apart since they could not be
   * validated; and groups in which some wait since a budget is spent, or since there is no room for more.
   */
  get totals(): { readonly [Total in "wanted" | "issued" | "quarantined" | "outOfBudget" | "full"]: number } {
    return this.#totals;
  }

  /** All DomainCertificates. */
  all(): IterableIterator<DomainCertificate> {
    return this.#groups.values();
  }

  /**
   * What groups other than this one have left of the budgets, and what they have under way: of other namespaces what was ordered
   * after `since` (milliseconds since the epoch), which is never earlier than in the call before.
   */
  othersOf(namespace: string, domain: string, since: number): Omit<OthersSpending, "newcomerWaits" | "anyoneWaits"> {
    const own = this.get(namespace, domain);
    const recent = (orders: readonly number[]): number => orders.filter((orderedAt) => orderedAt > since).length;
    const ofDomain = this.#underWay.of(domain).reduce((sum, orders) => sum + recent(orders), 0);
    return {
      marks: {
        domain: this.#domainMarks.get(domain) ?? 0,
        account: this.#accountMark,
        share: this.#shareMarks.get(namespace) ?? 0,
        failures: this.#failureMarks.get(namespace) ?? 0,
      },
      domainRunning: ofDomain - recent(ordersUnderWay(own)),
      namespaceRunning: (this.#namespaceRunning.get(namespace) ?? 0) - ordersUnderWay(own).length,
      underWay: this.#underWayNames.beside(namespace, domain, since),
    };
  }

  /** Replaces what is said of hosts; a host has one registrable domain, so no other group says anything of it. */
  #replaceHosts(
    namespace: string,
    before: ReadonlyMap<Host, HostCertificate>,
    now: ReadonlyMap<Host, HostCertificate>,
  ): readonly FactKey[] {
    const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
      (host) => !sameJson(before.get(host), now.get(host)),
    );
    for (const host of changed) {
      const said = now.get(host);
      if (said === undefined) this.#hosts.delete(objectKey(namespace, host));
      else this.#hosts.set(objectKey(namespace, host), said);
    }
    return changed.map((host) => factKeys.hostCertificate(namespace, host));
  }

  #count(object: DomainCertificate, sign: 1 | -1): void {
    const { name, namespace, report } = object;
    const { failing, issued, waiting, wanted } = report;
    this.#totals.wanted += wanted * sign;
    this.#totals.issued += issued * sign;
    this.#totals.quarantined += failing * sign;
    if (waiting.some(({ reason }) => reason === "BudgetExhausted")) this.#totals.outOfBudget += sign;
    if (waiting.some(({ reason }) => reason === "TooManyNames")) this.#totals.full += sign;
    const orders = ordersUnderWay(object);
    if (orders.length === 0) return;
    if (sign > 0) this.#underWayNames.set(object);
    else this.#underWayNames.remove(object);
    add(this.#namespaceRunning, namespace, orders.length * sign);
    if (sign > 0) this.#underWay.put(name, namespace, orders);
    else this.#underWay.drop(name, namespace);
  }
}

function hostsOf(object: DomainCertificate | undefined): ReadonlyMap<Host, HostCertificate> {
  const hosts = new Map<Host, HostCertificate>();
  if (object === undefined) return hosts;
  const { group, name, report } = object;
  const say = (host: Host, more: Partial<HostCertificate>): void => {
    const none = { secrets: [], waits: undefined, problem: undefined };
    hosts.set(host, { ...none, ...hosts.get(host), ...more });
  };
  for (const { issued, names, number, running } of group.certificates) {
    const secret = certificateName(name, number);
    if (running) for (const host of names) say(host, {});
    for (const host of issued) say(host, { secrets: [...(hosts.get(host)?.secrets ?? []), secret] });
  }
  for (const { host, reason, until } of report.waiting) say(host, { waits: { reason, until } });
  for (const { host, message } of group.quarantine) say(host, { problem: message });
  return hosts;
}

/** Those that are held back are listed first: where none is, that is not why the others wait. */
function unlistedWaitOf(object: DomainCertificate | undefined): HostCertificate["waits"] {
  if (object === undefined || object.report.moreWaiting === 0) return undefined;
  const held = object.report.waiting.find(isHeldBack);
  return held && { reason: held.reason, until: held.until };
}

/** When each of them was made. */
function ordersUnderWay(object: DomainCertificate | undefined): readonly number[] {
  return object?.group.certificates.flatMap(({ orderedAt, running }) => (running ? [orderedAt] : [])) ?? [];
}

function raise(marks: Map<string, number>, of: string, mark: number): void {
  if (mark > (marks.get(of) ?? 0)) marks.set(of, mark);
}

function add(counts: Map<string, number>, of: string, count: number): void {
  const sum = (counts.get(of) ?? 0) + count;
  if (sum === 0) counts.delete(of);
  else counts.set(of, sum);
}
