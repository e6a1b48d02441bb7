import type { Host } from "@domain-claims/crds/hostname";
import { certificateDomain } from "../../../src/world/certificate-domain.ts";
import type { Budget, OrderLimits } from "../../../src/decide/certificates/limits.ts";

/** A name that was validated is not validated again for so long: what Let's Encrypt has announced as the shortest. */
const reuseMs = 7 * 3_600_000;

/**
 * The limits of Let's Encrypt, kept by counting tokens: certificates of a domain are looked at when they are ordered and
 * taken when they are issued, orders of the account are taken at once. A renewal for the same names is free of both.
 */
export class CertificateAuthority {
  /** What was ordered or issued beyond the limits. */
  readonly refused: string[] = [];
  /** How often it was ordered, renewals included. */
  orders = 0;
  readonly #limits: OrderLimits;
  readonly #validatedAt = new Map<Host, number>();
  readonly #tokens = new Map<string, { left: number; at: number }>();

  constructor(limits: OrderLimits) {
    this.#limits = limits;
  }

  order(names: readonly Host[], now: number): void {
    this.orders += 1;
    this.#take("account", this.#limits.account, now, 1);
    for (const domain of domainsOf(names)) this.#take(domain, this.#limits.domain, now, 0);
    if (names.length > this.#limits.namesPerCertificate) this.refused.push(`${String(names.length)} names at once`);
    for (const name of names) {
      const above = `*.${name.slice(name.indexOf(".") + 1)}`;
      if (above !== name && names.includes(above as Host)) this.refused.push(`${name} is redundant with ${above}`);
    }
  }

  validate(host: Host, now: number): void {
    this.#validatedAt.set(host, now);
  }

  /** True if the name needs no challenge, since it has been validated not long ago. */
  knows(host: Host, now: number): boolean {
    return now < (this.#validatedAt.get(host) ?? -Infinity) + reuseMs;
  }

  issue(names: readonly Host[], now: number): void {
    for (const domain of domainsOf(names)) this.#take(domain, this.#limits.domain, now, 1);
  }

  #take(of: string, { capacity, refillMs }: Budget, now: number, count: number): void {
    const { left, at } = this.#tokens.get(of) ?? { left: capacity, at: now };
    const there = Math.min(capacity, left + (now - at) / refillMs);
    if (there < 1 - 1e-6) this.refused.push(`${of} at ${String(now)}: ${String(there)} left`);
    this.#tokens.set(of, { left: there - count, at: now });
  }
}

function domainsOf(names: readonly Host[]): ReadonlySet<string> {
  return new Set(names.map(certificateDomain));
}
