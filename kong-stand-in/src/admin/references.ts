import type { Database } from "./database.ts";
import { schemaOf } from "./entities/index.ts";
import { unresolvedReferences } from "./errors.ts";
import { fieldOf, type Table, type Value } from "./lua.ts";
import { own } from "./schema/fields.ts";
import type { Context, Schema } from "./schema/types.ts";
import { fieldFault, primaryKeyFaults } from "./schema/validate.ts";
import { rowsOf } from "./tables.ts";

const CONTEXT: Context = { full: true, updating: false, schemaOf };

/** Puts ids in place of references by name; refuses names that nobody has. What is neither is left to validation. */
export function resolveReferences(db: Database, schema: Schema, entity: Table): void {
  const missing: { field: string; by: string; value: string; parent: string }[] = [];
  for (const [field, { type, reference: parent }] of schema.fields) {
    const value = own(entity, field);
    if (type !== "foreign" || value === undefined || value === null || value === false) continue;
    const parentSchema = schemaOf(parent!);
    if (parentSchema === undefined || primaryKeyFaults(parentSchema, value, CONTEXT).size === 0) continue;
    for (const [by, name] of namesIn(parentSchema, value)) {
      const found = rowsOf(db.store, parent!)?.find(by, name);
      if (found === undefined) missing.push({ field, by, value: name, parent: parent! });
      else {
        entity[field] = { id: found["id"] };
        break;
      }
    }
  }
  if (missing.length > 0) throw unresolvedReferences(missing);
}

/** The valid values of unique fields in a reference. */
function* namesIn(schema: Schema, reference: Value): Generator<readonly [string, string]> {
  for (const [name, field] of schema.fields) {
    const value = field.unique ? fieldOf(reference, name) : undefined;
    if (typeof value === "string" && fieldFault(field, value, CONTEXT) === undefined) yield [name, value];
  }
}
