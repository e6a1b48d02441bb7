import { luaNumber, luaText, type Table, type Value } from "../lua.ts";
import * as typedefs from "../schema/typedefs.ts";
import type { EntityCheck, Field, Schema, Shorthand } from "../schema/types.ts";

const timeout: Field = { type: "integer", default: 60_000, between: [1, 2 ** 31 - 2] };

const onlyWithTls = (field: string): EntityCheck => ({
  conditional: {
    if_field: "protocol",
    if_match: { not_one_of: ["https", "tls"] },
    then_field: field,
    then_match: { eq: null },
  },
});

/** `url`: protocol, host, port and path in one; it wins over fields of its own beside it. */
const url: Shorthand = { field: typedefs.text({}), expand: urlParts };

/** The services of Kong 3.9. */
export const services: Schema = {
  name: "services",
  endpoint_key: "name",
  fields: [
    ["id", typedefs.uuid],
    ["created_at", typedefs.autoTimestamp],
    ["updated_at", typedefs.autoTimestamp],
    ["name", typedefs.uniqueName],
    ["retries", { type: "integer", default: 5, between: [0, 32_767] }],
    ["protocol", { ...typedefs.protocol, required: true, default: "http" }],
    ["host", { ...typedefs.host, required: true }],
    ["port", { ...typedefs.port, required: true, default: 80 }],
    ["path", typedefs.path],
    ["connect_timeout", timeout],
    ["write_timeout", timeout],
    ["read_timeout", timeout],
    ["tags", typedefs.tags],
    ["client_certificate", { type: "foreign", reference: "certificates" }],
    ["tls_verify", { type: "boolean" }],
    ["tls_verify_depth", { type: "integer", default: null, between: [0, 64] }],
    ["ca_certificates", { type: "array", elements: typedefs.text({ uuid: true, required: true }) }],
    ["enabled", { type: "boolean", required: true, default: true }],
  ],
  entity_checks: [
    {
      conditional: {
        if_field: "protocol",
        if_match: { one_of: ["tcp", "tls", "udp", "grpc", "grpcs"] },
        then_field: "path",
        then_match: { eq: null },
      },
    },
    ...["client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates"].map(onlyWithTls),
  ],
  shorthand_fields: { url },
};

/** Takes the URL apart as loosely as Kong's library does: what is no URL at all is a scheme and a path. */
function urlParts(value: Value): Table {
  const [, scheme, afterScheme] = /^(?:([A-Za-z\d][\w+.-]*):)?(.*)$/s.exec(luaText(value))!;
  const [, authority, rest] = /^(?:\/\/([^/?#]*))?(.*)$/s.exec(afterScheme!)!;
  const place = authority?.replace(/^[^@]*@/, "");
  const [, host, portText] = /^(.*?)(?::([^:\]]*))?$/s.exec(place ?? "")!;
  const port = luaNumber(portText);
  const protocol = scheme ?? (port === 443 ? "https" : "http");
  return {
    protocol,
    host: host!.replace(/^\[(.+)\]$/s, "$1") || null,
    port: port ?? portText ?? (protocol === "https" ? 443 : 80),
    path: rest!.replace(/[#?;].*$/s, "") || null,
  };
}
