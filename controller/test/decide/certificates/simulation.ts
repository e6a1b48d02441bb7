import type { Host } from "@domain-claims/crds/hostname";
import type { GroupInput } from "../../../src/decide/certificates/draft.ts";
import type { GroupDecision } from "../../../src/decide/certificates/group.ts";
import type { OrderLimits } from "../../../src/decide/certificates/limits.ts";
import { covers } from "../../../src/decide/certificates/names.ts";
import { Turns } from "../../../src/queue/turns.ts";
import { orderProgress } from "../../../src/reconcile/order-progress.ts";
import type { OrderProgress } from "../../../src/reconcile/order-progress.ts";
import type { Issuer } from "../../../src/world/issuer.ts";
import { noGroup } from "../../../src/world/certificate-group.ts";
import type {
  BudgetMarks,
  CertificateGroup,
  OthersSpending,
  GroupCertificate,
  ShownCertificate,
} from "../../../src/world/certificate-group.ts";
import { CertificateAuthority } from "./certificate-authority.ts";
import { CertManager } from "./cert-manager.ts";
import { ChallengeQueue, selfCheckMs } from "./challenge-queue.ts";
import type { Validation } from "./challenge-queue.ts";
import { groupDecision } from "./group-decision.ts";
import { issuers } from "./issuers.ts";

/** One namespace's names below one registrable domain. */
interface Member {
  readonly namespace: string;
  group: CertificateGroup;
  readonly manager: CertManager;
  readonly wanted: Map<Host, number>;
  readonly lost: Set<Host>;
  readonly progress: Map<number, OrderProgress>;
  lookAt: number;
  waiting: GroupDecision["waiting"];
  finished: boolean;
}

/** How a simulation differs from the usual one. */
export interface Ways {
  readonly limits: OrderLimits;
  readonly tellsOne?: boolean;
  /** Who signs: at first one whose solver is for any name, by DNS-01. */
  readonly issuer?: Issuer;
  /** How long cert-manager works on a challenge that is met. */
  readonly challengeMs?: number;
}

/** Groups of one registrable domain, of several namespaces, in a world where time passes when it is told to. */
export class Simulation {
  now = 1_700_000_000_000;
  /** What should never have been. */
  readonly wrongs: string[] = [];
  /** When each name was covered first. */
  readonly coveredAt = new Map<string, number>();
  readonly authority: CertificateAuthority;
  readonly queue: ChallengeQueue;
  readonly #ways: Ways;
  readonly #validations = new Map<Host, Validation>();
  readonly #members = new Map<string, Member>();
  readonly #owed = new Set<string>();
  readonly #unserved = new Set<Host>();
  readonly #turns = new Turns();
  /** How many orders each namespace may still make by its share of the account. */
  readonly #shares = new Map<string, { left: number; at: number }>();

  constructor(ways: Ways) {
    this.#ways = ways;
    this.authority = new CertificateAuthority(ways.limits);
    this.queue = new ChallengeQueue(
      this.authority,
      ways.challengeMs ?? selfCheckMs,
      (host) => this.#validations.get(host) ?? "valid",
    );
  }

  want(namespace: string, ...hosts: readonly Host[]): void {
    const member = this.#member(namespace);
    for (const host of hosts) {
      if (!member.wanted.has(host)) member.wanted.set(host, this.now);
      member.lost.delete(host);
    }
    this.#decide(member);
  }

  /** The names are wanted no longer; `lost`: another namespace holds them now. */
  drop(namespace: string, hosts: readonly Host[], lost = false): void {
    const member = this.#member(namespace);
    for (const host of hosts) {
      member.wanted.delete(host);
      this.#owed.delete(`${namespace} ${host}`);
      if (lost) member.lost.add(host);
    }
    this.#decide(member);
  }

