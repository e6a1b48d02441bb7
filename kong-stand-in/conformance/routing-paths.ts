import type { RoutingRow } from "./routing-row.ts";

const host = "p.test";
const hosts = [host];

/** Which paths a route stands for. */
export const PATH_ROWS: readonly RoutingRow[] = [
  {
    fact: "a plain path is a prefix of the text, not of the segments",
    routes: { foo: { hosts, paths: ["/foo"] } },
    requests: [
      [{ host, path: "/foo" }, "foo"],
      [{ host, path: "/foobar" }, "foo"],
      [{ host, path: "/foo/bar?x=1" }, "foo"],
      [{ host, path: "/fo" }, undefined],
      [{ host, path: "/FOO" }, undefined],
    ],
  },
  {
    fact: "the longer plain path goes first",
    routes: { "a-b": { hosts, paths: ["/a/b"] }, a: { hosts, paths: ["/a"] }, root: { hosts, paths: ["/"] } },
    requests: [
      [{ host, path: "/a/bc" }, "a-b"],
      [{ host, path: "/a/c" }, "a"],
      [{ host, path: "/c" }, "root"],
    ],
  },
  {
    fact: "a path that ends with a slash does not stand for the path without it",
    routes: { slash: { hosts, paths: ["/s/"] } },
    requests: [
      [{ host, path: "/s/" }, "slash"],
      [{ host, path: "/s/x" }, "slash"],
      [{ host, path: "/s" }, undefined],
      [{ host, path: "/sx" }, undefined],
    ],
  },
  {
    fact: "a regular expression goes before a longer plain path",
    routes: { regex: { hosts, paths: ["~/re/"] }, long: { hosts, paths: ["/re/long/plain/path"] } },
    requests: [[{ host, path: "/re/long/plain/path" }, "regex"]],
  },
  {
    fact: "a regular expression begins where the path begins, and ends where it says so",
    routes: { open: { hosts, paths: ["~/a\\d"] }, closed: { hosts, paths: ["~/b\\d+$"] } },
    requests: [
      [{ host, path: "/a1/more" }, "open"],
      [{ host, path: "/x/a1" }, undefined],
      [{ host, path: "/b12" }, "closed"],
      [{ host, path: "/b12/" }, undefined],
    ],
  },
  {
    fact: "of several alternatives only the first is held to the beginning",
    routes: { either: { hosts, paths: ["~/a|/b"] } },
    requests: [
      [{ host, path: "/a" }, "either"],
      [{ host, path: "/x/b" }, "either"],
      [{ host, path: "/x/a" }, undefined],
    ],
  },
  {
    fact: "regular expressions have the syntax of Rust: flags, POSIX classes, named groups",
    routes: {
      flag: { hosts, paths: ["~/(?i)case$"] },
      posix: { hosts, paths: ["~/[[:digit:]]{3}$"] },
      named: { hosts, paths: ["~/user/(?<id>[^/]+)/p$"] },
    },
    requests: [
      [{ host, path: "/CaSe" }, "flag"],
      [{ host, path: "/123" }, "posix"],
      [{ host, path: "/12" }, undefined],
      [{ host, path: "/user/7/p" }, "named"],
      [{ host, path: "/user/7/8/p" }, undefined],
    ],
  },
  {
    fact: "the larger regex_priority goes first, then the larger id",
    routes: {
      high: { hosts, paths: ["~/x"], regex_priority: 5 },
      low: { hosts, paths: ["~/x/y"], regex_priority: 1 },
      same: { hosts, paths: ["~/x/y/z"], regex_priority: 5 },
    },
    requests: [
      [{ host, path: "/x/y" }, "high"],
      [{ host, path: "/x/y/z" }, "same"],
    ],
  },
  {
    fact: "percent-encodings are undone before the path is matched, except those of reserved characters",
    routes: { a: { hosts, paths: ["/a"] }, space: { hosts, paths: ["/sp ace"] }, slash: { hosts, paths: ["/p%2Fq"] } },
    requests: [
      [{ host, path: "/%61b" }, "a"],
      [{ host, path: "/sp%20ace" }, "space"],
      [{ host, path: "/p%2fq" }, "slash"],
      [{ host, path: "/p/q" }, undefined],
    ],
  },
  {
    fact: "dot segments and double slashes are resolved before the path is matched",
    routes: { "a-b": { hosts, paths: ["/a/b"] }, a: { hosts, paths: ["/a"] } },
    requests: [
      [{ host, path: "/a/./b" }, "a-b"],
      [{ host, path: "/x/../a//b" }, "a-b"],
      [{ host, path: "/a/b/.." }, "a"],
      [{ host, path: "//a" }, "a"],
      [{ host, path: "/a/%2e%2e/c" }, undefined],
    ],
  },
  {
    fact: "a path of other letters is matched by its UTF-8, and one that is not UTF-8 by no route",
    routes: { umlaut: { hosts, paths: ["/ü"] }, root: { hosts, paths: ["/"] } },
    requests: [
      [{ host, path: "/%C3%BC" }, "umlaut"],
      [{ host, path: "/%FC" }, undefined],
    ],
  },
  {
    fact: "the pair of /foo/ and ~/foo$ is what Kubernetes calls the prefix /foo, ~/bar$ what it calls exact",
    routes: {
      prefix: { hosts, paths: ["/foo/", "~/foo$"] },
      exact: { hosts, paths: ["~/bar$"] },
      rest: { hosts, paths: ["/"] },
    },
    requests: [
      [{ host, path: "/foo" }, "prefix"],
      [{ host, path: "/foo/x" }, "prefix"],
      [{ host, path: "/foobar" }, "rest"],
      [{ host, path: "/bar?x=1" }, "exact"],
      [{ host, path: "/bar/" }, "rest"],
    ],
  },
];
