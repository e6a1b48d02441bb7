import { own } from "../schema/fields.ts";
import { isNonEmpty, type Table } from "../lua.ts";
import * as typedefs from "../schema/typedefs.ts";
import { check, text } from "../schema/typedefs.ts";
import type { EntityCheck, Field, Subschema } from "../schema/types.ts";
import { luaFault } from "./lua-syntax.ts";

const METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/**
 * The plugins that the stand-in configures, with Kong's own schemas. Any other name is answered as a plugin that is
 * not enabled on the node.
 */
export const PLUGIN_SCHEMAS: Readonly<Record<string, Subschema>> = {
  "pre-function": preFunction(),
  "request-termination": plugin("request-termination", {
    fields: [
      ["status_code", { type: "integer", default: 503, required: true, between: [100, 599] }],
      ["message", { type: "string" }],
      ["content_type", { type: "string" }],
      ["body", { type: "string" }],
      ["echo", { type: "boolean", required: true, default: false }],
      ["trigger", typedefs.headerName],
    ],
    custom_validator: check(terminationFault),
  }),
  redirect: plugin("redirect", {
    fields: [
      ["status_code", { type: "integer", required: true, default: 301, between: [100, 599] }],
      ["location", { type: "string", required: true, custom_validator: urlFault }],
      ["keep_incoming_path", { type: "boolean", default: false }],
    ],
  }),
  cors: plugin("cors", {
    fields: [
      ["origins", list({ custom_validator: originFault })],
      ["headers", list({})],
      ["exposed_headers", list({})],
      ["methods", { ...list({ one_of: METHODS }), default: METHODS }],
      ["max_age", { type: "number" }],
      ["credentials", { type: "boolean", required: true, default: false }],
      ["private_network", { type: "boolean", required: true, default: false }],
      ["preflight_continue", { type: "boolean", required: true, default: false }],
    ],
  }),
};

function plugin(name: string, config: Partial<Field>): Subschema {
  return {
    name,
    fields: [
      ["protocols", typedefs.httpProtocols],
      ["config", { type: "record", required: true, ...config }],
    ],
  };
}

function preFunction(): Subschema {
  const name = "pre-function";
  const phases = ["certificate", "rewrite", "access", "header_filter", "body_filter", "log"];
  const code: Field = {
    type: "array",
    required: true,
    default: [],
    elements: text({ custom_validator: (source: string) => prefixed(`error parsing ${name}: `, luaFault(source)) }),
  };
  const someCode: EntityCheck = { at_least_one_of: phases.map((phase) => `config.${phase}`) };
  return {
    name,
    fields: [
      ["protocols", typedefs.protocols],
      ["config", { type: "record", required: true, fields: phases.map((phase) => [phase, code] as const) }],
    ],
    entity_checks: [someCode],
  };
}

function list(element: Partial<Field>): Field {
  return { type: "array", elements: text({ required: true, ...element }) };
}

function terminationFault(config: Table): string | undefined {
  const set = (name: string): boolean => typeof own(config, name) === "string" && isNonEmpty(own(config, name));
  if (set("message") && (set("content_type") || set("body"))) return "message cannot be used with content_type or body";
  if (set("content_type") && !set("body")) return "content_type requires a body";
  if (config["echo"] === true && set("body")) return "echo cannot be used with content_type and body";
  return undefined;
}

function urlFault(url: string): string | undefined {
  const [, scheme, host] = /^(?:([A-Za-z][\w+.-]*):)?(?:\/\/([^/?#]*))?/.exec(url)!;
  if (host === undefined) return "missing host in url";
  return scheme === undefined ? "missing scheme in url" : undefined;
}

/** `*` or a regular expression; JavaScript's reading of one is close enough to tell a typing error. */
function originFault(origin: string): string | undefined {
  if (origin === "*") return undefined;
  try {
    new RegExp(origin);
    return undefined;
  } catch {
    return `'${origin}' is not a valid regex`;
  }
}

function prefixed(prefix: string, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : prefix + fault;
}
