import * as typedefs from "../schema/typedefs.ts";
import type { EntityCheck, Field, Fields, Schema, Subschema } from "../schema/types.ts";
import { routerFault } from "./router-check.ts";

const withTls = ["grpcs", "https", "tls", "tls_passthrough"];

/** The routes of Kong 3.9 in the flavor traditional_compatible. */
export const routes: Schema = {
  name: "routes",
  endpoint_key: "name",
  subschema_key: "protocols",
  fields: [
    ["id", typedefs.uuid],
    ["created_at", typedefs.autoTimestamp],
    ["updated_at", typedefs.autoTimestamp],
    ["name", typedefs.uniqueName],
    [
      "protocols",
      {
        type: "set",
        len_min: 1,
        required: true,
        default: ["http", "https"],
        elements: { ...typedefs.protocol, required: true },
        mutually_exclusive_subsets: [["http", "https"], ["tcp", "tls", "udp"], ["tls_passthrough"], ["grpc", "grpcs"]],
      },
    ],
    [
      "https_redirect_status_code",
      { type: "integer", one_of: [426, 301, 302, 307, 308], default: 426, required: true },
    ],
    ["strip_path", { type: "boolean", required: true, default: true }],
    ["preserve_host", { type: "boolean", required: true, default: false }],
    ["request_buffering", { type: "boolean", required: true, default: true }],
    ["response_buffering", { type: "boolean", required: true, default: true }],
    ["tags", typedefs.tags],
    ["service", { type: "foreign", reference: "services" }],
    ["snis", { type: "set", elements: { ...typedefs.wildcardHost, required: true } }],
    ["sources", typedefs.addresses],
    ["destinations", typedefs.addresses],
    ["methods", typedefs.methods],
    ["hosts", typedefs.routeHosts],
    ["paths", typedefs.routePaths],
    ["headers", typedefs.routeHeaders],
    ["regex_priority", { type: "integer", default: 0 }],
    ["path_handling", typedefs.text({ default: "v0", one_of: ["v0", "v1"] })],
  ],
  entity_checks: [
    {
      conditional: {
        if_field: "protocols",
        if_match: { elements: typedefs.text({ not_one_of: withTls, required: true }) },
        then_field: "snis",
        then_match: { len_eq: 0 },
        then_err: "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
      },
    },
    {
      custom_entity_check: {
        field_sources: [
          "id",
          "protocols",
          "snis",
          "sources",
          "destinations",
          "methods",
          "hosts",
          "paths",
          "headers",
          "expression",
          "regex_priority",
          "priority",
        ],
        run_with_missing_fields: true,
        fn: routerFault,
      },
    },
  ],
  subschemas: variants(),
};

/** The first of a route's protocols decides which fields it can have and which of them it must. */
function variants(): Readonly<Record<string, Subschema>> {
  const http: Subschema = {
    name: "http",
    fields: forbidden({ sources: typedefs.addresses, destinations: typedefs.addresses }, "'http' or 'https'"),
    entity_checks: [needsOneOf("https", ["methods", "hosts", "headers", "paths", "snis"], "http")],
  };
  const grpcOnly = "'grpc' or 'grpcs'";
  const grpc: Subschema = {
    name: "grpc",
    fields: [
      ["strip_path", noStripPath(`cannot set 'strip_path' when 'protocols' is ${grpcOnly}`)],
      ...forbidden(
        { methods: typedefs.methods, sources: typedefs.addresses, destinations: typedefs.addresses },
        grpcOnly,
      ),
    ],
    entity_checks: [needsOneOf("grpcs", ["hosts", "headers", "paths", "snis"], "grpc")],
  };
  const stream: Subschema = {
    name: "tcp",
    fields: forbidden(
      {
        methods: typedefs.methods,
        hosts: typedefs.routeHosts,
        paths: typedefs.routePaths,
        headers: typedefs.routeHeaders,
      },
      "'tcp', 'tls', 'tls_passthrough' or 'udp'",
    ),
    entity_checks: [
      streamNeeds(["tcp", "tls", "udp"], ["sources", "destinations", "snis"], "one of %s", "'tcp', 'tls' or 'udp'"),
      streamNeeds(["tls_passthrough"], ["snis"], "snis", "'tls_passthrough'"),
    ],
  };
  return { http, https: http, grpc, grpcs: grpc, tcp: stream, tls: stream, udp: stream, tls_passthrough: stream };
}

function forbidden(fields: Readonly<Record<string, Field>>, protocols: string): Fields {
  return Object.entries(fields).map(([name, field]) => [
    name,
    typedefs.absent(field, `cannot set '${name}' when 'protocols' is ${protocols}`),
  ]);
}

function noStripPath(err: string): Field {
  return { type: "boolean", required: true, default: false, ne: true, err };
}

/** With the protocol over TLS one of the fields is needed; with the plain one as well, but the SNIs do not count. */
function needsOneOf(secure: string, names: readonly string[], plain: string): EntityCheck {
  return {
    conditional_at_least_one_of: {
      if_field: "protocols",
      if_match: { contains: secure },
      then_at_least_one_of: names,
      then_err: `must set one of %s when 'protocols' is '${secure}'`,
      else_match: { contains: plain },
      else_then_at_least_one_of: names.filter((name) => name !== "snis"),
      else_then_err: `must set one of %s when 'protocols' is '${plain}'`,
    },
  };
}

function streamNeeds(of: readonly string[], names: readonly string[], what: string, protocols: string): EntityCheck {
  return {
    conditional_at_least_one_of: {
      if_field: "protocols",
      if_match: { elements: typedefs.text({ one_of: of, required: true }) },
      then_at_least_one_of: names,
      then_err: `must set ${what} when 'protocols' is ${protocols}`,
    },
  };
}
