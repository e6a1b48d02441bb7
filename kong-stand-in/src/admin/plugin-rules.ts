import type { Database } from "./database.ts";
import { schemaViolation } from "./errors.ts";
import { asList, isObject, type Table, type Value } from "./lua.ts";
import { own } from "./schema/fields.ts";
import { isUuid } from "./schema/validators.ts";
import { rowsOf } from "./tables.ts";

/** Refuses a plugin none of whose protocols (if the request names any) its route, or its service's routes, have. */
export function refuseOtherProtocols(db: Database, plugin: Value): void {
  if (!isObject(plugin)) return;
  const protocols = own(plugin, "protocols");
  if (typeof protocols !== "object" || protocols === null) return;
  const wanted = asList(protocols) ?? [];
  const route = own(plugin, "route");
  const service = own(plugin, "service");
  if (isObject(route)) {
    const row = rowsOf(db.store, "routes")!.get(String(route["id"]).toLowerCase());
    if (row !== undefined && !shares(row, wanted)) throw violation("must match the associated route's protocols");
  } else if (isObject(service)) {
    const ofService = "must match the protocols of at least one route pointing to this Plugin's service";
    if (!isUuid(service["id"])) throw violation(ofService);
    const rows = [...rowsOf(db.store, "routes")!.where("service", String(service["id"]).toLowerCase())];
    if (rows.length > 0 && !rows.some((row) => shares(row, wanted))) {
      throw violation(ofService);
    }
  }
}

/** A change of a plugin together with what it leaves as it is, as far as the rule above asks for it. */
export function withStoredOwner(change: Value, stored: Table | undefined): Value {
  if (!isObject(change) || stored === undefined) return change;
  const named = (name: string): boolean => own(change, name) !== undefined && own(change, name) !== false;
  const asks = (named("protocols") && !named("route")) || ((named("service") || named("route")) && !named("protocols"));
  if (!asks) return change;
  const complete = { ...change };
  for (const name of ["protocols", "service", "route"]) if (!named(name)) complete[name] = stored[name];
  return complete;
}

function shares(route: Table, wanted: readonly Value[]): boolean {
  return wanted.some((protocol) => (route["protocols"] as readonly Value[]).includes(protocol));
}

function violation(text: string): Error {
  return schemaViolation(new Map([["protocols", text]]));
}
