import * as typedefs from "../schema/typedefs.ts";
import type { Schema } from "../schema/types.ts";

/** The server names of Kong 3.9, each of one certificate. */
export const snis: Schema = {
  name: "snis",
  endpoint_key: "name",
  fields: [
    ["id", typedefs.uuid],
    ["name", { ...typedefs.wildcardHost, required: true, unique: true }],
    ["created_at", typedefs.autoTimestamp],
    ["updated_at", typedefs.autoTimestamp],
    ["tags", typedefs.tags],
    ["certificate", { type: "foreign", reference: "certificates", required: true }],
  ],
};
