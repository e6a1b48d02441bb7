import type { RoutingRow } from "./routing-row.ts";

/** Which hosts a route stands for. */
export const HOST_ROWS: readonly RoutingRow[] = [
  {
    fact: "a route answers for its hosts and for no other",
    routes: { two: { hosts: ["a.test", "b.test"] } },
    requests: [
      [{ host: "a.test" }, "two"],
      [{ host: "b.test" }, "two"],
      [{ host: "c.test" }, undefined],
      [{ host: "xa.test" }, undefined],
    ],
  },
  {
    fact: "a route without hosts answers for every host",
    routes: { any: { paths: ["/"] } },
    requests: [
      [{ host: "whatever.test" }, "any"],
      [{ host: "127.0.0.1" }, "any"],
    ],
  },
  {
    fact: "a wildcard on the left stands for one label and for several, and for nothing before the dot",
    routes: { wild: { hosts: ["*.acme.test"] } },
    requests: [
      [{ host: "a.acme.test" }, "wild"],
      [{ host: "a.b.c.acme.test" }, "wild"],
      [{ host: ".acme.test" }, "wild"],
      [{ host: "*.acme.test" }, "wild"],
      [{ host: "acme.test" }, undefined],
      [{ host: "xacme.test" }, undefined],
    ],
  },
  {
    fact: "a wildcard on the right stands for any rest",
    routes: { wild: { hosts: ["acme.*"] } },
    requests: [
      [{ host: "acme.test" }, "wild"],
      [{ host: "acme.evil.io" }, "wild"],
      [{ host: "acme." }, "wild"],
      [{ host: "a.acme.test" }, undefined],
      [{ host: "acme" }, undefined],
    ],
  },
  {
    fact: "an exact host goes before a wildcard whatever the ids",
    routes: { exact: { hosts: ["app.acme.test"] }, wild: { hosts: ["*.acme.test"] } },
    requests: [
      [{ host: "app.acme.test" }, "exact"],
      [{ host: "other.acme.test" }, "wild"],
    ],
  },
  {
    fact: "upper case makes another host, in the request and in the route",
    routes: { lower: { hosts: ["app.acme.test"] }, upper: { hosts: ["Upper.test"] }, wild: { hosts: ["*.acme.test"] } },
    requests: [
      [{ host: "APP.acme.test" }, "wild"],
      [{ host: "app.ACME.test" }, undefined],
      [{ host: "Upper.test" }, "upper"],
      [{ host: "upper.test" }, undefined],
    ],
  },
  {
    fact: "a trailing dot makes another host",
    routes: { plain: { hosts: ["a.test", "*.w.test"] }, dotted: { hosts: ["b.test."] } },
    requests: [
      [{ host: "a.test." }, undefined],
      [{ host: "x.w.test." }, undefined],
      [{ host: "b.test." }, "dotted"],
      [{ host: "b.test" }, undefined],
    ],
  },
  {
    fact: "the port in the Host header does not matter to a host without port",
    routes: { exact: { hosts: ["a.test"] }, wild: { hosts: ["*.w.test"] } },
    requests: [
      [{ host: "a.test:1234" }, "exact"],
      [{ host: "x.w.test:1234" }, "wild"],
      [{ host: "a.test:" }, undefined],
    ],
  },
  {
    fact: "a host with a port needs that port in the Host header",
    routes: { exact: { hosts: ["a.test:9999"] }, wild: { hosts: ["*.w.test:9999"] } },
    requests: [
      [{ host: "a.test:9999" }, "exact"],
      [{ host: "a.test" }, undefined],
      [{ host: "a.test:1" }, undefined],
      [{ host: "x.w.test:9999" }, "wild"],
      [{ host: "x.w.test" }, undefined],
    ],
  },
  {
    fact: "a host with a port is no more specific than one without: the larger id decides",
    routes: {
      ported: { hosts: ["a.test:9999"] },
      plain: { hosts: ["a.test", "b.test"] },
      "ported-later": { hosts: ["b.test:9999"] },
    },
    requests: [
      [{ host: "a.test:9999" }, "plain"],
      [{ host: "b.test:9999" }, "ported-later"],
      [{ host: "b.test" }, "plain"],
    ],
  },
  {
    fact: "addresses are hosts; behind one in brackets a port is part of the name",
    routes: { four: { hosts: ["127.0.0.9"] }, six: { hosts: ["[::1]"] } },
    requests: [
      [{ host: "127.0.0.9:80" }, "four"],
      [{ host: "[::1]" }, "six"],
      [{ host: "[::1]:80" }, undefined],
    ],
  },
  {
    fact: "underscores and A-labels are hosts like any other",
    routes: { under: { hosts: ["_a.b_c.test"] }, puny: { hosts: ["xn--nf-fkaz.test"] } },
    requests: [
      [{ host: "_a.b_c.test" }, "under"],
      [{ host: "xn--nf-fkaz.test" }, "puny"],
      [{ host: "ünï.test" }, undefined],
    ],
  },
  {
    fact: "only the Host header names the host: neither X-Forwarded-Host, nor the request line, nor the SNI",
    routes: { app: { hosts: ["app.test"] } },
    requests: [
      [{ host: "other.test", headers: [["X-Forwarded-Host", "app.test"]] }, undefined],
      [{ host: "other.test", path: "http://app.test/" }, undefined],
      [{ host: "app.test", path: "http://other.test/" }, "app"],
      [{ host: "other.test", scheme: "https", sni: "app.test" }, undefined],
      [{ host: "app.test", scheme: "https", sni: "other.test" }, "app"],
    ],
  },
  {
    fact: "a request of HTTP/1.0 without a host reaches routes without hosts only",
    routes: { host: { hosts: ["a.test"] }, any: { paths: ["/any"] } },
    requests: [
      [{ version: "HTTP/1.0", path: "/any" }, "any"],
      [{ version: "HTTP/1.0", path: "/" }, undefined],
    ],
  },
];
