import type { Hostname, RouteHost } from "@domain-claims/crds/hostname";
import type { SourceReason } from "@domain-claims/crds/reasons";
import type { GuardedFor } from "../decide/guard.ts";
import type { Redirect, RedirectRefusal } from "../decide/redirect.ts";
import type { HostRename } from "./rename.ts";
import type { NamedRoute } from "../world/kong-state.ts";
import type { PathMatch, RouteOptions, Source, SourceRef } from "../world/source.ts";
import type { RedirectStatus } from "../world/claim.ts";
import type { Backend } from "./backend.ts";
import type { Standby, Staying } from "./standby.ts";
import type { HostTls } from "./tls.ts";

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

/** The root of where a redirect leads, as a URL without the slash at its end. */
export function locationOf({ scheme, to }: Pick<PlannedRedirect, "scheme" | "to">): string {
  return `${scheme}://${to}`;
}

/** A path of a source that can't be served, or a source that serves nothing here, and why. */
export interface Refusal {
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

/** Everything that the gateway should have for a host. */
export interface HostRoutes {
  readonly host: RouteHost;
  /** Oldest source first; empty also while they are held back. */
  readonly routes: readonly PlannedRoute[];
  /** In place of routes; undefined also while it is held back. */
  readonly redirect: PlannedRedirect | undefined;
  /** The generation of the holder's claim that asks for a redirect, whatever comes of it; undefined: it does not. */
  readonly redirectedBy: number | undefined;
  /** Why the redirect that the claim asks for can't be, so that nothing is served. */
  readonly redirectRefusal: RedirectRefusal | undefined;
  /** What has to be in effect before a route of the host leads there; undefined: nothing. */
  readonly standby: Standby | undefined;
  /** Which routes that Kong has for the host stay as they are, until that is in effect; undefined: none for that. */
  readonly staying: Staying | undefined;
  readonly rename: HostRename;
  /** For whom the host is to be kept from those who would serve it in its holder's stead; undefined: from nobody. */
  readonly guard: GuardedFor | undefined;
  /** What is told to sources, about what is not served and about what is. */
  readonly refusals: readonly Refusal[];
  /** Those that have at least one path to be served here. */
  readonly sources: readonly SourceRef[];
  /** True if the host has paths which can't be served on this gateway at all. */
  readonly unsupported: boolean;
  /** True if routes are held back until every host that they could take over is guarded (rule L2b). */
  readonly waitsForGuards: boolean;
  /** True if one of these hosts gets no guard, since a route of others names it: until that is mended they wait in vain. */
  readonly guardsWithheld: boolean;
  /** The route of others that keeps everything of ours away (rule X5). */
  readonly foreign: NamedRoute | undefined;
  readonly tls: HostTls;
}
