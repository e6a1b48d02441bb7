import type { RoutingRow } from "./routing-row.ts";

const host = "m.test";
const hosts = [host];

/** What else a route can look at. */
export const MATCHER_ROWS: readonly RoutingRow[] = [
  {
    fact: "a route with methods answers those only",
    routes: { get: { hosts, methods: ["GET"] }, write: { hosts, methods: ["PUT", "POST"] } },
    requests: [
      [{ host }, "get"],
      [{ host, method: "POST", body: "x" }, "write"],
      [{ host, method: "DELETE" }, undefined],
      [{ host, method: "HEAD" }, undefined],
    ],
  },
  {
    fact: "one of the values of a header is enough, and its case does not matter",
    routes: { a: { hosts, headers: { "x-v": ["a", "B"] } } },
    requests: [
      [{ host, headers: [["X-V", "A"]] }, "a"],
      [{ host, headers: [["x-v", "b"]] }, "a"],
      [
        {
          host,
          headers: [
            ["X-V", "z"],
            ["X-V", "a"],
          ],
        },
        "a",
      ],
      [{ host, headers: [["X-V", "ab"]] }, undefined],
      [{ host }, undefined],
    ],
  },
  {
    fact: "a header's value that begins with ~* is a regular expression",
    routes: { regex: { hosts, headers: { "x-v": ["~*^ab+c$"] } } },
    requests: [
      [{ host, headers: [["X-V", "abbc"]] }, "regex"],
      [{ host, headers: [["X-V", "ABC"]] }, "regex"],
      [{ host, headers: [["X-V", "xabc"]] }, undefined],
    ],
  },
  {
    fact: "all headers of a route are needed, and more of them go before fewer",
    routes: {
      two: { hosts, headers: { "x-k": ["1"], "x-l": ["1"] } },
      one: { hosts, headers: { "x-k": ["1"] } },
      none: { hosts },
    },
    requests: [
      [
        {
          host,
          headers: [
            ["X-K", "1"],
            ["X-L", "1"],
          ],
        },
        "two",
      ],
      [{ host, headers: [["X-K", "1"]] }, "one"],
      [{ host, headers: [["X-L", "1"]] }, "none"],
    ],
  },
  {
    fact: "a route's server names count over TLS and are ignored in the clear",
    routes: { sni: { hosts, snis: ["s.test"] }, host: { hosts } },
    requests: [
      [{ host, scheme: "https", sni: "s.test" }, "sni"],
      [{ host, scheme: "https", sni: "other.test" }, "host"],
      [{ host }, "sni"],
    ],
  },
  {
    fact: "a route's server names need one in the handshake",
    routes: { sni: { hosts, snis: ["s.test"] }, host: { hosts } },
    requests: [[{ host, scheme: "https" }, "host"]],
  },
  {
    fact: "a server name with a wildcard stands for any depth, and its case matters",
    routes: { wild: { snis: ["*.w.test"], protocols: ["https"] } },
    requests: [
      [{ host, scheme: "https", sni: "a.w.test" }, "wild"],
      [{ host, scheme: "https", sni: "a.b.w.test" }, "wild"],
      [{ host, scheme: "https", sni: "A.W.test" }, undefined],
      [{ host, scheme: "https", sni: "w.test" }, undefined],
    ],
  },
  {
    fact: "a route for http alone answers over TLS as well",
    routes: { http: { hosts, protocols: ["http"] } },
    requests: [
      [{ host }, "http"],
      [{ host, scheme: "https", sni: host }, "http"],
    ],
  },
  {
    fact: "the routes of a disabled service do not exist, and the next one is used",
    routes: { better: { hosts, paths: ["/"], disabled: true }, worse: { hosts } },
    requests: [[{ host }, "worse"]],
  },
  {
    fact: "what no path of an exact host matches falls through to a wildcard",
    routes: { exact: { hosts: ["a.w.test"], paths: ["/x"] }, wild: { hosts: ["*.w.test"], paths: ["/"] } },
    requests: [
      [{ host: "a.w.test", path: "/x" }, "exact"],
      [{ host: "a.w.test", path: "/y" }, "wild"],
    ],
  },
];
