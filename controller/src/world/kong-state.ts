import type { PathRefusal, SourceStatus } from "./types.ts";

/** What Kong has for a host, as far as it is ours. */
export interface Live {
  /** The namespaces whose routes (not guards) are in Kong for the host. */
  readonly namespaces: readonly string[];
  /** True while some of them are only on their way there. */
  readonly coming?: boolean;
  /** True if the guard route of the host is in Kong. */
  readonly guard: boolean;
}

/** What is known of Kong. */
export interface KongState {
  /** True once everything that carries our tag has been listed. */
  readonly synced: boolean;
  /** True if wildcard hosts can be kept to one label (`pre-function` is available). */
  readonly preFunction: boolean;
}

/** How the last writes for a host went; absent before the first. */
export interface Programmed {
  readonly reason:
    | "Programmed"
    | "Programming"
    | "NoRoutes"
    | "KongUnreachable"
    | "KongRefused"
    | "ForeignEntity"
    | "WildcardUnsupported";
  readonly message: string;
  /** What becomes of the sources of its holder that name it; absent where nobody may serve it. */
  readonly sources?: SourcesSummary;
}

/** What becomes of a host's sources, bounded: a tenant may write thousands. */
export interface SourcesSummary {
  /** Those of which something is refused first, then the oldest. */
  readonly shown: readonly SourceStatus[];
  /** How many are not shown. */
  readonly more: number;
  /** Paths that are not served, of all of them. */
  readonly refused: number;
  /** The first refusal; absent where nothing is refused. */
  readonly first?: PathRefusal;
}
