import type { RoutingRow } from "./routing-row.ts";

const host = "app.o.test";
const hosts = [host];
const wild = ["*.o.test"];
const x = [["X-A", "1"]] as const;

/** Which of several routes goes first. */
export const ORDER_ROWS: readonly RoutingRow[] = [
  {
    fact: "of equal routes the one with the larger id is used, whichever was written first",
    routes: {
      larger: { hosts, id: "f0000000-0000-4000-8000-000000000001" },
      smaller: { hosts, id: "0f000000-0000-4000-8000-000000000001" },
    },
    requests: [[{ host }, "larger"]],
  },
  {
    fact: "plain hosts only goes before a wildcard with a method and a longer path",
    routes: { plain: { hosts }, wild: { hosts: wild, paths: ["/long"], methods: ["GET"] } },
    requests: [[{ host, path: "/long" }, "plain"]],
  },
  {
    fact: "plain hosts only goes before a path, a method and a header without host",
    routes: { plain: { hosts }, three: { paths: ["/"], methods: ["GET"], headers: { "x-a": ["1"] } } },
    requests: [[{ host, headers: x }, "plain"]],
  },
  {
    fact: "a route with a plain and a wildcard host counts as a wildcard",
    routes: { plain: { hosts }, mixed: { hosts: [host, "*.o.test"], paths: ["/"] } },
    requests: [
      [{ host }, "plain"],
      [{ host: "b.o.test" }, "mixed"],
    ],
  },
  {
    fact: "among routes without plain hosts more kinds of matchers go first",
    routes: { two: { paths: ["/"], methods: ["GET"] }, one: { hosts: wild } },
    requests: [[{ host }, "two"]],
  },
  {
    fact: "four kinds of matchers go before everything with fewer",
    routes: {
      four: { hosts, paths: ["/"], methods: ["GET"], headers: { "x-a": ["1"] } },
      three: { hosts, paths: ["/longer"], methods: ["GET"] },
      regex: { hosts, paths: ["~/"], regex_priority: 4095 },
    },
    requests: [
      [{ host, path: "/longer", headers: x }, "four"],
      [{ host, path: "/longer" }, "regex"],
    ],
  },
  {
    fact: "among exact hosts more kinds of matchers do not go before a regular expression",
    routes: { regex: { hosts, paths: ["~/"] }, three: { hosts, paths: ["/"], methods: ["GET"] } },
    requests: [[{ host }, "regex"]],
  },
  {
    fact: "a regular expression with regex_priority -1 takes what plain paths of exact hosts had",
    routes: { negative: { paths: ["~/"], regex_priority: -1 }, exact: { hosts, paths: ["/"], methods: ["GET"] } },
    requests: [[{ host }, "negative"]],
  },
  {
    fact: "a regex_priority of 4096 goes before exact hosts, one of 4095 does not, nor one of 8192",
    routes: {
      "4096": { paths: ["~/a"], regex_priority: 4096 },
      "4095": { paths: ["~/b"], regex_priority: 4095 },
      "8192": { paths: ["~/c"], regex_priority: 8192 },
      exact: { hosts, paths: ["/"] },
    },
    requests: [
      [{ host, path: "/a" }, "4096"],
      [{ host, path: "/b" }, "exact"],
      [{ host, path: "/c" }, "exact"],
    ],
  },
  {
    fact: "regex_priority means nothing to a plain path",
    routes: { negative: { paths: ["/"], regex_priority: -1 }, exact: { hosts, paths: ["/"] } },
    requests: [[{ host }, "exact"]],
  },
  {
    fact: "of two nested wildcards the larger id decides for equal paths",
    routes: { long: { hosts: ["*.b.o.test"], paths: ["/"] }, short: { hosts: ["*.o.test"], paths: ["/"] } },
    requests: [[{ host: "a.b.o.test" }, "short"]],
  },
  {
    fact: "a longer path on the shorter wildcard goes before the longer wildcard",
    routes: { short: { hosts: ["*.o.test"], paths: ["/api"] }, long: { hosts: ["*.b.o.test"], paths: ["/"] } },
    requests: [
      [{ host: "a.b.o.test", path: "/api" }, "short"],
      [{ host: "a.b.o.test", path: "/" }, "long"],
    ],
  },
  {
    fact: "with regex_priority by labels and length of the path the longer wildcard goes first, exact hosts above all",
    routes: {
      long: { hosts: ["*.b.o.test"], paths: ["~/"], regex_priority: 3 * 512 + 1 },
      exact: { hosts: ["e.b.o.test"], paths: ["/"] },
      short: { hosts: ["*.o.test"], paths: ["~/"], regex_priority: 2 * 512 + 1 },
      "short-api": { hosts: ["*.o.test"], paths: ["~/api(?:/|$)"], regex_priority: 2 * 512 + 4 },
    },
    requests: [
      [{ host: "a.b.o.test", path: "/api" }, "long"],
      [{ host: "e.b.o.test", path: "/api" }, "exact"],
      [{ host: "x.o.test", path: "/api" }, "short-api"],
      [{ host: "x.o.test", path: "/apix" }, "short"],
    ],
  },
  {
    fact: "with two kinds of matchers the 2048 in a regex_priority is lost: it falls on a bit of their number",
    routes: {
      "1": { hosts: wild, paths: ["~/"], regex_priority: 1 },
      "2048": { hosts: wild, paths: ["~/"], regex_priority: 2048 },
      "2050": { hosts: wild, paths: ["~/two"], regex_priority: 2050 },
    },
    requests: [
      [{ host }, "1"],
      [{ host, path: "/two" }, "2050"],
    ],
  },
  {
    fact: "a route with paths of several lengths is split, and its parts tie under ids of their own",
    routes: {
      single: { hosts, paths: ["/t"], id: "70000000-0000-4000-8000-000000000011" },
      double: { hosts, paths: ["/t", "/t/long"], id: "70000000-0000-4000-8000-000000000012" },
      later: { hosts, paths: ["/t"], id: "70000000-0000-4000-8000-000000000013" },
    },
    requests: [
      [{ host, path: "/t" }, "double"],
      [{ host, path: "/t/long" }, "double"],
    ],
  },
  {
    fact: "paths of one length stay together under the route's own id",
    routes: { pair: { hosts, paths: ["/a", "/b"] }, later: { hosts, paths: ["/a"] } },
    requests: [
      [{ host, path: "/a" }, "later"],
      [{ host, path: "/b" }, "pair"],
    ],
  },
];
