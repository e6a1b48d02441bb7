import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingress, primary, shared } from "./support/objects.ts";
import type { Path } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

/** The paths of one host, each with a Service of its own, and which of them (by its place) answers a request. */
interface Row {
  readonly says: string;
  readonly paths: readonly Path[];
  readonly answers: Readonly<Record<string, number | undefined>>;
}

const prefix = (path: string): Path => ({ path, type: "Prefix" });
const exact = (path: string): Path => ({ path, type: "Exact" });
const own = (path: string): Path => ({ path, type: "ImplementationSpecific" });

// The first rows are the table of the Kubernetes documentation, "Ingress path types: examples".
const rows: readonly Row[] = [
  { says: "Prefix / matches all paths", paths: [prefix("/")], answers: { "/": 0, "/any/thing": 0 } },
  {
    says: "Exact /foo matches itself",
    paths: [exact("/foo")],
    answers: { "/foo": 0, "/bar": undefined, "/foo/": undefined, "/foo/bar": undefined, "/FOO": undefined },
  },
  { says: "Exact /foo/ is not /foo", paths: [exact("/foo/")], answers: { "/foo": undefined, "/foo/": 0 } },
  {
    says: "Prefix /foo matches /foo and /foo/",
    paths: [prefix("/foo")],
    answers: { "/foo": 0, "/foo/": 0, "/foo/bar": 0, "/foobar": undefined, "/": undefined },
  },
  {
    says: "Prefix /foo/ matches /foo and /foo/",
    paths: [prefix("/foo/")],
    answers: { "/foo": 0, "/foo/": 0, "/foo/bar": 0, "/foobar": undefined },
  },
  {
    says: "Prefix matches element by element",
    paths: [prefix("/aaa/bb")],
    answers: { "/aaa/bbb": undefined, "/aaa/bb": 0, "/aaa/bb/ccc": 0, "/aaa": undefined },
  },
  {
    says: "Prefix ignores a slash at the end",
    paths: [prefix("/aaa/bbb/")],
    answers: { "/aaa/bbb": 0, "/aaa/bbb/": 0, "/aaa/bbbxyz": undefined },
  },
  {
    says: "the longer Prefix first",
    paths: [prefix("/"), prefix("/aaa"), prefix("/aaa/bbb")],
    answers: { "/aaa/bbb": 2, "/aaa/bbb/c": 2, "/aaa/ccc": 1, "/aaa": 1, "/ccc": 0 },
  },
  {
    says: "Exact before Prefix of the same path",
    paths: [prefix("/foo"), exact("/foo")],
    answers: { "/foo": 1, "/foo/": 0, "/foo/bar": 0 },
  },
  { says: "Exact / beside Prefix /", paths: [prefix("/"), exact("/")], answers: { "/": 1, "/a": 0 } },
  { says: "a query is no part of the path", paths: [exact("/q")], answers: { "/q?x=/y": 0, "/q/?x": undefined } },
  {
    says: "characters of regular expressions mean themselves",
    paths: [prefix("/v1.0/(a+b)"), exact("/x.y$")],
    answers: { "/v1.0/(a+b)": 0, "/v1.0/(a+b)/c": 0, "/v1X0/(a+b)": undefined, "/x.y$": 1, "/xzy$": undefined },
  },
  {
    says: "percent-encoded characters are the characters",
    paths: [prefix("/caf%C3%A9"), exact("/a%20b")],
    answers: { "/caf%c3%a9/x": 0, "/caf%C3%A9": 0, "/a%20b": 1 },
  },
  {
    says: "ImplementationSpecific is Kong's plain prefix",
    paths: [own("/foo")],
    answers: { "/foo": 0, "/foobar": 0, "/foo/bar": 0, "/fo": undefined },
  },
  {
    says: "ImplementationSpecific /~ is Kong's regular expression",
    paths: [own("/~/v[0-9]+$"), own("/~/u/\\w+/edit")],
    answers: {
      "/v12": 0,
      "/v12/": undefined,
      "/v": undefined,
      "/u/ann/edit": 1,
      "/u/ann/editor": 1,
      "/u//edit": undefined,
    },
  },
];

const kinds = [
  {
    kind: "an exact host",
    host: (i: number) => `r${String(i)}.paths.example`,
    asked: (i: number) => `r${String(i)}.paths.example`,
  },
  {
    kind: "a wildcard host",
    host: (i: number) => `*.r${String(i)}.wild.example`,
    asked: (i: number) => `one.r${String(i)}.wild.example`,
  },
] as const;

let story: Story;

beforeAll(async () => {
  story = await startStory();
});

afterAll(() => story.stop());

describe.each(kinds)("L3: path types mean on $kind what Kubernetes says", ({ kind, host, asked }) => {
  const namespace = kind.replaceAll(" ", "-");
  let acme: Team;
  /** Claims the hosts of some rows, and makes an Ingress of each. */
  const publish = async (numbers: readonly number[], pathsOf: (i: number) => readonly Path[]): Promise<void> => {
    const hosts = numbers.map(host);
    await acme.apply(
      ...hosts.flatMap((name) => (name.startsWith("*.") ? [primary(name.slice(2)), shared(name)] : [primary(name)])),
      ...numbers.map((i) =>
        ingress(`r${String(i)}`, [host(i)], {
          paths: pathsOf(i).map((path, n) => ({ ...path, service: `s${String(n)}` })),
        }),
      ),
    );
  };

  beforeAll(async () => {
    acme = await story.team(namespace);
    for (const i of [0, 1, 2]) await acme.site(`s${String(i)}`);
    const numbers = rows.map((_, i) => i);
    await publish(numbers, (i) => rows[i]?.paths ?? []);
    for (const i of numbers) await acme.condition(host(i), "Programmed", { status: "True" });
  });

  test.each(rows.map((row, i) => ({ ...row, i })))("L3: $says", async ({ i, answers }) => {
    const wanted = Object.entries(answers).map(([path, n]) => [
      path,
      n === undefined ? nobody : `${namespace}/s${String(n)}`,
    ]);
    for (const [path, answer] of wanted) await story.serves(`${asked(i)}${path ?? ""}`, answer ?? "");
  });

  test("L3: a path that can't be expressed gets an event, and the others are served", async () => {
    await publish([99], () => [own("/~v[0-9]"), prefix("/ok")]);
    await acme.told("Ingress", "r99", {
      reason: "InvalidPath",
      message: expect.stringContaining("/~v[0-9]") as string,
    });
    await story.serves(`${asked(99)}/ok`, `${namespace}/s1`);
  });
});
