import { textOf } from "../bytes.ts";
import { Refusal } from "../errors.ts";
import { isObject, isTable, UnexpectedError, type Table, type Value } from "../lua.ts";
import type { Schema } from "../schema/types.ts";
import { decodedArguments } from "./arguments.ts";
import { parseArguments, parseMultipart, type RawArguments } from "./form.ts";
import { parseJson } from "./json.ts";
import type { AdminRequest, Answer } from "./message.ts";
import { message, nginxPage } from "./message.ts";

const WITH_BODY: readonly string[] = ["POST", "PUT", "PATCH"];

/** What a handler gets: the path's parameters as sent, the arguments of the query, and the body. */
export type Call = {
  readonly request: AdminRequest;
  readonly parameters: Table;
  readonly uri: Table;
  post: Value;
};

/** The answer to a body that Kong does not read at all; undefined if it may be read. */
export function bodyRefusal(request: AdminRequest): Answer | undefined {
  const { method, headers } = request;
  if (!WITH_BODY.includes(method)) return undefined;
  const type = headers["content-type"];
  if (type === undefined) {
    const empty = request.body.length === 0 && headers["transfer-encoding"] === undefined;
    return empty ? undefined : nginxPage(415, "Unsupported Media Type");
  }
  const yaml = request.path === "/config" && /^(application|text)\/yaml/.test(type);
  const known = /^(application\/json|multipart\/form-data|application\/x-www-form-urlencoded)/.test(type);
  return yaml || known ? undefined : nginxPage(415, "Unsupported Media Type");
}

/** The call with its arguments decoded for the schema. Throws a Refusal for a body that can't be read. */
export function callOf(request: AdminRequest, parameters: Table, schema: Schema | undefined): Call {
  const writes = WITH_BODY.includes(request.method);
  const uri = decodedArguments(argumentsIn(request.query), schema, writes);
  return { request, parameters, uri, post: postOf(request, schema, writes) };
}

/** Query and body as one table of texts, without a look at any schema: how the schema endpoints read them. */
export function plainArguments(request: AdminRequest): Table {
  const query = Object.fromEntries(argumentsIn(request.query));
  const body = postOf(request, undefined, true);
  return { ...query, ...(isObject(body) ? body : {}) };
}

function postOf(request: AdminRequest, schema: Schema | undefined, writes: boolean): Value {
  const type = request.headers["content-type"]?.toLowerCase() ?? "";
  if (type.startsWith("application/json")) return jsonBody(request, writes);
  if (!writes) return {};
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return decodedArguments(argumentsIn(textOf(request.body)), schema, writes);
  }
  return type.startsWith("multipart/form-data")
    ? decodedArguments(parseMultipart(textOf(request.body), request.headers["content-type"]!), schema, writes)
    : {};
}

/** A body that is JSON but no table makes Kong stumble, whatever the method; one that is none is refused on writes. */
function jsonBody(request: AdminRequest, writes: boolean): Value {
  const body = parseJson(textOf(request.body));
  if (body === undefined || body === false) {
    if (writes) throw new Refusal(400, { message: "Cannot parse JSON body" });
    return {};
  }
  if (!isTable(body)) throw new UnexpectedError("bad argument to 'pairs'");
  return body;
}

function argumentsIn(text: string): RawArguments {
  const found = parseArguments(text);
  if (found === undefined) throw new Refusal(400, message(400, "Too many arguments").json as Table);
  return found;
}
