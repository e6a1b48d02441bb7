import { hostFault, ipOrRangeFault, routeHostFault, wildcardHostFault } from "./address.ts";
import { certificateFault, keyFault } from "./pem.ts";
import { pathFault, routePathFault } from "./path.ts";
import { headerNameFault, nameFault, tagFault } from "./text.ts";
import type { Check, Field } from "./types.ts";

/** Fields that several entities share, as Kong's type definitions give them. */

/** The id of an entity: made by Kong unless the request brings one. */
export const uuid: Field = { type: "string", uuid: true, auto: true, len_min: 1 };

/** A time in seconds that Kong sets. */
export const autoTimestamp: Field = { type: "integer", timestamp: true, auto: true };

/** A name, unique among the entities of its kind. */
export const uniqueName: Field = text({ unique: true, custom_validator: nameFault });

/** The tags of an entity. */
export const tags: Field = { type: "set", elements: text({ required: true, custom_validator: tagFault }) };

/** The protocols of services and routes. */
const PROTOCOLS = ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"] as const;
const HTTP_PROTOCOLS = ["grpc", "grpcs", "http", "https"] as const;

/** One protocol. */
export const protocol: Field = text({ one_of: PROTOCOLS });

/** The protocols for which a plugin runs. */
export const httpProtocols: Field = {
  type: "set",
  required: true,
  default: HTTP_PROTOCOLS,
  elements: text({ one_of: HTTP_PROTOCOLS, required: true }),
};

/** The protocols for which a plugin runs that also works on streams. */
export const protocols: Field = {
  type: "set",
  required: true,
  default: HTTP_PROTOCOLS,
  elements: text({ one_of: PROTOCOLS, required: true }),
};

/** A host without a port. */
export const host: Field = text({ custom_validator: hostFault });

/** A name for TLS, perhaps with a wildcard. */
export const wildcardHost: Field = text({ custom_validator: wildcardHostFault });

/** A port number. */
export const port: Field = { type: "integer", between: [0, 65535] };

const NO_EMPTY_SEGMENTS = [{ pattern: /\/\//, err: "must not have empty segments" }];

/** The path of a service. */
export const path: Field = text({ starts_with: "/", match_none: NO_EMPTY_SEGMENTS, custom_validator: pathFault });

/** The paths of a route. */
export const routePaths: Field = {
  type: "array",
  elements: text({
    required: true,
    match_any: {
      patterns: [/^\//, /^~\//],
      err: "should start with: / (fixed path) or ~/ (regex path)",
    },
    match_none: NO_EMPTY_SEGMENTS,
    custom_validator: routePathFault,
  }),
};

/** The hosts of a route: a `*` may stand for the first or the last label. */
export const routeHosts: Field = {
  type: "array",
  elements: text({
    required: true,
    match_all: [
      {
        pattern: /^[^*]*\*?[^*]*$/,
        err: "invalid wildcard: must have at most one wildcard",
      },
    ],
    match_any: {
      patterns: [/^\*\./, /\.\*$/, /^[^*]*$/],
      err: "invalid wildcard: must be placed at leftmost or rightmost label",
    },
    custom_validator: routeHostFault,
  }),
};

/** The methods of a route. */
export const methods: Field = {
  type: "set",
  elements: text({ required: true, match: /^[A-Z]+$/ }),
};

/** The headers of a route: values by name. */
export const routeHeaders: Field = {
  type: "map",
  keys: text({
    required: true,
    match_none: [
      {
        pattern: /^host$/i,
        err: "cannot contain 'host' header, which must be specified in the 'hosts' attribute",
      },
    ],
    custom_validator: headerNameFault,
  }),
  values: { type: "array", required: true, elements: text({ required: true }) },
};

/** The addresses of a stream route. */
export const addresses: Field = {
  type: "set",
  elements: {
    type: "record",
    entity_checks: [{ at_least_one_of: ["ip", "port"] }],
    fields: [
      ["ip", { type: "string", custom_validator: ipOrRangeFault }],
      ["port", port],
    ],
  },
};

/** A certificate chain in PEM, the leaf first. */
export const certificate: Field = text({ referenceable: true, custom_validator: certificateFault });

/** A private key in PEM. */
export const key: Field = text({ referenceable: true, custom_validator: keyFault });

/** The name of a header. */
export const headerName: Field = { type: "string", custom_validator: headerNameFault };

/** A field of the same kind that must stay empty, with the message that says so. */
export function absent(field: Field, err: string): Field {
  return { ...field, eq: null, err };
}

/** A text field with a length of at least one. */
export function text(parts: Partial<Field>): Field {
  return { type: "string", len_min: 1, ...parts };
}

/** A custom check over values of a known type. */
export function check<T>(fault: (value: T) => ReturnType<Check>): Check {
  return fault as Check;
}
