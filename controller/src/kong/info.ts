import type { KongInfo } from "../plan/kong/entities.ts";
import { isRecord } from "./answers.ts";
import { asksSrvFirst, dnsCacheMs } from "./dns.ts";

/** The oldest Kong that we speak to: before 3.4, Kong has other path and paging rules. */
const oldest = { major: 3, minor: 4 } as const;

/** The one on which the suites have been played (docs/kong.md). */
const seen = { major: 3, minor: 9 } as const;

/** What Kong's root document says of the gateway; undefined if it is not Kong's. */
export function kongInfo(root: unknown): KongInfo | undefined {
  if (!isRecord(root) || typeof root["version"] !== "string" || !isRecord(root["configuration"])) return undefined;
  const { database, router_flavor: routerFlavor, untrusted_lua: untrustedLua } = root["configuration"];
  const {
    pg_ro_host: readOnlyHost,
    worker_consistency: consistency,
    worker_state_update_frequency: takesOver,
    db_update_frequency: looks,
    db_update_propagation: arrives,
  } = root["configuration"];
  const plugins = isRecord(root["plugins"]) ? root["plugins"]["available_on_server"] : undefined;
  return {
    version: root["version"],
    database: typeof database === "string" ? database : "unknown",
    routerFlavor: typeof routerFlavor === "string" ? routerFlavor : "unknown",
    readsReplica: typeof readOnlyHost === "string" && readOnlyHost !== "",
    // With `untrusted_lua = off`, Kong refuses every pre-function.
    takeOverMs: consistency === "strict" ? 0 : secondsOr(5, takesOver) * 1000,
    otherNodesMs: (secondsOr(5, looks) + secondsOr(0, arrives)) * 1000,
    srvFirst: asksSrvFirst(root["configuration"]),
    dnsCacheMs: dnsCacheMs(root["configuration"]),
    preFunction: isRecord(plugins) && Boolean(plugins["pre-function"]) && untrustedLua !== "off",
  };
}

function secondsOr(byDefault: number, said: unknown): number {
  return typeof said === "number" && said >= 0 ? said : byDefault;
}

/**
 * Whether this Kong can do what we need: a database (its Admin API accepts entities one by one only then) that it reads
 * from as well, 3.4 or newer, and the router flavor whose order of routes we rely on. If not, `problem` says what we need
 * and why. One that can is usable, and `doubt` says what of its version is not known.
 *
 * Kong looks whether an entity is there before it deletes it (`DAO:delete` in kong/db/dao/init.lua, Kong 3.9.1): one that a
 * replica does not show yet is answered with 204, and stays.
 */
export function requireSupportedKong(info: KongInfo): { readonly problem?: string; readonly doubt?: string } {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(info.version)?.map(Number) ?? [];
  if (major === undefined || minor === undefined) {
    return {
      problem: `Kong says that its version is "${info.version}", which can't be read; Kong 3.4 or newer is needed`,
    };
  }
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
    return {
      problem: `Kong is ${info.version}, but 3.4 or newer is needed: older ones read paths and pages of lists in other ways. Upgrade Kong`,
    };
  }
  if (info.database !== "postgres") {
    return {
      problem: `Kong runs without a database (database = ${info.database}), but one is needed: without it Kong accepts no single routes and services, only a whole configuration that would replace what others put there. Run Kong with PostgreSQL, or give the address of the control plane's Admin API`,
    };
  }
  if (info.readsReplica) {
    return {
      problem: `Kong reads from a replica of its database (pg_ro_host), but one that reads what it has written is needed: while the replica lags behind, routes that are there are not listed, and a removal is acknowledged and not done, so one team's host would be given to another while it is still served. Unset pg_ro_host (KONG_PG_RO_HOST) on the node whose Admin API is used here`,
    };
  }
  if (info.routerFlavor !== "traditional_compatible") {
    return {
      problem: `Kong's router_flavor is ${info.routerFlavor}, but traditional_compatible is needed: the others decide in another order which route serves a request, so one team could receive another team's requests. Set router_flavor = traditional_compatible (KONG_ROUTER_FLAVOR) and restart Kong`,
    };
  }
  if (major === seen.major && minor === seen.minor) return {};
  const tried = `Kong is ${info.version}: wildcards, guards and redirects were tried with 3.9`;
  const older = major === seen.major && minor < seen.minor;
  return {
    doubt: older
      ? `${tried}, and of 3.4 to 3.8 no whole Kong, only its Lua code and its router engine; try them on it before teams rely on them (docs/kong.md)`
      : `${tried}, and nothing is known of newer ones; try them on it before teams rely on them (docs/kong.md)`,
  };
}
