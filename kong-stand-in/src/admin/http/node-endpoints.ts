import type { Table } from "../lua.ts";
import { PLUGIN_SCHEMAS } from "../plugins/schemas.ts";
import type { Database } from "../database.ts";
import { json } from "./message.ts";
import type { Endpoint } from "./routing.ts";

/** What the node tells about itself. */
export type NodeInfo = {
  readonly nodeId: string;
  readonly hostname: string;
  readonly workers: number;
  /** Settings under their names in Kong's configuration. */
  readonly configuration: Table;
  readonly connections: () => { readonly accepted: number; readonly active: number; readonly requests: number };
};

/** The version of Kong that is imitated. */
export const KONG_VERSION = "3.9.1";

const MIB = 2 ** 20;
const SHARED_MEMORY: Readonly<Record<string, number>> = {
  kong: 5,
  kong_locks: 8,
  kong_healthchecks: 5,
  kong_cluster_events: 5,
  kong_rate_limiting_counters: 12,
  kong_core_db_cache: 128,
  kong_core_db_cache_miss: 12,
  kong_db_cache: 128,
  kong_db_cache_miss: 12,
  kong_secrets: 5,
  prometheus_metrics: 5,
};

/** `/` and `/status`. */
export function nodeEndpoints(db: Database, node: NodeInfo): readonly Endpoint[] {
  return [
    { path: "/", methods: { GET: () => json(200, root(db, node)) } },
    { path: "/status", methods: { GET: () => json(200, status(node)) } },
  ];
}

function root(db: Database, node: NodeInfo): Table {
  const enabled = new Set([...db.store.plugins.values()].map((plugin) => plugin.name));
  const available = Object.keys(PLUGIN_SCHEMAS).map((name) => [
    name,
    { version: KONG_VERSION, priority: PRIORITY[name] },
  ]);
  return {
    tagline: "Welcome to kong",
    version: KONG_VERSION,
    edition: "community",
    hostname: node.hostname,
    node_id: node.nodeId,
    timers: { running: 0, pending: 0 },
    plugins: { available_on_server: Object.fromEntries(available) as Table, enabled_in_cluster: [...enabled] },
    lua_version: "LuaJIT 2.1.1700206165",
    configuration: node.configuration,
    pids: { master: process.pid, workers: Array.from({ length: node.workers }, () => process.pid) },
  };
}

const PRIORITY: Readonly<Record<string, number>> = {
  "pre-function": 1_000_000,
  cors: 2000,
  redirect: 779,
  "request-termination": 2,
};

function status(node: NodeInfo): Table {
  const { accepted, active, requests } = node.connections();
  const heap = mebibytes(process.memoryUsage().heapUsed);
  return {
    memory: {
      lua_shared_dicts: Object.fromEntries(
        Object.entries(SHARED_MEMORY).map(([name, mib]) => [
          name,
          { allocated_slabs: mebibytes(MIB), capacity: mebibytes(mib * MIB) },
        ]),
      ),
      workers_lua_vms: Array.from({ length: node.workers }, () => ({ pid: process.pid, http_allocated_gc: heap })),
    },
    server: {
      connections_accepted: accepted,
      connections_handled: accepted,
      connections_active: active,
      connections_reading: 0,
      connections_writing: 1,
      connections_waiting: Math.max(0, active - 1),
      total_requests: requests,
    },
    database: { reachable: true },
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(2)} MiB`;
}
