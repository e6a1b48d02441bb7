import type { Host, Hostname, RouteHost } from "@domain-claims/crds/hostname";
import type { SourceReason } from "@domain-claims/crds/reasons";
import type { Redirect } from "../decide/redirect.ts";
import type { PathMatch, RouteOptions, Source, SourceRef } from "../world/source.ts";
import type { Claim, RedirectStatus } from "../world/claim.ts";
import type { Live } from "../world/kong-state.ts";
import type { Backend } from "./backend.ts";

/** A source, and the name by which it names a host: its own, or one that the host had before it was renamed. */
export interface NamedSource {
  readonly source: Source;
  readonly as: RouteHost;
}

/** A path of a host that is to be served, in no gateway's terms. */
export interface PlannedRoute {
  readonly match: PathMatch;
  readonly backend: Backend;
  readonly options: RouteOptions;
  /** The source that asks for it. */
  readonly source: SourceRef;
}

/** How every request for a host is answered, in no gateway's terms. */
export interface PlannedRedirect {
  readonly ok: true;
  readonly scheme: "http" | "https";
  readonly to: Hostname;
  readonly statusCode: RedirectStatus;
  /** True if path and query of the request are kept; false leads to the root. */
  readonly keepPath: boolean;
  /** The claim that asks for it. */
  readonly claim: Redirect["claim"];
}

/** How the gateway names what answers by a function, as facts have it of the routes that lead there (`leadsTo` of {@link Live}). */
export interface TargetNames {
  /** What answers for the host with the claim's redirect. */
  readonly redirect: (host: Host, claim: Claim) => string;
  /** What the route of a wildcard leads to: something of its own for each backend. */
  readonly covering: (host: Host, route: PlannedRoute) => string;
}

/** The root of where a redirect leads, as a URL without the slash at its end. */
export function locationOf({ scheme, to }: Pick<PlannedRedirect, "scheme" | "to">): string {
  return `${scheme}://${to}`;
}

/** A path of a source that can't be served, or a source that serves nothing here, and why. */
export interface SourceRefusal {
  readonly source: SourceRef;
  readonly reason: SourceReason;
  readonly message: string;
  /** The path, where it is about one. */
  readonly path: string | undefined;
  /** How many paths are not served for that reason; 0: it is only said of one that is. */
  readonly refused: number;
  /**
   * Set where it is about a certificate for the host: one that is asked for and can't be served, or one that another
   * stands in for.
   */
  readonly tls?: "refused" | "unused" | undefined;
}
