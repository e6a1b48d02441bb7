import type { Fact } from "./fact.ts";

const service = { call: "PUT /services/$S1", body: { name: "$web", host: "up.example" }, status: 200 };
const put = (body: object, id = "$R1") => ({ call: `PUT /routes/${id}`, body, status: 200 });
const refused = (body: object, fields: object) => [{ ...put(body), status: 400, answer: { code: 2, fields } }];
const NO_MATCHER = "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'";

/** Routes. */
export const ROUTE_CONTRACT: readonly Fact[] = [
  {
    fact: "a route gets Kong's defaults",
    steps: [
      {
        ...put({ hosts: ["a.example"] }),
        answer: {
          id: "$R1",
          name: null,
          service: null,
          protocols: ["http", "https"],
          hosts: ["a.example"],
          paths: null,
          methods: null,
          headers: null,
          snis: null,
          strip_path: true,
          preserve_host: false,
          path_handling: "v0",
          regex_priority: 0,
          https_redirect_status_code: 426,
          request_buffering: true,
          response_buffering: true,
        },
      },
    ],
  },
  {
    fact: "a route needs a matcher",
    steps: [...refused({ hosts: [], paths: null }, { "@entity": [NO_MATCHER] })],
  },
  {
    fact: "the last matcher can't be taken away",
    steps: [
      put({ hosts: ["a.example"] }),
      {
        call: "PATCH /routes/$R1",
        body: { hosts: null },
        status: 400,
        answer: { fields: { "@entity": [NO_MATCHER] } },
      },
    ],
  },
  {
    fact: "a route to a service that does not exist is 400 with code 4",
    steps: [
      {
        ...put({ hosts: ["a.example"], service: { id: "$S1" } }),
        status: 400,
        answer: { code: 4, name: "foreign key violation", fields: { service: { id: "$S1" } } },
      },
      { call: "GET /routes/$R1", status: 404 },
    ],
  },
  {
    fact: "a service that is named by a name nobody has is 400 with code 13",
    steps: [
      {
        ...put({ hosts: ["a.example"], service: { name: "$none" } }),
        status: 400,
        answer: { code: 13, name: "foreign keys unresolved" },
      },
    ],
  },
  {
    fact: "a route finds its service by the service's name",
    steps: [service, { ...put({ paths: ["/a"], service: { name: "$web" } }), answer: { service: { id: "$S1" } } }],
  },
  {
    fact: "a PUT drops what the body leaves out",
    steps: [
      service,
      put({ name: "$route", hosts: ["a.example"], paths: ["/a"], service: { id: "$S1" } }),
      { ...put({ hosts: ["b.example"] }), answer: { name: null, hosts: ["b.example"], paths: null, service: null } },
    ],
  },
  {
    fact: "two routes may have the same host and path",
    steps: [put({ hosts: ["a.example"], paths: ["/a"] }), put({ hosts: ["a.example"], paths: ["/a"] }, "$R2")],
  },
  {
    fact: "hosts are kept as they are written",
    steps: [
      {
        ...put({ hosts: ["*.b.example", "A.Example.", "a.*", "a.example:8080", "10.0.0.1"] }),
        answer: { hosts: ["*.b.example", "A.Example.", "a.*", "a.example:8080", "10.0.0.1"] },
      },
    ],
  },
  {
    fact: "a wildcard stands for a whole first or last label",
    steps: [
      ...refused(
        { hosts: ["*", "a.*.b", "*.a.*"] },
        {
          hosts: [
            "invalid wildcard: must be placed at leftmost or rightmost label",
            "invalid wildcard: must be placed at leftmost or rightmost label",
            "invalid wildcard: must have at most one wildcard",
          ],
        },
      ),
    ],
  },
  {
    fact: "faults in a list stand at their places",
    steps: [...refused({ hosts: ["ok.example", "b a d"] }, { hosts: [null, "invalid hostname: b a d"] })],
  },
  {
    fact: "a plain path must be in its normal form",
    steps: [
      ...refused(
        { paths: ["/a/../b", "/%61", "/a//b", "a"] },
        {
          paths: [
            "non-normalized path, consider use '/b' instead",
            "non-normalized path, consider use '/a' instead",
            "must not have empty segments",
            "should start with: / (fixed path) or ~/ (regex path)",
          ],
        },
      ),
    ],
  },
  {
    fact: "a pair of a prefix and a regular expression is accepted",
    steps: [{ ...put({ paths: ["/foo/", "~/foo$"] }), answer: { paths: ["/foo/", "~/foo$"] } }],
  },
  { fact: "a look-ahead is refused", steps: [{ ...put({ paths: ["~/a(?=b)"] }), status: 400, answer: { code: 2 } }] },
  {
    fact: "a back-reference is refused",
    steps: [{ ...put({ paths: ["~/(a)\\1"] }), status: 400, answer: { code: 2 } }],
  },
  {
    fact: "an open parenthesis is refused",
    steps: [{ ...put({ paths: ["~/a("] }), status: 400, answer: { code: 2 } }],
  },
  {
    fact: "SNIs need a protocol with TLS",
    steps: [
      ...refused(
        { paths: ["/a"], protocols: ["http"], snis: ["a.example"] },
        {
          snis: "length must be 0",
          "@entity": ["'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'"],
        },
      ),
    ],
  },
  {
    fact: "a host header is no matcher by header",
    steps: [
      ...refused(
        { headers: { Host: ["a"] } },
        { headers: "cannot contain 'host' header, which must be specified in the 'hosts' attribute" },
      ),
    ],
  },
  {
    fact: "sets lose duplicates and keep their order",
    steps: [
      {
        ...put({ paths: ["/a"], methods: ["PUT", "GET", "PUT"], tags: ["b", "a", "b"] }),
        answer: { methods: ["PUT", "GET"], tags: ["b", "a"] },
      },
    ],
  },
  {
    fact: "a tag has no comma and no slash",
    steps: [
      ...refused(
        { paths: ["/a"], tags: ["a,b"] },
        { tags: ["invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"] },
      ),
    ],
  },
  {
    fact: "the redirect's status is one of five",
    steps: [
      ...refused(
        { paths: ["/a"], https_redirect_status_code: 303 },
        { https_redirect_status_code: "expected one of: 426, 301, 302, 307, 308" },
      ),
    ],
  },
  {
    fact: "below a service a route is created for that service",
    steps: [
      service,
      {
        call: "POST /services/$web/routes",
        body: { id: "$R1", paths: ["/a"] },
        status: 201,
        answer: { service: { id: "$S1" } },
      },
      { call: "GET /services/$S1/routes", status: 200, answer: { data: [{ id: "$R1" }], next: null } },
    ],
  },
  {
    fact: "below a service the deletion of a route that is not there is 404",
    steps: [service, { call: "DELETE /services/$S1/routes/$R1", status: 404, answer: { message: "Not found" } }],
  },
];
