import type { Table } from "./admin/lua.ts";
import { PLUGIN_SCHEMAS } from "./admin/plugins/schemas.ts";

/** The settings that the node tells of under `configuration` at `/`: those that a client may ask for. */
export function nodeConfiguration(workerStateUpdateFrequency: number, dbUpdateFrequency: number): Table {
  return {
    database: "postgres",
    role: "traditional",
    router_flavor: "traditional_compatible",
    worker_consistency: workerStateUpdateFrequency === 0 ? "strict" : "eventual",
    worker_state_update_frequency: workerStateUpdateFrequency,
    db_update_frequency: dbUpdateFrequency,
    // A name is resolved anew for each request.
    dns_valid_ttl: 0,
    dns_stale_ttl: 0,
    untrusted_lua: "sandbox",
    log_level: "notice",
    anonymous_reports: false,
    stream_listen: ["off"],
    admin_gui_listen: ["off"],
    headers: ["server_tokens", "latency_tokens", "x-kong-request-id"],
    plugins: ["bundled"],
    loaded_plugins: Object.fromEntries(Object.keys(PLUGIN_SCHEMAS).map((name) => [name, true])),
  };
}
