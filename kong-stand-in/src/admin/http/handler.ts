import type { Database } from "../database.ts";
import { SCHEMAS } from "../entities/index.ts";
import { Refusal } from "../errors.ts";
import { UnexpectedError, type Table } from "../lua.ts";
import { KEPT } from "../tables.ts";
import { bodyRefusal, callOf } from "./call.ts";
import { entityEndpoints } from "./entity-endpoints.ts";
import {
  json,
  METHOD_NOT_ALLOWED,
  nginxPage,
  NOT_FOUND,
  UNEXPECTED,
  type AdminRequest,
  type Answer,
} from "./message.ts";
import { nodeEndpoints, type NodeInfo } from "./node-endpoints.ts";
import { allowedMethods, Router, type Endpoint } from "./routing.ts";

/** The Admin API as a function from request to answer. */
export function adminHandler(db: Database, node: NodeInfo): (request: AdminRequest) => Answer {
  const router = new Router(endpoints(db, node));
  return (request) => {
    const refused = bodyRefusal(request);
    if (refused !== undefined) return refused;
    const match = router.match(request.path);
    if (match === undefined) return NOT_FOUND;
    try {
      return conditional(request, answer(match.endpoint, request, match.parameters));
    } catch (error) {
      if (error instanceof Refusal) return json(error.status, error.body);
      if (error instanceof UnexpectedError) return UNEXPECTED;
      throw error;
    }
  };
}

function endpoints(db: Database, node: NodeInfo): readonly Endpoint[] {
  return [...nodeEndpoints(db, node), ...KEPT.flatMap((kind) => entityEndpoints(db, SCHEMAS[kind]!))];
}

function answer(endpoint: Endpoint, request: AdminRequest, parameters: Table): Answer {
  const { method } = request;
  const isHead = method === "HEAD" && endpoint.methods["HEAD"] === undefined;
  const handler = endpoint.methods[isHead ? "GET" : method];
  if (handler === undefined && method !== "OPTIONS") return METHOD_NOT_ALLOWED;
  const call = callOf(request, parameters);
  return handler === undefined ? options(endpoint, request) : handler(call);
}

function options(endpoint: Endpoint, request: AdminRequest): Answer {
  const methods = allowedMethods(endpoint);
  return {
    status: 204,
    headers: {
      Allow: methods,
      "Access-Control-Allow-Methods": methods,
      "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? "Content-Type",
    },
  };
}

/** What nginx makes of conditions in a request: there are no entity tags, so only `*` is ever met. */
function conditional(request: AdminRequest, given: Answer): Answer {
  if (given.status !== 200) return given;
  const wanted = request.headers["if-match"];
  if (wanted !== undefined && wanted !== "*") return nginxPage(412, "Precondition Failed");
  return request.headers["if-none-match"] === "*" ? { status: 304 } : given;
}
