import type { Fact } from "./fact.ts";

/** Bodies, methods and what surrounds the entities. */
export const TRANSPORT_CONTRACT: readonly Fact[] = [
  {
    fact: "the node tells its version, its database and its router's flavor",
    steps: [
      {
        call: "GET /",
        status: 200,
        answer: {
          tagline: "Welcome to kong",
          configuration: { database: "postgres", router_flavor: "traditional_compatible" },
        },
        headers: { "Content-Type": "application/json; charset=utf-8" },
      },
    ],
  },
  {
    fact: "the status says that the database can be reached",
    steps: [{ call: "GET /status", status: 200, answer: { database: { reachable: true } } }],
  },
  { fact: "an unknown path is 404", steps: [{ call: "GET /nope", status: 404, answer: { message: "Not found" } }] },
  {
    fact: "a method that a path does not have is 405",
    steps: [{ call: "DELETE /services", status: 405, answer: { message: "Method not allowed" } }],
  },
  {
    fact: "OPTIONS names the methods",
    steps: [{ call: "OPTIONS /services/x", status: 204, headers: { Allow: "DELETE, GET, HEAD, OPTIONS, PATCH, PUT" } }],
  },
  {
    fact: "a body that is no JSON is refused",
    steps: [
      {
        call: "POST /services",
        body: "{",
        type: "application/json",
        status: 400,
        answer: { message: "Cannot parse JSON body" },
      },
    ],
  },
  {
    fact: "a body of another type is 415, as a page",
    steps: [
      {
        call: "POST /services",
        body: "host: h",
        type: "application/yaml",
        status: 415,
        headers: { "Content-Type": "text/html; charset=UTF-8" },
      },
    ],
  },
];
