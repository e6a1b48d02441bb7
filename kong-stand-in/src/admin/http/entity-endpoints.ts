import type { Collection } from "../../store.ts";
import * as dao from "../dao.ts";
import type { Key } from "../dao.ts";
import type { Database } from "../database.ts";
import { schemaOf } from "../entities/index.ts";
import { isTable, UnexpectedError, type Table } from "../lua.ts";
import type { Schema } from "../schema/types.ts";
import type { Call } from "./call.ts";
import { listAnswer } from "./list-answer.ts";
import { json, NOT_FOUND, type Answer } from "./message.ts";
import { operationsOf } from "./operations.ts";
import { unescaped } from "./query.ts";
import type { Endpoint, Handler } from "./routing.ts";

/** The endpoints that follow from a schema: its collection, its entities, and the lists nested by its references. */
export function entityEndpoints(db: Database, schema: Schema): readonly Endpoint[] {
  const name = schema.name as Collection;
  const nested = schema.fields.flatMap(([field, { type, reference }]) => {
    const parent = type === "foreign" ? schemaOf(reference!) : undefined;
    return parent === undefined ? [] : [nestedEndpoint(db, schema, field, parent)];
  });
  return [
    { path: `/${name}`, methods: { GET: list(db, name), POST: create(db, name) } },
    { path: `/${name}/:${name}`, methods: entityMethods(db, name) },
    ...nested,
  ];
}

/** The key that a path's parameter stands for. */
function parameterKey(call: Call, collection: string): Key {
  return dao.keyOf(collection, unescaped(String(call.parameters[collection])));
}

function list(db: Database, collection: string): Handler {
  return (call) => listAnswer(db, call, collection);
}

function create(db: Database, collection: Collection): Handler {
  return (call) => json(201, operationsOf(collection).insert(db, call.post));
}

function entityMethods(db: Database, collection: Collection): Endpoint["methods"] {
  const operations = operationsOf(collection);
  const key = (call: Call): Key => parameterKey(call, collection);
  return {
    GET: (call) => found(operations.select(db, key(call))),
    PUT: (call) => json(200, operations.upsert(db, key(call), call.post)),
    PATCH: (call) => {
      const change = operations.changeOf(db, key(call), call.post);
      return change === undefined ? NOT_FOUND : json(200, operations.update(db, key(call), change));
    },
    DELETE: (call) => {
      operations.remove(db, key(call));
      return { status: 204 };
    },
  };
}

/** `/services/:services/routes`: the children of one entity, listed and created. */
function nestedEndpoint(db: Database, child: Schema, field: string, parent: Schema): Endpoint {
  return {
    path: `/${parent.name}/:${parent.name}/${child.name}`,
    methods: {
      GET: ofParent(db, parent, (call, owner) =>
        listAnswer(db, call, child.name, { parent: parent.name, field, id: idOf(owner) }),
      ),
      POST: ofParent(db, parent, (call, owner) => {
        if (!isTable(call.post)) throw new UnexpectedError("attempt to index a value");
        const body = { ...(call.post as Table), [field]: { id: owner["id"] } };
        return json(201, operationsOf(child.name as Collection).insert(db, body));
      }),
    },
  };
}

function ofParent(db: Database, parent: Schema, answer: (call: Call, owner: Table) => Answer): Handler {
  return (call) => {
    const owner = dao.select(db, parent.name, parameterKey(call, parent.name));
    return owner === undefined ? NOT_FOUND : answer(call, owner);
  };
}

function found(entity: Table | undefined): Answer {
  return entity === undefined ? NOT_FOUND : json(200, entity);
}

function idOf(entity: Table): string {
  return String(entity["id"]);
}
