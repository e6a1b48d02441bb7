import type { Route } from "../entities.ts";
import { bareAnswer, kongError, type Answer } from "./answer.ts";
import type { ClientRequest } from "./client-request.ts";

/**
 * The answer that the route's protocols ask for before anything else happens: a route for https alone sends plain
 * http away (with 426, or a redirect to the same target without a port), a route for gRPC refuses what is none.
 */
export function protocolAnswer(request: ClientRequest, route: Route, requestId: string): Answer | undefined {
  const protocols = new Set(route.protocols);
  if (protocols.has("https") && !protocols.has("http") && request.scheme !== "https") {
    return elsewhere(request, route.https_redirect_status_code, requestId);
  }
  if (!protocols.has("grpc") && !protocols.has("grpcs")) return undefined;
  const isGrpc = request.header("content-type")[0]?.startsWith("application/grpc") ?? false;
  if (!isGrpc) return kongError(415, "Non-gRPC request matched gRPC route", requestId, request.header);
  return kongError(426, "Please use HTTP2 protocol", requestId, request.header, [
    ["connection", "Upgrade"],
    ["upgrade", "HTTP/2"],
  ]);
}

function elsewhere(request: ClientRequest, status: number, requestId: string): Answer | undefined {
  switch (status) {
    case 426:
      return kongError(426, "Please use HTTPS protocol", requestId, request.header, [
        ["Connection", "Upgrade"],
        ["Upgrade", "TLS/1.2, HTTP/1.1"],
      ]);
    case 301:
    case 302:
    case 307:
    case 308:
      return bareAnswer(status, [["Location", `https://${request.host}${request.target}`]], requestId, request.header);
    default:
      return undefined;
  }
}
