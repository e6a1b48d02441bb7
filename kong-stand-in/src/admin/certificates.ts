import * as dao from "./dao.ts";
import type { Key } from "./dao.ts";
import type { Database } from "./database.ts";
import { notFound, schemaViolation } from "./errors.ts";
import { asList, isList, isTable, luaText, UnexpectedError, type Table, type Value } from "./lua.ts";
import { own } from "./schema/fields.ts";
import { rowsOf } from "./tables.ts";

/**
 * Certificates with their pseudo field `snis`: a list of names there is checked before anything is written, then the
 * certificate is written, then the SNI entities are brought in line with the list.
 */

/** Creates a certificate and its SNIs. */
export function insertCertificate(db: Database, body: Value): Table {
  const names = wantedNames(db, body, undefined);
  const certificate = dao.insert(db, "certificates", body);
  const id = String(certificate["id"]);
  if (names !== undefined) addNames(db, id, names);
  return { ...certificate, snis: names ?? [] };
}

/** Changes a certificate; its SNIs stay as they are unless a list, a single name or null is given. */
export function updateCertificate(db: Database, key: Key, body: Value): Table {
  const change = withListed(body);
  const names = wantedNames(db, change, key.value);
  return withNames(db, key, names, dao.update(db, "certificates", key, change));
}

/** Creates or replaces a certificate; its SNIs become those of the list or the single name, and nothing or null means none. */
export function upsertCertificate(db: Database, key: Key, body: Value): Table {
  const whole = withListed(body);
  const names = wantedNames(db, whole, key.value) ?? [];
  return withNames(db, key, names, dao.upsert(db, "certificates", key, whole));
}

/** The certificate with the names of its SNIs; unlike other kinds, an unknown id is an error with a code. */
export function selectCertificate(db: Database, key: Key): Table {
  const certificate = dao.select(db, "certificates", key);
  if (certificate === undefined) throw notFound({ id: key.value });
  return { ...certificate, snis: namesOf(db, key.value) };
}

/** Removes a certificate. Its SNIs go first, even if the certificate then has to stay for a service's sake. */
export function removeCertificate(db: Database, key: Key): void {
  const id = key.value.toLowerCase();
  for (const sni of [...db.store.snis.where("certificate", id)]) db.store.delete("snis", sni.id);
  dao.remove(db, "certificates", key);
}

/** The names of a certificate's SNIs in the order of their bytes. */
export function namesOf(db: Database, id: string): string[] {
  const names = [...rowsOf(db.store, "snis")!.where("certificate", id.toLowerCase())].map((sni) => String(sni["name"]));
  return sortedNames(names);
}

/** The body with a single name as a list of one. */
function withListed(body: Value): Value {
  if (!isTable(body) || isList(body)) return body;
  const given = own(body, "snis");
  return typeof given === "string" ? { ...body, snis: [given] } : body;
}

function withNames(db: Database, key: Key, names: readonly string[] | undefined, certificate: Table): Table {
  if (names === undefined) return { ...certificate, snis: namesOf(db, key.value) };
  const id = key.value.toLowerCase();
  const present = [...db.store.snis.where("certificate", id)];
  addNames(
    db,
    id,
    names.filter((name) => !present.some((sni) => sni.name === name)),
  );
  for (const sni of present) if (!names.includes(sni.name)) db.store.delete("snis", sni.id);
  return { ...certificate, snis: names };
}

function addNames(db: Database, id: string, names: readonly string[]): void {
  for (const name of names) dao.insert(db, "snis", { name, certificate: { id } });
}

/** The list of names in the body, sorted; undefined if it has none. Refuses a list that can't be written. */
function wantedNames(db: Database, body: Value, id: string | undefined): string[] | undefined {
  if (!isTable(body)) throw new UnexpectedError(`cert must be a table, not ${luaText(body)}`);
  const given = Array.isArray(body) ? undefined : own(body, "snis");
  if (given === null) return [];
  if (!isTable(given)) return undefined;
  const names = asList(given) ?? [];
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw schemaViolation(new Map([["snis", `${luaText(repeated)} is duplicated`]]));
  for (const name of names) if (typeof name !== "string") throw new UnexpectedError("name must be a string");
  const sorted = sortedNames(names as string[]);
  for (const name of sorted) refuseOthersName(db, name, id);
  return sorted;
}

function refuseOthersName(db: Database, name: string, id: string | undefined): void {
  const sni = dao.select(db, "snis", { field: "name", value: name });
  const owner = sni && dao.referenceKey(sni, "certificate")!.value;
  if (owner === undefined || owner === id) return;
  const taken = `${name} already associated with existing certificate '${owner}'`;
  throw schemaViolation(new Map([["snis", taken]]));
}

function sortedNames(names: readonly string[]): string[] {
  return [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
