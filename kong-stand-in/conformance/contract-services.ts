import type { Fact } from "./fact.ts";

const service = { host: "up.example" };
const put = (name: string, more: object = {}) => ({
  call: `PUT /services/${name}`,
  body: { ...service, ...more },
  status: 200,
});

/** Services. */
export const SERVICE_CONTRACT: readonly Fact[] = [
  {
    fact: "a service that is created with a host alone gets Kong's defaults",
    steps: [
      {
        call: "PUT /services/$S1",
        body: service,
        status: 200,
        answer: {
          id: "$S1",
          name: null,
          protocol: "http",
          port: 80,
          path: null,
          retries: 5,
          connect_timeout: 60_000,
          read_timeout: 60_000,
          write_timeout: 60_000,
          enabled: true,
          tags: null,
          client_certificate: null,
        },
      },
    ],
  },
  {
    fact: "a PUT replaces the whole service and resets created_at",
    steps: [
      put("$S1", { name: "$web", port: 8080, tags: ["a"], created_at: 1_600_000_000 }),
      { ...put("$S1", { host: "other.example" }), answer: { host: "other.example", name: null, port: 80, tags: null } },
      { call: "GET /services/$S1", status: 200, answer: { host: "other.example" } },
    ],
  },
  {
    fact: "a PUT keeps created_at if the body carries it",
    steps: [
      put("$S1", { created_at: 1_600_000_000 }),
      { ...put("$S1", { created_at: 1_600_000_000 }), answer: { created_at: 1_600_000_000 } },
    ],
  },
  {
    fact: "a PATCH changes the named fields alone",
    steps: [
      put("$S1", { port: 8080, tags: ["a", "b"] }),
      { call: "PATCH /services/$S1", body: { port: 9090 }, status: 200, answer: { port: 9090, tags: ["a", "b"] } },
      { call: "PATCH /services/$S1", body: { tags: null }, status: 200, answer: { port: 9090, tags: null } },
    ],
  },
  {
    fact: "a PATCH without fields is a success",
    steps: [put("$S1"), { call: "PATCH /services/$S1", body: {}, status: 200, answer: { host: "up.example" } }],
  },
  {
    fact: "a PATCH of a service that does not exist is 404 with code 6",
    steps: [
      {
        call: "PATCH /services/$S1",
        body: { port: 1 },
        status: 404,
        answer: { code: 6, name: "not found", fields: { id: "$S1" } },
      },
    ],
  },
  {
    fact: "a GET of a service that does not exist is 404",
    steps: [{ call: "GET /services/$S1", status: 404, answer: { message: "Not found" } }],
  },
  {
    fact: "a DELETE is 204 whether the service exists or not",
    steps: [put("$S1"), { call: "DELETE /services/$S1", status: 204 }, { call: "DELETE /services/$S1", status: 204 }],
  },
  {
    fact: "a POST with an id that is taken is 400 with code 3",
    steps: [
      put("$S1"),
      {
        call: "POST /services",
        body: { id: "$S1", host: "x" },
        status: 400,
        answer: { code: 3, name: "primary key violation", fields: { id: "$S1" } },
      },
    ],
  },
  {
    fact: "a name that another service has is 409 with code 5",
    steps: [
      put("$S1", { name: "$web" }),
      {
        ...put("$S2", { name: "$web" }),
        status: 409,
        answer: { code: 5, name: "unique constraint violation", fields: { name: "$web" } },
      },
    ],
  },
  {
    fact: "a service is found by its name as well as by its id",
    steps: [put("$S1", { name: "$web" }), { call: "GET /services/$web", status: 200, answer: { id: "$S1" } }],
  },
  {
    fact: "a PUT by name keeps the id that the service has",
    steps: [
      put("$S1", { name: "$web" }),
      { call: "PUT /services/$web", body: { host: "b.example" }, status: 200, answer: { id: "$S1", name: "$web" } },
    ],
  },
  {
    fact: "a missing host is a schema violation that names the field",
    steps: [
      {
        call: "PUT /services/$S1",
        body: { name: "$web" },
        status: 400,
        answer: {
          code: 2,
          name: "schema violation",
          message: "schema violation (host: required field missing)",
          fields: { host: "required field missing" },
        },
      },
    ],
  },
  {
    fact: "every field at fault is named in one answer",
    steps: [
      {
        call: "PUT /services/$S1",
        body: { host: "a b", port: 70_000, colour: 1 },
        status: 400,
        answer: {
          code: 2,
          fields: {
            host: "invalid value: a b",
            port: "value should be between 0 and 65535",
            colour: "unknown field",
          },
        },
      },
    ],
  },
  {
    fact: "a host with a port is refused",
    steps: [
      { ...put("$S1", { host: "a.example:80" }), status: 400, answer: { fields: { host: "must not have a port" } } },
    ],
  },
  {
    fact: "a path needs a protocol that has paths",
    steps: [
      {
        ...put("$S1", { protocol: "tcp", path: "/a" }),
        status: 400,
        answer: {
          fields: {
            path: "value must be null",
            "@entity": ["failed conditional validation given value of field 'protocol'"],
          },
        },
      },
    ],
  },
  {
    fact: "url stands for protocol, host, port and path",
    steps: [
      {
        call: "PUT /services/$S1",
        body: { url: "https://up.example/base" },
        status: 200,
        answer: { protocol: "https", host: "up.example", port: 443, path: "/base" },
      },
    ],
  },
  {
    fact: "a service that a route refers to can't be deleted",
    steps: [
      put("$S1"),
      { call: "PUT /routes/$R1", body: { paths: ["/a"], service: { id: "$S1" } }, status: 200 },
      { call: "DELETE /services/$S1", status: 400, answer: { code: 4, fields: { "@referenced_by": "routes" } } },
      { call: "DELETE /routes/$R1", status: 204 },
      { call: "DELETE /services/$S1", status: 204 },
    ],
  },
  {
    fact: "an id in capitals is the same id in small letters",
    steps: [put("$S1"), { call: "GET /services/$S1^", status: 200, answer: { id: "$S1" } }],
  },
  {
    fact: "a name with a colon in the path is 400 with code 10",
    steps: [{ call: "GET /services/a:b", status: 400, answer: { code: 10, name: "invalid unique name" } }],
  },
  {
    fact: "a change of the id in a PATCH finds nothing",
    steps: [put("$S1"), { call: "PATCH /services/$S1", body: { id: "$S2" }, status: 404, answer: { code: 6 } }],
  },
];
