import * as typedefs from "../schema/typedefs.ts";
import type { Schema } from "../schema/types.ts";

/** Consumers are not kept: the schema is there because a plugin can refer to one. */
export const consumers: Schema = {
  name: "consumers",
  endpoint_key: "username",
  fields: [
    ["id", typedefs.uuid],
    ["created_at", typedefs.autoTimestamp],
    ["updated_at", typedefs.autoTimestamp],
    ["username", typedefs.text({ unique: true })],
    ["custom_id", typedefs.text({ unique: true })],
    ["tags", typedefs.tags],
  ],
  entity_checks: [{ at_least_one_of: ["custom_id", "username"] }],
};
