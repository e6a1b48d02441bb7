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
  {
    fact: "a form is read like JSON, with lists by brackets and nested names by dots",
    steps: [
      {
        call: "PUT /services/$S1",
        body: "name=$web&host=h&port=8080&tags[]=a&tags[]=b",
        type: "application/x-www-form-urlencoded",
        status: 200,
        answer: { port: 8080, tags: ["a", "b"] },
      },
      {
        call: "PUT /routes/$R1",
        body: "paths[]=/a&service.name=$web",
        type: "application/x-www-form-urlencoded",
        status: 200,
        answer: { service: { id: "$S1" } },
      },
    ],
  },
  {
    fact: "an entity can be validated without being written",
    steps: [
      {
        call: "POST /schemas/routes/validate",
        body: { hosts: ["a.example"] },
        status: 200,
        answer: { message: "schema validation successful" },
      },
      {
        call: "POST /schemas/routes/validate",
        body: { hosts: ["a b"] },
        status: 400,
        answer: { code: 2, fields: { hosts: ["invalid hostname: a b"] } },
      },
    ],
  },
  {
    fact: "a configuration file can't be posted to a Kong with a database",
    steps: [
      {
        call: "POST /config",
        body: { _format_version: "3.0" },
        status: 400,
        answer: { message: "this endpoint is only available when Kong is configured to not use a database" },
      },
    ],
  },
];
