import { UnexpectedError, type Table, type Value } from "./lua.ts";
import { luaTable } from "./lua-print.ts";

/** What is wrong, by field name or by position from 1; a field's own error is a text or a table again. */
export type Faults = Map<string | number, Fault>;
/** One entry of Faults. */
export type Fault = string | Faults;

/** True for a table of faults. */
function isFaults(fault: Fault | undefined): fault is Faults {
  return fault instanceof Map;
}

/** An answer of the Admin API other than success: status and JSON body, as Kong's error library makes them. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Table;

  constructor(status: number, body: Table) {
    super(typeof body["message"] === "string" ? body["message"] : "refused");
    this.status = status;
    this.body = body;
  }
}

/** Code 2: the entity does not fit its schema. */
export function schemaViolation(faults: Faults): Refusal {
  const texts = [...faultTexts(faults)];
  const summary = texts.join("; ");
  const message =
    texts.length === 1 ? `schema violation (${summary})` : `${texts.length} schema violations (${summary})`;
  return refusal(400, 2, "schema violation", message, { fields: faultsAsJson(faults) });
}

/** Code 3: the id (or the name, where a PUT by name met it) is taken. */
export function primaryKeyViolation(key: Table): Refusal {
  const message = `primary key violation on key '${luaTable(key)}'`;
  return refusal(400, 3, "primary key violation", message, { fields: key });
}

/** Code 4: a reference to an entity that does not exist. */
export function invalidReference(field: string, key: Table, parent: string): Refusal {
  const message = `the foreign key '${luaTable(key)}' does not reference an existing '${parent}' entity.`;
  return refusal(400, 4, "foreign key violation", message, { fields: { [field]: key } });
}

/** Code 4: the entity can't go while others refer to it. */
export function stillReferenced(parent: string, child: string): Refusal {
  const message = `an existing '${child}' entity references this '${parent}' entity`;
  return refusal(400, 4, "foreign key violation", message, { fields: { "@referenced_by": child } });
}

/** Code 5: another entity has the value (or the combination) that must be unique. */
export function uniqueViolation(key: Table): Refusal {
  const message = `UNIQUE violation detected on '${luaTable(key).replaceAll('"userdata: NULL"', "null")}'`;
  return refusal(409, 5, "unique constraint violation", message, { fields: key });
}

/** Code 6: nothing has this id. */
export function notFound(key: Table): Refusal {
  const message = `could not find the entity with primary key '${luaTable(key)}'`;
  return refusal(404, 6, "not found", message, { fields: key });
}

/** Code 6: nothing has this name. */
export function notFoundByField(key: Table): Refusal {
  return refusal(404, 6, "not found", `could not find the entity with '${luaTable(key)}'`, { fields: key });
}

/** Code 7: the offset of a page is none that was given out. */
export function invalidOffset(offset: string, why: string): Refusal {
  return refusal(400, 7, "invalid offset", `'${offset}' is not a valid offset: ${why}`);
}

/** Code 9: the size of a page is out of range. */
export function invalidSize(message: string): Refusal {
  return refusal(400, 9, "invalid size", message);
}

/** Code 10: the name in the path can't be anybody's. */
export function invalidUnique(field: string, message: string): Refusal {
  return refusal(400, 10, `invalid unique ${field}`, message);
}

/** Code 11: an argument of a list is wrong. */
export function invalidOption(option: string, why: string): Refusal {
  return refusal(400, 11, "invalid options", `invalid option (${option}: ${why})`, { options: { [option]: why } });
}

/** Code 13: references by name to entities that do not exist: field, name's field, name and kind of each. */
export function unresolvedReferences(
  missing: readonly { readonly field: string; readonly by: string; readonly value: string; readonly parent: string }[],
): Refusal {
  const fields: Table = {};
  const texts = missing.map(({ field, by, value, parent }) => {
    const text = `the foreign key cannot be resolved with '${luaTable({ [by]: value })}' for an existing '${parent}' entity`;
    fields[field] = { [by]: text };
    return `${field}.${by}: ${text}`;
  });
  const summary = texts.sort().join("; ");
  const message =
    texts.length === 1 ? `foreign key unresolved (${summary})` : `${texts.length} foreign keys unresolved (${summary})`;
  return refusal(400, 13, "foreign keys unresolved", message, { fields });
}

/** The error table as JSON: entries by position become a list with nulls in its gaps. */
function faultsAsJson(faults: Faults): Value {
  const keys = [...faults.keys()];
  const json = (fault: Fault): Value => (typeof fault === "string" ? fault : faultsAsJson(fault));
  if (keys.some((key) => typeof key === "string")) {
    return Object.fromEntries([...faults].map(([key, fault]) => [String(key), json(fault)]));
  }
  const list = Array.from({ length: Math.max(...(keys as number[])) }, (_, i) => faults.get(i + 1));
  return list.map((fault) => (fault === undefined ? null : json(fault)));
}

function refusal(status: number, code: number, name: string, message: string, more: Table = {}): Refusal {
  return new Refusal(status, { code, name, message, ...more });
}

/** One text for each fault: those of the whole entity first, then by field; deeper tables in Lua's notation. */
function* faultTexts(faults: Faults): Generator<string> {
  const whole = faults.get("@entity");
  if (isFaults(whole)) for (const fault of whole.values()) yield fault as string;
  for (const field of sortedKeys(faults)) {
    const fault = faults.get(field)!;
    if (field === "@entity") continue;
    if (typeof fault === "string") yield `${field}: ${fault}`;
    else for (const key of sortedKeys(fault)) yield `${field}.${key}: ${faultText(fault.get(key)!)}`;
  }
}

function faultText(fault: Fault): string {
  return typeof fault === "string" ? fault : luaTable(faultsAsTable(fault), "  ");
}

/** For printing: entries by position stay where they are, so that gaps are seen. */
function faultsAsTable(faults: Faults): Table | readonly Value[] {
  const plain = [...faults].map(
    ([key, fault]) => [key, typeof fault === "string" ? fault : faultsAsTable(fault)] as const,
  );
  const inOrder = plain.every(([key], i) => key === i + 1);
  if (inOrder) return plain.map(([, value]) => value);
  return Object.fromEntries(plain.map(([key, value]) => [typeof key === "number" ? `[${key}]` : key, value]));
}

/** Lua can't put numbers and texts in one order; Kong's answer is then an unexpected error. */
function sortedKeys(faults: Faults): (string | number)[] {
  const keys = [...faults.keys()];
  const kinds = new Set(keys.map((key) => typeof key));
  if (kinds.size > 1) throw new UnexpectedError("attempt to compare number with string");
  return kinds.has("number") ? (keys as number[]).sort((a, b) => a - b) : (keys as string[]).sort();
}

/** Puts a fault at a dotted name such as "config.access". */
export function setFault(faults: Faults, name: string, fault: Fault): void {
  const [head, ...rest] = name.split(".");
  if (rest.length === 0) {
    faults.set(head!, fault);
    return;
  }
  const inner = faults.get(head!);
  const table: Faults = isFaults(inner) ? inner : new Map<string | number, Fault>();
  faults.set(head!, table);
  setFault(table, rest.join("."), fault);
}

/** Adds a fault of the entity as a whole. */
export function addEntityFault(faults: Faults, fault: string): void {
  const whole = faults.get("@entity");
  const list: Faults = isFaults(whole) ? whole : new Map<string | number, Fault>();
  list.set(list.size + 1, fault);
  faults.set("@entity", list);
}
