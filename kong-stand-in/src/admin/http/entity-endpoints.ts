import { randomUUID } from "node:crypto";

import type { Collection } from "../../store.ts";
import * as dao from "../dao.ts";
import type { Key } from "../dao.ts";
import type { Database } from "../database.ts";
import { schemaOf } from "../entities/index.ts";
import { isTable, UnexpectedError, type Table } from "../lua.ts";
import { own } from "../schema/fields.ts";
import type { Schema } from "../schema/types.ts";
import { KEPT } from "../tables.ts";
import type { Call } from "./call.ts";
import { unescaped } from "./form.ts";
import { listAnswer } from "./list-answer.ts";
import { json, METHOD_NOT_ALLOWED, NOT_FOUND, type Answer } from "./message.ts";
import { operationsOf } from "./operations.ts";
import type { Endpoint, Handler } from "./routing.ts";

/** The endpoints that follow from a schema: its collection, its entities, and those nested by its references. */
export function entityEndpoints(db: Database, schema: Schema): readonly Endpoint[] {
  const name = schema.name as Collection;
  const nested = schema.fields.flatMap(([field, { type, reference }]) => {
    const parent = type === "foreign" ? schemaOf(reference!) : undefined;
    return parent === undefined ? [] : nestedEndpoints(db, schema, field, parent);
  });
  return [
    { path: `/${name}`, schema, methods: { GET: list(db, name), POST: create(db, name) } },
    { path: `/${name}/:${name}`, schema, methods: entityMethods(db, name) },
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
      const change = operations.changeOf(db, key(call), call);
      return change === undefined ? NOT_FOUND : json(200, operations.update(db, key(call), change));
    },
    DELETE: (call) => {
      operations.remove(db, key(call));
      return { status: 204 };
    },
  };
}

/** `/routes/:routes/service`, `/services/:services/routes` and `/services/:services/routes/:routes`. */
function nestedEndpoints(db: Database, child: Schema, field: string, parent: Schema): readonly Endpoint[] {
  const kept = KEPT.some((name) => name === parent.name);
  const below = `/${parent.name}/:${parent.name}/${child.name}`;
  const collection: Endpoint = {
    path: below,
    schema: child,
    methods: {
      GET: ofParent(db, parent, (call, owner) =>
        listAnswer(db, call, child.name, { parent: parent.name, field, id: idOf(owner) }),
      ),
      POST: ofParent(db, parent, (call, owner) => {
        setReference(call, field, owner);
        return json(201, operationsOf(child.name as Collection).insert(db, call.post));
      }),
    },
  };
  const entity: Endpoint = {
    path: `${below}/:${child.name}`,
    schema: child,
    methods: nestedEntityMethods(db, child, field, parent),
  };
  const owner: Endpoint = {
    path: `/${child.name}/:${child.name}/${field}`,
    schema: parent,
    methods: kept ? ownerMethods(db, child, field, parent.name as Collection) : { GET: () => NOT_FOUND },
  };
  return [collection, entity, owner];
}

function nestedEntityMethods(db: Database, child: Schema, field: string, parent: Schema): Endpoint["methods"] {
  const name = child.name as Collection;
  const operations = operationsOf(name);
  const key = (call: Call): Key => parameterKey(call, name);
  const ownChild = (call: Call, owner: Table): Table | undefined => {
    const entity = dao.select(db, name, key(call));
    return entity && dao.referenceKey(entity, field)?.value === idOf(owner) ? entity : undefined;
  };
  return {
    GET: ofParent(db, parent, (call, owner) => found(ownChild(call, owner))),
    PUT: ofParent(db, parent, (call, owner) => {
      setReference(call, field, owner);
      return json(200, operations.upsert(db, key(call), call.post));
    }),
    PATCH: ofParent(db, parent, (call, owner) => {
      const change = operations.changeOf(db, key(call), call);
      if (change === undefined || ownChild(call, owner) === undefined) return NOT_FOUND;
      if (isTable(call.post) && !Array.isArray(call.post) && !own(call.post, field)) setReference(call, field, owner);
      return json(200, operations.update(db, key(call), { ...(change as Table), ...(call.post as Table) }));
    }),
    DELETE: ofParent(db, parent, (call, owner) => {
      if (ownChild(call, owner) === undefined) return NOT_FOUND;
      operations.remove(db, key(call));
      return { status: 204 };
    }),
  };
}

/** The methods of the entity that another one refers to, found through the other one. */
function ownerMethods(db: Database, child: Schema, field: string, parent: Collection): Endpoint["methods"] {
  const operations = operationsOf(parent);
  const ownerKey = (call: Call): Key | undefined => dao.referenceKey(child_(call), field);
  const child_ = (call: Call): Table => call.parameters["child"] as Table;
  const ofChild =
    (answer: Handler): Handler =>
    (call) => {
      const entity = dao.select(db, child.name, parameterKey(call, child.name));
      return entity === undefined ? NOT_FOUND : answer({ ...call, parameters: { child: entity } });
    };
  return {
    GET: ofChild((call) => found(ownerKey(call) && dao.select(db, parent, ownerKey(call)!))),
    PUT: ofChild((call) => {
      const key = ownerKey(call) ?? { field: "id", value: randomUUID() };
      const owner = operations.upsert(db, key, call.post);
      const link = { [field]: { id: owner["id"] } };
      if (ownerKey(call) === undefined)
        dao.update(db, child.name as Collection, { field: "id", value: idOf(child_(call)) }, link);
      return json(200, owner);
    }),
    PATCH: ofChild((call) => {
      const key = ownerKey(call);
      return key === undefined ? NOT_FOUND : json(200, operations.update(db, key, call.post));
    }),
    DELETE: ofChild((call) => (ownerKey(call) === undefined ? NOT_FOUND : METHOD_NOT_ALLOWED)),
  };
}

function ofParent(db: Database, parent: Schema, answer: (call: Call, owner: Table) => Answer): Handler {
  return (call) => {
    const owner = dao.select(db, parent.name, parameterKey(call, parent.name));
    return owner === undefined ? NOT_FOUND : answer(call, owner);
  };
}

function setReference(call: Call, field: string, owner: Table): void {
  if (!isTable(call.post)) throw new UnexpectedError("attempt to index a value");
  call.post = { ...(call.post as Table), [field]: { id: owner["id"] } };
}

function found(entity: Table | undefined): Answer {
  return entity === undefined ? NOT_FOUND : json(200, entity);
}

function idOf(entity: Table): string {
  return String(entity["id"]);
}
