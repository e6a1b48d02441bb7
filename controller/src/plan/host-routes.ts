import type { RouteHost } from "@domain-claims/crds/hostname";
import type { GuardedFor } from "../decide/guard.ts";
import type { RedirectRefusal } from "../decide/redirect.ts";
import type { NamedRoute } from "../world/kong-state.ts";
import type { SourceRef } from "../world/source.ts";
import type { HostRename } from "./rename.ts";
import type { PlannedRedirect, PlannedRoute, SourceRefusal } from "./route.ts";
import type { Standby } from "./standby.ts";
import type { Staying } from "./staying.ts";
import type { HostTls } from "./tls.ts";

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
  readonly refusals: readonly SourceRefusal[];
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
