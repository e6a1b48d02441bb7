import { bareAnswer, kongError, type Answer } from "./answer.ts";
import { textOf } from "./bytes.ts";
import type { Exchange } from "./exchange.ts";

/** The one function through which Lua reads the request and answers it. */
export type HostCall = (what: string, ...args: readonly unknown[]) => string | number | undefined;

/** The host function for one request, and the answer that was made through it. */
export function hostFunctions(exchange: Exchange): {
  readonly call: HostCall;
  readonly answer: () => Answer | undefined;
} {
  const { request, requestId, answerHeaders, upstreamHeaders, overrides } = exchange;
  const headers: [string, string][] = [];
  let made: Answer | undefined;
  const call: HostCall = (what, first, second) => {
    const name = String(first);
    switch (what) {
      case "read":
        return read(exchange, name, typeof second === "string" ? second : "");
      case "variable":
        return variable(exchange, name);
      case "answer_header":
        answerHeaders.push([name, String(second)]);
        return undefined;
      case "answer_header_clear":
        answerHeaders.splice(0, Infinity, ...answerHeaders.filter(([known]) => !isSame(known, name)));
        return undefined;
      case "target":
        overrides.target = { host: name, port: Number(second) };
        overrides.host = name;
        return undefined;
      case "upstream_header":
        if (isSame(name, "host")) overrides.host = isNothing(second) ? "" : String(second);
        else upstreamHeaders.set(name.toLowerCase(), isNothing(second) ? undefined : [name, String(second)]);
        return undefined;
      case "exit_header":
        headers.push([name, String(second)]);
        return undefined;
      case "exit":
        made = isNothing(second)
          ? bareAnswer(Number(first), headers, requestId, request.header)
          : { status: Number(first), headers, body: String(second) };
        return undefined;
      case "exit_json":
        made = { status: Number(first), headers: typed(headers), body: String(second) };
        return undefined;
      case "exit_error":
        made = kongError(Number(first), isNothing(second) ? "" : String(second), requestId, request.header, headers);
        return undefined;
      default:
        throw new Error(`unknown host function ${what}`);
    }
  };
  return { call, answer: () => made };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function typed(headers: readonly [string, string][]): readonly [string, string][] {
  const hasType = headers.some(([name]) => isSame(name, "content-type"));
  return hasType ? headers : [...headers, ["Content-Type", "application/json; charset=utf-8"]];
}

/** What `kong.request`, `kong.client` and `kong.router` tell; no header of the client's is trusted. */
function read({ request, destination }: Exchange, name: string, argument: string): string | number | undefined {
  switch (name) {
    case "get_scheme":
    case "get_forwarded_scheme":
      return request.scheme;
    case "get_host":
    case "get_forwarded_host":
      return request.host;
    case "get_port":
    case "get_forwarded_port":
      return request.port;
    case "get_http_version":
      return Number(request.version);
    case "get_method":
      return request.method;
    case "get_path":
      return shown(request.path);
    case "get_raw_path":
      return shown(request.rawPath);
    case "get_path_with_query":
      return shown(request.target);
    case "get_raw_query":
      return request.query ?? "";
    case "get_query_arg":
      return new URLSearchParams(request.query ?? "").get(argument) ?? undefined;
    case "get_header":
      return shown(request.header(argument)[0]);
    case "get_headers":
      return request.headers.map(([header, value]) => `${header.toLowerCase()}\n${shown(value)}`).join("\n");
    case "get_ip":
      return request.remoteAddress;
    case "route_id":
      return destination.route.id;
    case "route_name":
      return destination.route.name ?? undefined;
    case "service_id":
      return destination.service?.id;
    case "service_name":
      return destination.service?.name ?? undefined;
    default:
      throw new Error(`unknown value ${name}`);
  }
}

/** The nginx variables that are told. */
function variable({ request }: Exchange, name: string): string | undefined {
  if (name.startsWith("http_")) return shown(request.header(name.slice("http_".length))[0]);
  switch (name) {
    case "host":
      return request.host;
    case "scheme":
      return request.scheme;
    case "request_method":
      return request.method;
    case "request_uri":
      return shown(request.target);
    case "uri":
      return shown(request.path);
    case "args":
      return request.query;
    case "remote_addr":
      return request.remoteAddress;
    case "server_port":
      return String(request.port);
    default:
      return undefined;
  }
}

function shown(bytes: string | undefined): string | undefined {
  return bytes === undefined ? undefined : (textOf(bytes) ?? bytes);
}
