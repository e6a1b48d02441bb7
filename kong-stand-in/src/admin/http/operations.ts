import type { Collection } from "../../store.ts";
import * as certificates from "../certificates.ts";
import * as dao from "../dao.ts";
import type { Key } from "../dao.ts";
import type { Database } from "../database.ts";
import { isTable, type Table, type Value } from "../lua.ts";
import { refuseOtherProtocols, withStoredOwner } from "../plugin-rules.ts";
import { own } from "../schema/fields.ts";

/** What can be done with the entities of one kind. */
export type Operations = {
  readonly select: (db: Database, key: Key) => Table | undefined;
  readonly insert: (db: Database, body: Value) => Table;
  readonly update: (db: Database, key: Key, body: Value) => Table;
  readonly upsert: (db: Database, key: Key, body: Value) => Table;
  readonly remove: (db: Database, key: Key) => void;
  /** The change that a PATCH asks for; undefined if there is nothing to change. */
  readonly changeOf: (db: Database, key: Key, body: Value) => Value;
};

/** The operations of a kind: certificates look after their SNIs, plugins after their protocols. */
export function operationsOf(collection: Collection): Operations {
  if (collection === "certificates") return CERTIFICATES;
  return collection === "plugins" ? PLUGINS : plain(collection);
}

function plain(collection: Collection): Operations {
  return {
    select: (db, key) => dao.select(db, collection, key),
    insert: (db, body) => dao.insert(db, collection, body),
    update: (db, key, body) => dao.update(db, collection, key, body),
    upsert: (db, key, body) => dao.upsert(db, collection, key, body),
    remove: (db, key) => dao.remove(db, collection, key),
    changeOf: (_db, _key, body) => body,
  };
}

const CERTIFICATES: Operations = {
  select: certificates.selectCertificate,
  insert: certificates.insertCertificate,
  update: certificates.updateCertificate,
  upsert: certificates.upsertCertificate,
  remove: certificates.removeCertificate,
  changeOf: (_db, _key, body) => body,
};

const PLUGINS: Operations = {
  ...plain("plugins"),
  insert: (db, body) => {
    refuseOtherProtocols(db, body);
    return dao.insert(db, "plugins", body);
  },
  update: (db, key, body) => {
    if (key.field === "id") refuseOtherProtocols(db, withStoredOwner(body, dao.select(db, "plugins", key)));
    return dao.update(db, "plugins", key, body);
  },
  upsert: (db, key, body) => {
    if (key.field === "id") refuseOtherProtocols(db, body);
    return dao.upsert(db, "plugins", key, body);
  },
  changeOf: pluginChange,
};

/** The plugin's name says which schema its config has, so it is read first where the change does not name it. */
function pluginChange(db: Database, key: Key, change: Value): Value {
  if (!isTable(change) || Array.isArray(change) || own(change, "name") !== undefined) return change;
  const stored = dao.select(db, "plugins", key);
  return stored && { ...change, name: stored["name"] };
}