  validates(host: Host, validation: Validation): void {
    this.#validations.set(host, validation);
    if (validation !== "valid") {
      for (const owed of this.#owed) if (owed.endsWith(` ${host}`)) this.#owed.delete(owed);
    }
  }

  /** The gateway does not answer for the name, or does again. */
  serves(host: Host, isServed: boolean): void {
    if (isServed) this.#unserved.delete(host);
    else this.#unserved.add(host);
    for (const member of this.#members.values()) if (member.wanted.has(host)) this.#decide(member);
  }

  /** Lets time pass. */
  run(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const members = [...this.#members.values()];
      const next = Math.min(
        this.queue.nextAt(),
        ...members.flatMap(({ lookAt, manager }) => [lookAt, manager.nextAt()]),
      );
      if (next > end) break;
      this.now = Math.max(this.now, next);
      this.queue.advance(this.now);
      for (const member of members) {
        const hasEnded = member.manager.advance(this.now);
        if (hasEnded || member.lookAt <= this.now) this.#decide(member);
      }
    }
    this.now = end;
    for (const member of this.#members.values()) this.#follow(member);
  }

  has(namespace: string, host: Host): boolean {
    return this.#member(namespace).manager.has(host, this.now);
  }

  member(namespace: string): Pick<Member, "group" | "waiting" | "finished"> {
    return this.#member(namespace);
  }

  #decide(member: Member): void {
    const { limits } = this.#ways;
    const standing = namesOf(member.group);
    const input: GroupInput = {
      ...{ group: member.group, shown: this.#shown(member), limits, now: this.now },
      wanted: [...member.wanted].map(([host, since]) => ({
        host,
        since,
        isServed: standing.has(host) || !this.#unserved.has(host),
      })),
      lost: member.lost,
      others: this.#othersOf(member),
      issuer: this.#ways.issuer ?? issuers.anyZone,
    };
    const decision = groupDecision(input);
    this.#judge(member, input, decision);
    this.#count(member, input, decision);
    const again = groupDecision({ ...input, group: JSON.parse(JSON.stringify(decision.group)) as CertificateGroup });
    if (again.orders.length > 0) this.#wrong("what is remembered is ordered twice");
    if (JSON.stringify(again.group) !== JSON.stringify(decision.group)) this.#wrong("a second look changes it");
    Object.assign(member, {
      ...{ group: decision.group, waiting: decision.waiting, finished: decision.finished },
      lookAt: Math.min(decision.nextLookAt ?? Infinity, decision.waitsForRoom ? this.now + 60_000 : Infinity),
    });
    this.#takeTurn(member, decision);
    if (member.lookAt <= this.now) this.#wrong(`it looks again at ${String(member.lookAt)}`);
    member.manager.apply(new Map(decision.group.certificates.map(({ names, number }) => [number, names])), this.now);
    this.#follow(member);
  }

  /** What is shown, with what was seen of it before. */
  #shown({ group, manager, progress }: Member): GroupInput["shown"] {
    const shown = new Map<number, ShownCertificate>();
    for (const [number, one] of manager.shown(this.now)) {
      const orderedAt = group.certificates.find((certificate) => certificate.number === number)?.orderedAt ?? 0;
      const now = orderProgress(progress.get(number), orderedAt, one.pending.length, this.now);
      progress.set(number, now);
      shown.set(number, { ...one, quietSince: now.since });
    }
    return shown;
  }

  /** Whether each order is for something. */
  #judge(member: Member, { group, shown }: GroupInput, { orders }: GroupDecision): void {
    for (const { kind, names, number } of orders) {
      const known = group.certificates.find((certificate) => certificate.number === number);
      const has = shown.get(number);
      const before = new Set(has?.ready === true ? has.names : known?.issued);
      const isNew = names.some((host) => member.wanted.has(host) && !covers(before, host));
      const standing = namesOf(group);
      const unserved = names.filter((host) => this.#unserved.has(host) && !covers(standing, host));
      if (unserved.length > 0) this.#wrong(`${unserved.join()} is ordered, and the gateway does not answer for it`);
      const leaves = [...before].some((host) => !names.includes(host));
      if (!(kind === "upkeep" || kind === "leaving" ? leaves : isNew))
        this.#wrong(`${kind} order ${String(number)} is for nothing`);
    }
  }

  /** Whether there was room for each order, and a share of the account. */
  #count({ namespace }: Member, { others, shown }: GroupInput, { group, orders }: GroupDecision): void {
    const { share, underWay } = this.#ways.limits;
    const now = new Set(orders.map(({ number }) => number));
    const before = group.certificates.filter(({ number, running }) => running && !now.has(number));
    // Of an order that is held up only those that hold it up take room.
    const roomOf = ({ names, number }: GroupCertificate): number => {
      const { pending = names, stuck = [] } = shown.get(number) ?? {};
      return stuck.length > 0 && stuck.length === pending.length
        ? Math.min(pending.length, names.length)
        : names.length;
    };
    let own = before.reduce((sum, certificate) => sum + roomOf(certificate), 0);
    for (const { names, number } of orders) {
      const all = own + others.underWay.others;
      const most = own > 0 ? underWay.beyondFirst : underWay.all;
      if (all > 0 && all + names.length > most) this.#wrong(`there is no room for order ${String(number)}`);
      own += names.length;
      const { left, at } = this.#shares.get(namespace) ?? { left: share.capacity, at: this.now };
      const there = Math.min(share.capacity, left + (this.now - at) / share.refillMs);
      if (there < 1 - 1e-6) this.#wrong(`${namespace} has no share left for order ${String(number)}`);
      this.#shares.set(namespace, { left: there - 1, at: this.now });
    }
  }

  #takeTurn({ group, namespace }: Member, { results, waitsForRoom }: GroupDecision): void {
    const first = this.#turns.next;
    if (waitsForRoom) this.#turns.wait(namespace, namespace, !group.certificates.some(({ running }) => running));
    else this.#turns.leave(namespace, namespace);
    const { next } = this.#turns;
    if (next === undefined || next === namespace || (results.length === 0 && next === first)) return;
    this.#member(next).lookAt = this.now;
  }

