import type { Fact } from "./fact.ts";

const service = { call: "PUT /services/$S1", body: { host: "up.example" }, status: 200 };
const route = { call: "PUT /routes/$R1", body: { paths: ["/a"], service: { id: "$S1" } }, status: 200 };
const code = "kong.response.exit(404)";
const put = (more: object, id = "$P1") => ({
  call: `PUT /plugins/${id}`,
  body: { name: "pre-function", config: { access: [code] }, ...more },
  status: 200,
});

/** Plugins on routes and services. */
export const PLUGIN_CONTRACT: readonly Fact[] = [
  {
    fact: "a pre-function has a list of functions for each phase",
    steps: [
      service,
      {
        ...put({ service: { id: "$S1" }, tags: ["t"] }),
        answer: {
          id: "$P1",
          name: "pre-function",
          instance_name: null,
          service: { id: "$S1" },
          route: null,
          consumer: null,
          enabled: true,
          protocols: ["grpc", "grpcs", "http", "https"],
          tags: ["t"],
          config: { certificate: [], rewrite: [], access: [code], header_filter: [], body_filter: [], log: [] },
        },
      },
    ],
  },
  {
    fact: "a pre-function without a function is refused",
    steps: [service, { ...put({ service: { id: "$S1" }, config: {} }), status: 400, answer: { code: 2 } }],
  },
  {
    fact: "a pre-function that is no Lua is refused",
    steps: [
      service,
      { ...put({ service: { id: "$S1" }, config: { access: ["return 1 +"] } }), status: 400, answer: { code: 2 } },
    ],
  },
  {
    fact: "a plugin is configured once for a route",
    steps: [
      service,
      route,
      put({ route: { id: "$R1" } }),
      {
        ...put({ route: { id: "$R1" } }, "$P2"),
        status: 409,
        answer: { code: 5, fields: { name: "pre-function", route: { id: "$R1" }, service: null, consumer: null } },
      },
    ],
  },
  {
    fact: "a plugin on a route that does not exist is 400 with code 4",
    steps: [{ ...put({ route: { id: "$R1" } }), status: 400, answer: { code: 4, fields: { route: { id: "$R1" } } } }],
  },
  {
    fact: "a plugin that the node does not have is refused by name",
    steps: [
      {
        ...put({ name: "nope" }),
        status: 400,
        answer: { fields: { name: "plugin 'nope' not enabled; add it to the 'plugins' configuration property" } },
      },
    ],
  },
  {
    fact: "a PATCH of the config keeps its other fields",
    steps: [
      service,
      {
        call: "PUT /plugins/$P1",
        body: { name: "request-termination", service: { id: "$S1" }, config: { status_code: 410, message: "gone" } },
        status: 200,
      },
      {
        call: "PATCH /plugins/$P1",
        body: { config: { status_code: 404 } },
        status: 200,
        answer: { config: { status_code: 404, message: "gone" } },
      },
    ],
  },
  {
    fact: "a plugin goes with its route",
    steps: [
      service,
      route,
      put({ route: { id: "$R1" } }),
      { call: "DELETE /routes/$R1", status: 204 },
      { call: "GET /plugins/$P1", status: 404 },
    ],
  },
  {
    fact: "a plugin goes with its service",
    steps: [
      service,
      put({ service: { id: "$S1" } }),
      { call: "DELETE /services/$S1", status: 204 },
      { call: "GET /plugins/$P1", status: 404 },
    ],
  },
  {
    fact: "the plugins of a service are listed below it",
    steps: [
      service,
      put({ service: { id: "$S1" } }),
      { call: "GET /services/$S1/plugins", status: 200, answer: { data: [{ id: "$P1" }], next: null } },
    ],
  },
];
