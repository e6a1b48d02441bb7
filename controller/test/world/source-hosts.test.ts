import { anyHost } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import type { Source } from "../../src/world/source.ts";
import { hostsOf, pathsFor, routeCount } from "../../src/world/source-hosts.ts";
import { backend, ingress, path } from "../support/builders.ts";

const aliased = (hosts: readonly string[], aliases: string): Source =>
  ingress("acme-org/web", hosts, { annotations: { "konghq.com/host-aliases": aliases } });

test("the hosts of a source are those of its rules, its aliases and the default backend, canonical and once", () => {
  const annotations = { "konghq.com/host-aliases": " c.acme.org ,b.acme.org,," };
  const made = ingress("acme-org/web", ["A.acme.org", "b.acme.org"], {
    annotations,
    defaultBackend: backend("web", 80),
  });
  expect([...hostsOf(made)]).toEqual(["a.acme.org", "b.acme.org", anyHost, "c.acme.org"]);
});

test("what is no host is said, each on its own", () => {
  const { notes } = aliased(["acme.org", "no_host.acme.org"], "1.2.3.4");
  expect(notes.map(({ reason, message }) => [reason, message.includes("1.2.3.4")])).toEqual([
    ["InvalidHost", false],
    ["InvalidHost", true],
  ]);
});

test("an alias takes the paths of all named hosts, after its own", () => {
  const rules = ["a", "b"].map((name) => ({ host: `${name}.acme.org`, paths: [path(`/${name}`)] }));
  const annotations = { "konghq.com/host-aliases": "b.acme.org,c.acme.org" };
  const made = ingress("acme-org/web", [], { rules, annotations });
  const textsOf = (host: string): unknown => pathsFor(made, host as Host).map(({ text }) => text);
  expect(textsOf("a.acme.org")).toEqual(["/a"]);
  expect(textsOf("b.acme.org")).toEqual(["/b", "/a", "/b"]);
  expect(textsOf("c.acme.org")).toEqual(["/a", "/b"]);
  expect(textsOf("d.acme.org")).toEqual([]);
  expect(routeCount(made)).toBe(1 + 3 + 2);
});

test("a source with thousands of hosts and aliases is read once, however often it is asked", () => {
  const names = (of: string): string[] => Array.from({ length: 1000 }, (_, i) => `${of}${String(i)}.acme.org`);
  const made = aliased(names("r"), names("a").join());
  let reads = 0;
  const rules = new Proxy(made.rules, {
    get: (target, key): unknown => {
      reads += 1;
      return Reflect.get(target, key);
    },
  });
  const watched = { ...made, rules };
  const hosts = hostsOf(watched);
  const first = reads;
  expect(hosts.size).toBe(2000);
  for (const host of hosts) pathsFor(watched, host);
  expect(routeCount(watched)).toBe(1000 + 1000 * 1000);
  expect(hostsOf({ ...watched, resourceVersion: "2", addresses: [{ ip: "192.0.2.1" }] })).toBe(hosts);
  expect(reads).toBe(first);
});