  /** A name that could be validated all the time never loses its certificate. */
  #follow(member: Member): void {
    const standing = member.group.certificates.map(({ issued, names }) => [new Set(issued), new Set(names)]);
    for (const host of member.wanted.keys()) {
      const key = `${member.namespace} ${host}`;
      const failed = member.group.quarantine.some((name) => name.host === host);
      if (failed) this.#owed.delete(key);
      if (failed || (this.#validations.get(host) ?? "valid") !== "valid") continue;
      if (member.manager.has(host, this.now)) {
        // What comes back while an order without it is under way is covered for that while only.
        if (standing.some((sets) => sets.every((set) => covers(set, host)))) this.#owed.add(key);
        if (!this.coveredAt.has(key)) this.coveredAt.set(key, this.now);
      } else if (this.#owed.has(key)) this.#wrong(`${key} has lost its certificate`);
    }
  }

  #othersOf(member: Member): OthersSpending {
    const others = [...this.#members.values()].filter((one) => one !== member).map(({ group }) => group);
    const latest = (of: keyof BudgetMarks): number => Math.max(0, ...others.map(({ budgets }) => budgets[of]));
    const since = this.now - this.#ways.limits.reservedMs;
    const runningOf = (groups: readonly CertificateGroup[]): readonly GroupCertificate[] =>
      groups
        .flatMap(({ certificates }) => certificates)
        .filter((certificate) => certificate.running && certificate.orderedAt > since);
    const namesUnderWay = (groups: readonly CertificateGroup[]): number =>
      runningOf(groups).reduce((sum, { names }) => sum + names.length, 0);
    const isNewcomer = ({ certificates }: CertificateGroup): boolean =>
      certificates.every(({ issued }) => issued.length === 0);
    return {
      marks: { domain: latest("domain"), account: latest("account"), share: 0, failures: 0 },
      domainRunning: runningOf(others).length,
      namespaceRunning: 0,
      underWay: { namespace: 0, others: namesUnderWay(others), newcomers: namesUnderWay(others.filter(isNewcomer)) },
      ...this.#turns.before(member.namespace),
    };
  }

  #member(namespace: string): Member {
    const known = this.#members.get(namespace);
    if (known !== undefined) return known;
    const member: Member = {
      ...{
        namespace,
        group: noGroup,
        wanted: new Map(),
        lost: new Set(),
        progress: new Map(),
        lookAt: Infinity,
        waiting: [],
        finished: false,
      },
      manager: new CertManager(this.authority, this.queue, this.#ways.tellsOne ?? false),
    };
    this.#members.set(namespace, member);
    return member;
  }

  #wrong(what: string): void {
    this.wrongs.push(`${String(this.now)}: ${what}`);
  }
}

/** All names that stand in the group's certificates. */
function namesOf({ certificates }: CertificateGroup): ReadonlySet<Host> {
  return new Set(certificates.flatMap(({ issued, names }) => [...issued, ...names]));
}
