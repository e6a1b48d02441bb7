import { textOf } from "../bytes.ts";
import { Refusal } from "../errors.ts";
import { isTable, UnexpectedError, type Table, type Value } from "../lua.ts";
import { parseJson } from "./json.ts";
import type { AdminRequest, Answer } from "./message.ts";
import { nginxPage } from "./message.ts";
import { argumentsOf } from "./query.ts";

const WITH_BODY: readonly string[] = ["POST", "PUT", "PATCH"];

/** What a handler gets: the path's parameters as sent, the arguments of the query, and the body. */
export type Call = {
  readonly request: AdminRequest;
  readonly parameters: Table;
  readonly uri: Table;
  readonly post: Value;
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
  return type.startsWith("application/json") ? undefined : nginxPage(415, "Unsupported Media Type");
}

/** The call with its arguments and its body read. Throws a Refusal for those that can't be read. */
export function callOf(request: AdminRequest, parameters: Table): Call {
  const uri = argumentsOf(request.query);
  if (uri === undefined) throw new Refusal(400, { message: "Too many arguments" });
  const isJson = request.headers["content-type"]?.toLowerCase().startsWith("application/json");
  return { request, parameters, uri, post: isJson ? jsonBody(request) : {} };
}

/** A body that is JSON but no table makes Kong stumble, whatever the method; one that is none is refused on writes. */
function jsonBody(request: AdminRequest): Value {
  const body = parseJson(textOf(request.body));
  if (body === undefined || body === false) {
    if (WITH_BODY.includes(request.method)) throw new Refusal(400, { message: "Cannot parse JSON body" });
    return {};
  }
  if (!isTable(body)) throw new UnexpectedError("bad argument to 'pairs'");
  return body;
}
