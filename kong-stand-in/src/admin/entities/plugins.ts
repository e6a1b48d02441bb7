import { PLUGIN_SCHEMAS } from "../plugins/schemas.ts";
import * as typedefs from "../schema/typedefs.ts";
import type { Field, Schema } from "../schema/types.ts";

const owner = (reference: string): Field => ({ type: "foreign", reference, default: null, on_delete: "cascade" });

/** The plugins of Kong 3.9; the variant is the plugin's own schema. */
export const plugins: Schema = {
  name: "plugins",
  endpoint_key: "instance_name",
  cache_key: ["name", "route", "service", "consumer"],
  subschema_key: "name",
  subschema_error: "plugin '%s' not enabled; add it to the 'plugins' configuration property",
  fields: [
    ["id", typedefs.uuid],
    ["name", typedefs.text({ required: true })],
    ["instance_name", typedefs.uniqueName],
    ["created_at", typedefs.autoTimestamp],
    ["updated_at", typedefs.autoTimestamp],
    ["route", owner("routes")],
    ["service", owner("services")],
    // There are no consumers here, so no plugin can be for one.
    ["consumer", { type: "foreign", reference: "consumers", eq: null, default: null }],
    ["config", { type: "record", abstract: true }],
    ["protocols", typedefs.protocols],
    ["enabled", { type: "boolean", required: true, default: true }],
    ["tags", typedefs.tags],
  ],
  subschemas: PLUGIN_SCHEMAS,
};
