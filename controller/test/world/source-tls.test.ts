import type { Host, RouteHost } from "@domain-claims/crds/host";
import { expect, test } from "vitest";
import { atOnce } from "../../src/world/pieces.ts";
import { mostSecrets, secretsFor } from "../../src/world/source-tls.ts";
import type { SourceTls } from "../../src/world/source.ts";
import { routeCount } from "../../src/world/source-hosts.ts";
import { covers } from "../../src/world/tls.ts";
import { ingress } from "../support/builders.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

const named = new Set<RouteHost>(["acme.org", "www.acme.org", "a.b.acme.org", "*.acme.org", "*any*"] as RouteHost[]);
const entry = (secret: string, ...hosts: readonly string[]): SourceTls => ({ secret, hosts: hosts as Host[] });

/** "host: secrets" of each host that has one. */
const read = (...tls: readonly SourceTls[]): readonly string[] =>
  [...atOnce(secretsFor(tls, named, 100))].map(([host, secrets]) => `${host}: ${secrets.join()}`).sort();

test.each<[string, readonly SourceTls[], readonly string[]]>([
  ["nothing", [], []],
  ["its own hosts", [entry("s", "acme.org")], ["acme.org: s"]],
  ["a host that no rule is for", [entry("s", "else.org")], ["else.org: s"]],
  [
    "a wildcard: itself, and the hosts of the source one label below",
    [entry("s", "*.acme.org")],
    ["*.acme.org: s", "www.acme.org: s"],
  ],
  ["no hosts that can be read", [entry("s")], []],
  [
    "no hosts: all that the source names",
    [{ secret: "s", hosts: undefined }],
    ["*.acme.org: s", "a.b.acme.org: s", "acme.org: s", "www.acme.org: s"],
  ],
  [
    "several entries, in the order of the source, each Secret once",
    [
      entry("a", "*.acme.org"),
      { secret: "b", hosts: undefined },
      entry("c", "www.acme.org"),
      entry("a", "www.acme.org"),
    ],
    ["*.acme.org: a,b", "a.b.acme.org: b", "acme.org: b", "www.acme.org: a,b,c"],
  ],
])("an entry of spec.tls is for %s", (_what, tls, expected) => {
  expect(read(...tls)).toEqual(expected);
});

test("X1: a hundred entries for ten thousand hosts are read in no time, and no host has more Secrets than are looked at", () => {
  const hosts = new Set<RouteHost>(Array.from({ length: 10_000 }, (_, i) => `x${String(i)}.acme.org` as Host));
  const tls = Array.from({ length: 100 }, (_, i): SourceTls => {
    const secret = `s${String(i)}`;
    return i % 2 === 0 ? { secret, hosts: undefined } : entry(secret, "*.acme.org");
  });
  let found: ReadonlyMap<string, readonly string[]> = new Map();
  const took = cpuMilliseconds(() => {
    found = atOnce(secretsFor(tls, hosts, 100));
  });
  expect(took).toBeLessThan(500);
  expect([...found.values()].every(({ length }) => length === mostSecrets)).toBe(true);
});

test.each<[string, readonly string[], boolean]>([
  ["www.acme.org", ["www.acme.org"], true],
  ["www.acme.org", ["*.acme.org"], true],
  ["acme.org", ["*.acme.org"], false],
  ["a.b.acme.org", ["*.acme.org"], false],
  ["*.acme.org", ["*.acme.org"], true],
  ["*.acme.org", ["www.acme.org", "acme.org"], false],
  ["www.acme.org", ["w*.acme.org", "*", "*.org"], false],
  ["www.acme.org", [], false],
])("T6: whether %s is covered by a certificate for %j: %s", (host, names, expected) => {
  expect(covers({ names }, host as Host)).toBe(expected);
});

test("X1: hosts that only spec.tls names count as routes of the source", () => {
  const source = ingress("acme-org/web", ["acme.org"], {
    tls: [{ secretName: "s", hosts: ["acme.org", "a.org", "b.org"] }],
  });
  expect(routeCount(source)).toBe(3);
});
