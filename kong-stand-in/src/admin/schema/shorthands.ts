import type { Faults } from "../errors.ts";
import type { Table } from "../lua.ts";
import { own } from "./fields.ts";
import type { Context, Schema } from "./types.ts";
import { fieldFault } from "./validate.ts";

/**
 * The request's entity with its shorthand fields (such as a service's `url`) replaced by what they stand for, or the
 * faults of these, since nothing else is looked at then.
 */
export function expanded(
  schema: Schema,
  input: Table,
  context: Context,
): { readonly entity: Table } | { readonly faults: Faults } {
  const entity: Table = { ...input };
  const faults: Faults = new Map();
  for (const [name, { field, expand }] of Object.entries(schema.shorthand_fields ?? {})) {
    const value = own(entity, name);
    if (value === undefined) continue;
    const fault = fieldFault(field, value, context);
    if (fault !== undefined) faults.set(name, fault);
    else {
      delete entity[name];
      Object.assign(entity, expand(value));
    }
  }
  return faults.size > 0 ? { faults } : { entity };
}
