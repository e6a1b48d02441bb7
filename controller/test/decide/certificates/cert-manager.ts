import type { Host } from "@domain-claims/crds/hostname";
import { sameNames } from "../../../src/decide/certificates/names.ts";
import type { OrderFailure, ShownCertificate } from "../../../src/world/certificate-group.ts";
import type { CertificateAuthority } from "./certificate-authority.ts";

/**
 * What becomes of a name that is validated: it is, it is refused, its challenge gets nowhere, or is never met though all seems
 * well, or the order fails and nobody says that it was for this name.
 */
export type Validation = "valid" | "refused" | "stuck" | "slow" | "mute";

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

/** How long an order takes. */
export function orderMs(names: number): number {
  return 8 * second + names * 100;
}

/** A certificate's whole life: 90 days, renewed after 60. */
const lifetime = { validMs: 90 * day, renewMs: 60 * day };

interface Running {
  readonly endsAt: number;
  readonly renews: boolean;
}

interface Certificate {
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

/** cert-manager, as its documentation and source say it behaves: orders when names change, renews, tries again after 1 h, 2 h ... 32 h. */
export class CertManager {
  readonly #certificates = new Map<number, Certificate>();
  readonly #authority: CertificateAuthority;
  readonly #validation: (host: Host) => Validation;
  /** True if an order that fails tells one name that is to blame, not all. */
  readonly #tellsOne: boolean;

  constructor(authority: CertificateAuthority, validation: (host: Host) => Validation, tellsOne: boolean) {
    this.#authority = authority;
    this.#validation = validation;
    this.#tellsOne = tellsOne;
  }

  /** Takes in which certificates there should be. */
  apply(wanted: ReadonlyMap<number, readonly Host[]>, now: number): void {
    for (const number of this.#certificates.keys()) if (!wanted.has(number)) this.#certificates.delete(number);
    for (const [number, names] of wanted) {
      const known = this.#certificates.get(number) ?? {
        ...{ names: [], issued: [], notBefore: 0, notAfter: 0 },
        ...{ order: undefined, failure: undefined, failures: 0, ordersAt: Infinity },
      };
      this.#certificates.set(number, known);
      if (sameNames(known.names, names)) continue;
      Object.assign(known, { names, failure: undefined, failures: 0, order: undefined });
      if (!sameNames(known.issued, names)) this.#order(known, now, false);
    }
  }

  /** When something will happen by itself. */
  nextAt(): number {
    return Math.min(
      ...[...this.#certificates.values()].map(({ order, ordersAt }) => order?.endsAt ?? ordersAt),
      Infinity,
    );
  }

  /** Does what is due. */
  advance(now: number): void {
    for (const certificate of this.#certificates.values()) {
      if (certificate.order !== undefined && certificate.order.endsAt <= now) this.#end(certificate, now);
      else if (certificate.order === undefined && certificate.ordersAt <= now) {
        this.#order(certificate, now, sameNames(certificate.names, certificate.issued));
      }
    }
  }

  /** What its objects show. */
  shown(now: number): ReadonlyMap<number, ShownCertificate> {
    return new Map(
      [...this.#certificates].map(([number, { failure, issued, names, notAfter, notBefore, order }]) => [
        number,
        {
          ...{ names, notBefore, notAfter, failure },
          ready: sameNames(names, issued) && now < notAfter,
          ...this.#unmet(order === undefined ? [] : names),
        },
      ]),
    );
  }

  /** True if a certificate in force covers the host. */
  has(host: Host, now: number): boolean {
    const wildcard = `*.${host.slice(host.indexOf(".") + 1)}` as Host;
    return [...this.#certificates.values()].some(
      ({ issued, notAfter }) => now < notAfter && (issued.includes(host) || issued.includes(wildcard)),
    );
  }

  #unmet(names: readonly Host[]): Pick<ShownCertificate, "pending" | "stuck" | "reasons"> {
    const stuck = names.filter((host) => this.#validation(host) === "stuck");
    const slow = names.filter((host) => this.#validation(host) === "slow");
    const reasons = Object.fromEntries(stuck.map((host) => [host, "not seen"]));
    return { pending: [...stuck, ...slow], stuck: slow.length > 0 ? [] : stuck, reasons };
  }

  #order(certificate: Certificate, now: number, renews: boolean): void {
    if (!renews) this.#authority.order(certificate.names, now);
    certificate.order = { endsAt: now + orderMs(certificate.names.length), renews };
    certificate.ordersAt = Infinity;
  }

  #end(certificate: Certificate, now: number): void {
    const { names, order } = certificate;
    const of = (validation: Validation): readonly Host[] =>
      names.filter((host) => this.#validation(host) === validation);
    const refused = of("refused");
    if (refused.length > 0 || of("mute").length > 0) {
      const told = this.#tellsOne ? refused.slice(0, 1) : refused;
      certificate.failures += 1;
      certificate.failure = {
        ...{ at: now, names: of("mute").length > 0 ? [] : told, rateLimited: false, validated: true },
        ...{ message: "it failed", messages: {} },
      };
      certificate.order = undefined;
      certificate.ordersAt = now + Math.min(32 * hour, hour * 2 ** (certificate.failures - 1));
      return;
    }
    if (of("stuck").length + of("slow").length > 0) {
      certificate.order = { endsAt: now + hour, renews: order?.renews ?? false };
      return;
    }
    if (order?.renews === false) this.#authority.issue(names, now);
    Object.assign(certificate, {
      ...{ issued: names, failure: undefined, failures: 0, order: undefined },
      ...{ notBefore: now, notAfter: now + lifetime.validMs, ordersAt: now + lifetime.renewMs },
    });
  }
}
