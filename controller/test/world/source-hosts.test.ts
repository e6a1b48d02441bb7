import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { catchAll, hostAliases, namedHosts, rulesFor } from "../../src/world/source-hosts.ts";
import type { Ingress } from "../../src/world/types.ts";
import { ingress } from "../support/builders.ts";

const aliased = (hosts: readonly string[], aliases: string): Ingress =>
  ingress("acme-org/web", hosts, { annotations: { [hostAliases]: aliases } });

test("the hosts of an Ingress are those of its rules, its aliases and the default backend, canonical and once", () => {
  const backend = { kind: "service", service: "web", port: 80 } as const;
  const made = { ...aliased(["A.acme.org", "b.acme.org"], " c.acme.org ,b.acme.org,,"), defaultBackend: backend };
  expect([...namedHosts(made).hosts]).toEqual(["a.acme.org", "b.acme.org", catchAll, "c.acme.org"]);
});

test("what is no host is said, each on its own", () => {
  expect(namedHosts(aliased(["acme.org", "no_host.acme.org"], "1.2.3.4")).invalid.map(({ text }) => text)).toEqual([
    "no_host.acme.org",
    "1.2.3.4",
  ]);
});

test("an alias takes the rules of all named hosts, after its own", () => {
  const made = aliased(["a.acme.org", "b.acme.org"], "b.acme.org,c.acme.org");
  const hostsOf = (host: string): unknown => rulesFor(made, host as Host).map((rule) => rule.host);
  expect(hostsOf("a.acme.org")).toEqual(["a.acme.org"]);
  expect(hostsOf("b.acme.org")).toEqual(["b.acme.org", "a.acme.org", "b.acme.org"]);
  expect(hostsOf("c.acme.org")).toEqual(["a.acme.org", "b.acme.org"]);
  expect(hostsOf("d.acme.org")).toEqual([]);
});

test("an Ingress with thousands of hosts and aliases is read once, however often it is asked", () => {
  const names = (of: string): string[] => Array.from({ length: 3000 }, (_, i) => `${of}${String(i)}.acme.org`);
  const made = aliased(names("r"), names("a").join());
  let reads = 0;
  const watched = new Proxy(made, {
    get: (target, key: keyof Ingress) => {
      if (key === "rules") reads += 1;
      return target[key];
    },
  });
  const { hosts } = namedHosts(watched);
  const first = reads;
  expect(hosts.size).toBe(6000);
  for (const host of hosts) rulesFor(watched, host);
  expect(reads).toBe(first);
});
