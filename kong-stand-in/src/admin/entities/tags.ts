import * as typedefs from "../schema/typedefs.ts";
import type { Schema } from "../schema/types.ts";

/** The tags of all entities: a view that can only be read. */
export const tags: Schema = {
  name: "tags",
  endpoint_key: "tag",
  fields: [
    ["tag", typedefs.tags.elements!],
    ["entity_name", { type: "string", required: true }],
    ["entity_id", { type: "string", uuid: true, auto: true, required: true }],
  ],
};
