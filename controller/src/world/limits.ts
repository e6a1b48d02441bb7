/** How much of what tenants write is taken in (rule X1): an administrator decides. */
export interface SourceLimits {
  /** Bytes of a path. */
  readonly pathBytes: number;
  /** Hosts times paths of all sources of a namespace. */
  readonly routesPerNamespace: number;
}

/** The limits of an installation that sets none. */
export const defaultLimits: SourceLimits = { pathBytes: 2_048, routesPerNamespace: 10_000 };
