import { certificateKey } from "../certificates.ts";
import type { Database } from "../database.ts";
import { isList, isTable, type Table, type Value } from "../lua.ts";
import { own } from "../schema/fields.ts";
import { isUuid } from "../schema/validators.ts";
import type { Call } from "./call.ts";
import type { Answer } from "./message.ts";
import { unescaped } from "./query.ts";
import type { Endpoint } from "./routing.ts";

/**
 * Paths below /certificates/: the name of an SNI stands for its certificate, whatever the method. A PUT by a name that
 * is not known yet creates a certificate, without the name unless a list of SNIs comes with it.
 */
export function certificateEndpoints(db: Database, generated: readonly Endpoint[]): readonly Endpoint[] {
  return generated.map((endpoint) => {
    if (!/^\/certificates\/:certificates(\/snis)?$/.test(endpoint.path)) return endpoint;
    const own = endpoint.path === "/certificates/:certificates";
    return { ...endpoint, before: (call: Call) => prepare(db, call, own) };
  });
}

function prepare(db: Database, call: Call, ownPath: boolean): Answer | undefined {
  const text = unescaped(String(call.parameters["certificates"]));
  const { method } = call.request;
  const key = certificateKey(db, text, method === "PUT");
  call.parameters["certificates"] = key.value;
  if (ownPath && (method === "PUT" || method === "PATCH"))
    call.post = withSnis(call.post, method, isUuid(text) ? undefined : text);
  return undefined;
}

/** For a PUT no list means none; a single text is a list of one; the name in the path belongs to a list that is given. */
function withSnis(body: Value, method: string, name: string | undefined): Value {
  if (!isTable(body) || isList(body)) return body;
  const given = own(body, "snis");
  const put = method === "PUT";
  if (isList(given))
    return put && name !== undefined && !given.includes(name) ? withList(body, [...given, name]) : body;
  if (typeof given === "string")
    return withList(body, put && name !== undefined && name !== given ? [given, name] : [given]);
  return given === undefined && put ? { ...body, snis: null } : body;
}

function withList(body: Table, snis: readonly Value[]): Table {
  return { ...body, snis };
}
