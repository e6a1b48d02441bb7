import type { IssuerRef } from "../../world/domain-certificate.ts";

/** What certificates are ordered by. */
export interface OrderSettings {
  readonly issuer: IssuerRef;
  /** True if what others ask of that issuer is approved here, and only for hosts that their namespace holds (rule T10). */
  readonly approveRequests: boolean;
  readonly limits: OrderLimits;
}

/** How much may be taken at once, and how long it takes until one more may be. */
export interface Budget {
  readonly capacity: number;
  readonly refillMs: number;
}

/** What orders are kept to. Times are in milliseconds. */
export interface OrderLimits {
  /** Names of one certificate, by the profile of the certificate authority. */
  readonly namesPerCertificate: number;
  /** Certificates for one registrable domain. */
  readonly domain: Budget;
  /** Orders of the account with the certificate authority, that is, of the whole cluster. */
  readonly account: Budget;
  /** What one namespace may take of them. */
  readonly share: Budget;
  /** Orders of one namespace that fail, or are under way. */
  readonly failures: Budget;
  /**
   * Names that are under way at once, and so many beyond which only namespaces order that have nothing under way yet: what is
   * left then has room for one certificate of theirs.
   */
  readonly underWay: { readonly all: number; readonly beyondFirst: number };
  /** New names wait until none has come for so long, */
  readonly idleMs: number;
  /** or for so long, where the group has no certificate yet, */
  readonly firstIdleMs: number;
  /** and never longer than this. */
  readonly longestWaitMs: number;
  /**
   * For so long after an order others leave room in the domain's budget for its certificate. One that nobody has worked on
   * until then may never be: whoever may write a Certificate can keep it under way for ever.
   */
  readonly reservedMs: number;
  /**
   * Untried names that are ordered at once, each of which may keep a place in cert-manager's queue for ever: what becomes of
   * them shows whether others beside them can be validated at all. Of names that are not proved a namespace has no more under way
   * beside its other domains'. While newcomers have so many under way the issuer's word for a name counts for nothing.
   */
  readonly untriedNames: number;
  /** An order that is under way is looked at so often at first, and never less often than each minute. */
  readonly lookMs: number;
  /**
   * An order in which most names have been met, and no further one for so long, has failed for those that get nowhere:
   * cert-manager looks again ten seconds after a self-check that failed (`acmechallenges/sync.go`);
   */
  readonly quietMs: number;
  /** one in which few have been met after so long; where most have, for all that have been worked on in vain for so long since. */
  readonly stuckMs: number;
  /** An order in which names are still pending then has failed for them. */
  readonly patienceMs: number;
  /** A name that failed is tried again after so long, then after twice that, and so on, */
  readonly firstRetryMs: number;
  /** of one whose validation was not even tried, after so long at first, */
  readonly soonRetryMs: number;
  /** up to this. */
  readonly longestRetryMs: number;
  /** cert-manager tries a renewal that failed again after this time at the earliest: what is said to fail more often does not. */
  readonly renewalRetryMs: number;
  /** Bytes that the names of one group may take where it is remembered; 350 kB of the 1.5 MiB are for names that failed before. */
  readonly objectBytes: number;
  /** So many names that failed and are wanted no longer are remembered of a group, for at most another `longestRetryMs`. */
  readonly rememberedNames: number;
  /** After an order that failed without a name to blame the next one waits so long, then twice that, up to `longestRetryMs`. */
  readonly cautionMs: number;
  /** A name that was validated apart from the others joins them at their next order, or after this time. */
  readonly joinMs: number;
  /** A name that is wanted no longer leaves at the first order after this time, */
  readonly forgetMs: number;
  /** and has an order made for that after this. */
  readonly graceMs: number;
}

/** So many of the orders of a budget, in the same time. */
export function shareOf({ capacity, refillMs }: Budget, orders: number): Budget {
  return { capacity: orders, refillMs: (capacity * refillMs) / orders };
}

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** What suits Let's Encrypt (letsencrypt.org/docs/rate-limits) and its profile `classic` (letsencrypt.org/docs/profiles). */
export const letsEncryptLimits: OrderLimits = {
  namesPerCertificate: 100,
  domain: { capacity: 50, refillMs: 202 * minute },
  account: { capacity: 300, refillMs: 36 * second },
  share: { capacity: 60, refillMs: 3 * minute },
  failures: { capacity: 30, refillMs: 12 * minute },
  underWay: { all: 400, beyondFirst: 300 },
  idleMs: 10 * second,
  firstIdleMs: second,
  longestWaitMs: minute,
  reservedMs: 15 * minute,
  untriedNames: 20,
  lookMs: second,
  quietMs: 10.5 * second,
  stuckMs: minute,
  patienceMs: 5 * minute,
  firstRetryMs: 12 * minute,
  soonRetryMs: 2 * minute,
  longestRetryMs: 240 * minute,
  renewalRetryMs: 30 * minute,
  objectBytes: 1_100_000,
  rememberedNames: 1_000,
  cautionMs: minute,
  joinMs: day,
  forgetMs: day,
  graceMs: 7 * day,
};
