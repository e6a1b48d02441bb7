import type { Live } from "./live.ts";
import type { LuaPlugins } from "./lua-plugins.ts";
import type { Resolve } from "./resolve.ts";
import type { Upstreams } from "./upstream.ts";

/** What the gateway needs to serve a request. */
export type Gateway = {
  readonly live: Live;
  readonly lua: LuaPlugins;
  readonly upstreams: Upstreams;
  readonly resolve: Resolve;
  readonly allowDebugHeader: boolean;
  /** Milliseconds, of which only differences count. */
  readonly now: () => number;
};
