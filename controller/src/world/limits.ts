/** How much of what tenants write is taken in (rule X1): an administrator decides. */
export interface SourceLimits {
  /** Bytes of a path. */
  readonly pathBytes: number;
  /** Hosts times paths of all sources of a namespace. */
  readonly routesPerNamespace: number;
}

/** How many claims of a namespace count (rule X1): an administrator decides. */
export interface ClaimLimits {
  readonly claimsPerNamespace: number;
  /** Those that wait for hosts which others hold. */
  readonly waitingClaimsPerNamespace: number;
}

/** All that is limited of what tenants write. */
export interface Limits extends SourceLimits, ClaimLimits {}

/** The limits of an installation that sets none. */
export const defaultLimits: Limits = {
  pathBytes: 2_048,
  routesPerNamespace: 10_000,
  claimsPerNamespace: 1_000,
  waitingClaimsPerNamespace: 200,
};

/**
 * Finalizers of others, or other entries of its metadata, that an object has when we write into it: with thousands that keeps the API
 * server busy for seconds, as it compares who owns each of them, and in the end it is often refused.
 */
export const mostEntries = 1_000;
