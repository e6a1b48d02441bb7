import type { BudgetMarks, OthersSpending } from "../../world/certificate-group.ts";
import type { Budget, OrderLimits } from "./limits.ts";

/**
 * Why an order is made: for the first certificate of a group, for new names, for a name alone that failed before, so that
 * names leave, or, shortly before the certificate ends, to keep the others that would not be renewed with them.
 */
export type OrderKind = "first" | "growth" | "probe" | "leaving" | "upkeep";

/**
 * What of the budgets an order of a kind leaves to others: what can't wait comes last to the end, and whoever has a
 * certificate leaves some to those who have none (rule T4).
 */
const keptShare: Readonly<Record<OrderKind, number>> = {
  upkeep: 0,
  first: 0.2,
  growth: 0.3,
  leaving: 0.3,
  probe: 0.5,
};

/**
 * The budgets that orders are made from (rule T4). Each is a bucket of tokens that fills at a steady rate, kept as
 * the one time at which it would be full (GCRA, ITU-T I.371; so does Boulder, `ratelimits/gcra.go`): of what several
 * groups remember, the latest is right.
 *
 * The certificate authority counts certificates of a domain when it issues them, so an order is only reserved until then;
 * it counts orders of an account when they are made. A namespace has a share of those, and one whose orders fail can
 * make few, the fewer of them for names that have failed before.
 */
export class Budgets {
  readonly #limits: OrderLimits;
  readonly #others: OthersSpending;
  readonly #now: number;
  #marks: BudgetMarks;
  #running: number;

  constructor(limits: OrderLimits, own: BudgetMarks, running: number, others: OthersSpending, now: number) {
    this.#limits = limits;
    this.#others = others;
    this.#now = now;
    this.#marks = own;
    this.#running = running;
  }

  /** What is to be remembered of this group's spending. */
  get marks(): BudgetMarks {
    return this.#marks;
  }

  /**
   * From when on an order of the kind may be made; Infinity: not before one that is under way has ended. A group that has
   * ordered before shares the second half of its domain's budget with others: it orders once in the time in which the
   * budget grows by one. Of the second half of the account's a namespace takes nothing until its own share is whole again,
   * unless that is all there is.
   */
  allowedFrom(kind: OrderKind, lastOrderAt: number): number {
    const { account, domain, failures, share } = this.#limits;
    const fullAt = this.#fullAt();
    const running = this.#running + this.#others.domainRunning;
    const ownRunning = this.#running + this.#others.namespaceRunning;
    const isPaced =
      kind !== "first" && kind !== "probe" && left(domain, fullAt.domain, this.#now) < domain.capacity / 2;
    const isScarce =
      kind !== "upkeep" &&
      share.capacity < account.capacity &&
      left(account, fullAt.account, this.#now) < account.capacity / 2;
    return Math.max(
      availableAt(domain, fullAt.domain, running + keptOf(domain, kind)),
      availableAt(account, fullAt.account, keptOf(account, kind)),
      availableAt(share, fullAt.share, isScarce ? share.capacity - 1 : 0),
      availableAt(failures, fullAt.failures, ownRunning + (kind === "probe" ? keptOf(failures, kind) : 0)),
      isPaced ? lastOrderAt + domain.refillMs : 0,
    );
  }

  /** An order is made. */
  order(): void {
    this.#running += 1;
    this.#take("account");
    this.#take("share");
  }

  /** An order of ours has led to a certificate. */
  issue(): void {
    this.#running -= 1;
    this.#take("domain");
  }

  /** An order of ours has failed; it counts as often as `weight` says, as far as there is something left. */
  fail(weight: number): void {
    this.#running -= 1;
    this.#take("failures");
    for (let more = 1; more < weight && this.failuresLeft() > 0; more++) this.#take("failures");
  }

  /**
   * cert-manager has tried to renew by itself, and failed. Whoever may write a Certificate's status can say so as often as
   * they like, so it counts for the account no more often than the namespace's orders may fail.
   */
  failRenewal(): void {
    if (this.failuresLeft() === 0) return;
    this.#take("account");
    this.#take("share");
    this.#take("failures");
  }

  /** How many orders of the namespace may fail now, those under way left out. */
  failuresLeft(): number {
    return left(this.#limits.failures, this.#fullAt().failures, this.#now);
  }

  /** True if no order of the namespace has failed lately. */
  noneHasFailed(): boolean {
    return this.failuresLeft() === this.#limits.failures.capacity;
  }

  /** Certificates of the registrable domain that may be issued now, those under way left out. */
  domainLeft(): number {
    const running = this.#running + this.#others.domainRunning;
    return Math.max(0, left(this.#limits.domain, this.#fullAt().domain, this.#now) - running);
  }

  #take(of: keyof BudgetMarks): void {
    this.#marks = { ...this.#marks, [of]: Math.max(this.#fullAt()[of], this.#now) + this.#limits[of].refillMs };
  }

  #fullAt(): BudgetMarks {
    const { marks } = this.#others;
    return {
      domain: Math.max(this.#marks.domain, marks.domain),
      account: Math.max(this.#marks.account, marks.account),
      share: Math.max(this.#marks.share, marks.share),
      failures: Math.max(this.#marks.failures, marks.failures),
    };
  }
}

function keptOf({ capacity }: Budget, kind: OrderKind): number {
  return Math.floor(capacity * keptShare[kind]);
}

/** When one may be taken of a budget of which so many are to stay. */
function availableAt({ capacity, refillMs }: Budget, fullAt: number, kept: number): number {
  return kept >= capacity ? Infinity : fullAt - (capacity - 1 - kept) * refillMs;
}

/** What may still be taken now of a budget that would be full again at `fullAt`. */
export function left({ capacity, refillMs }: Budget, fullAt: number, now: number): number {
  return Math.max(0, Math.floor(capacity - Math.max(0, fullAt - now) / refillMs));
}
