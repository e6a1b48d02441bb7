import type { Host } from "@domain-claims/crds/hostname";
import { sameNames } from "../../../src/decide/certificates/names.ts";
import type { OrderFailure, ShownCertificate } from "../../../src/world/certificate-group.ts";
import type { CertificateAuthority } from "./certificate-authority.ts";
import type { Challenge, ChallengeQueue } from "./challenge-queue.ts";

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

/** What an order takes before its challenges are made, and after all are met. */
const stepMs = second;

/** A certificate's whole life: 90 days, renewed after 60. */
const lifetime = { validMs: 90 * day, renewMs: 60 * day };

interface Running {
  readonly renews: boolean;
  /** Of the names that the certificate authority does not know yet; undefined: they are not made yet. */
  challenges: readonly Challenge[] | undefined;
  /** When its next step is due; Infinity while it waits for its challenges. */
  stepAt: number;
}

interface Certificate {
  /** The challenges of the order that failed, which are worked on nevertheless. */
  left: readonly Challenge[];
  names: readonly Host[];
  issued: readonly Host[];
  notBefore: number;
  notAfter: number;
  order: Running | undefined;
  failure: OrderFailure | undefined;
  failures: number;
  /** When cert-manager orders by itself: to renew, or to try again. */
  ordersAt: number;
}

/** cert-manager of one group, as its documentation and source say: orders when names change, renews, tries again after 1 h, 2 h ... 32 h. */
export class CertManager {
  readonly #certificates = new Map<number, Certificate>();
  readonly #authority: CertificateAuthority;
  readonly #queue: ChallengeQueue;
  /** True if an order that fails tells one name that is to blame, not all. */
  readonly #tellsOne: boolean;

  constructor(authority: CertificateAuthority, queue: ChallengeQueue, tellsOne: boolean) {
    this.#authority = authority;
    this.#queue = queue;
    this.#tellsOne = tellsOne;
  }

  /** Takes in which certificates there should be. */
  apply(wanted: ReadonlyMap<number, readonly Host[]>, now: number): void {
    for (const [number, certificate] of this.#certificates) {
      if (wanted.has(number)) continue;
      this.#giveUp(certificate);
      this.#certificates.delete(number);
    }
    for (const [number, names] of wanted) {
      const known = this.#certificates.get(number) ?? {
        ...{ left: [], names: [], issued: [], notBefore: 0, notAfter: 0 },
        ...{ order: undefined, failure: undefined, failures: 0, ordersAt: Infinity },
      };
      this.#certificates.set(number, known);
      if (sameNames(known.names, names)) continue;
      this.#giveUp(known);
      Object.assign(known, { names, failure: undefined, failures: 0 });
      if (!sameNames(known.issued, names)) this.#order(known, now, false);
      else known.ordersAt = Math.max(now, known.notBefore + lifetime.renewMs);
    }
  }

  /** When something will happen by itself, beside the queue. */
  nextAt(): number {
    let next = Infinity;
    for (const { order, ordersAt } of this.#certificates.values()) next = Math.min(next, order?.stepAt ?? ordersAt);
    return next;
  }

  /** Does what is due, and takes in what has become of challenges; true if a certificate was issued, or an order failed. */
  advance(now: number): boolean {
    let hasEnded = false;
    for (const certificate of this.#certificates.values()) {
      const { order, ordersAt } = certificate;
      if (order === undefined) {
        if (ordersAt <= now) this.#order(certificate, now, sameNames(certificate.names, certificate.issued));
      } else hasEnded = this.#step(certificate, order, now) || hasEnded;
    }
    return hasEnded;
  }

  /** What its objects show. */
  shown(now: number): ReadonlyMap<number, Omit<ShownCertificate, "quietSince">> {
    return new Map(
      [...this.#certificates].map(([number, certificate]) => {
        const { issued, names, notAfter, notBefore } = certificate;
        const ready = sameNames(names, issued) && now < notAfter;
        const failure = this.#failureOf(certificate);
        return [number, { names, notBefore, notAfter, failure, ready, ...this.#unmet(certificate) }];
      }),
    );
  }

  /** True if a certificate in force covers the host. */
  has(host: Host, now: number): boolean {
    const wildcard = `*.${host.slice(host.indexOf(".") + 1)}` as Host;
    return [...this.#certificates.values()].some(
      ({ issued, notAfter }) => now < notAfter && (issued.includes(host) || issued.includes(wildcard)),
    );
  }

  /** Its Challenges say for which names, as far as they have come. */
  #failureOf({ failure, left }: Certificate): OrderFailure | undefined {
    if (failure === undefined || left.some(({ found }) => found === "mute")) return failure;
    const refused = left.filter(({ found }) => found === "refused").map(({ host }) => host);
    return { ...failure, names: this.#tellsOne ? refused.slice(0, 1) : refused };
  }

  #unmet({
    left,
    names,
    order,
  }: Certificate): Pick<ShownCertificate, "pending" | "begun" | "stuck" | "unpresented" | "reasons"> {
    if (order !== undefined && order.challenges === undefined)
      return { pending: names, begun: [], stuck: [], unpresented: [], reasons: {} };
    const unmet = (order?.challenges ?? left).filter(({ found }) => found === undefined);
    const begun = unmet.filter(({ started }) => started);
    const stuck = begun.filter((challenge) => this.#queue.isStuck(challenge));
    const hosts = (challenges: readonly Challenge[]): readonly Host[] => challenges.map(({ host }) => host);
    return {
      ...{ pending: hosts(unmet), begun: hosts(begun), stuck: stuck.length < begun.length ? [] : hosts(stuck) },
      unpresented: hosts(stuck.filter((challenge) => this.#queue.keepsPlace(challenge))),
      reasons: Object.fromEntries(stuck.map(({ host }) => [host, "not seen"])),
    };
  }

  #order(certificate: Certificate, now: number, renews: boolean): void {
    this.#giveUp(certificate);
    if (!renews) this.#authority.order(certificate.names, now);
    certificate.order = { renews, challenges: undefined, stepAt: now + stepMs };
    certificate.ordersAt = Infinity;
  }

  #giveUp(certificate: Certificate): void {
    this.#queue.drop([...(certificate.order?.challenges ?? []), ...certificate.left]);
    Object.assign(certificate, { order: undefined, left: [] });
  }

  /** True if it has ended. */
  #step(certificate: Certificate, order: Running, now: number): boolean {
    if (order.challenges === undefined) {
      if (now < order.stepAt) return false;
      order.challenges = this.#queue.add(certificate.names.filter((host) => !this.#authority.knows(host, now)));
      order.stepAt = Infinity;
    }
    if (order.challenges.some(({ found }) => found === "refused" || found === "mute"))
      return this.#fail(certificate, order.challenges, now);
    if (order.challenges.some(({ found }) => found === undefined)) return false;
    if (order.stepAt === Infinity) order.stepAt = now + stepMs;
    if (now < order.stepAt) return false;
    if (!order.renews) this.#authority.issue(certificate.names, now);
    Object.assign(certificate, {
      ...{ issued: certificate.names, failure: undefined, failures: 0, order: undefined },
      ...{ notBefore: now, notAfter: now + lifetime.validMs, ordersAt: now + lifetime.renewMs },
    });
    return true;
  }

  #fail(certificate: Certificate, left: readonly Challenge[], now: number): true {
    Object.assign(certificate, { order: undefined, left });
    certificate.failures += 1;
    certificate.failure = {
      ...{ at: now, names: [], rateLimited: false, validated: true },
      ...{ message: "it failed", messages: {} },
    };
    certificate.ordersAt = now + Math.min(32 * hour, hour * 2 ** (certificate.failures - 1));
    return true;
  }
}
