import { load } from "js-yaml";
import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
  const { api } = terminal;
  const acme = claim("acme-org", "acme", { primary: "acme.org", delegates: ["marvin-org"] });
  const { metadata } = acme;
  const annotations = {
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
    "platform.koli.io/release": "true",
    team: "acme",
  };
  api.put("domains", { ...acme, metadata: { ...metadata, annotations, labels: { a: "b" }, finalizers: ["x/y"] } });
  api.put("domains", claim("marvin-org", "m", { primary: "acme.org", sub: "marvin", parent: "acme-org" }));
  api.put("hostrecords", record("marvin.acme.org", { kind: "shared", namespace: "marvin-org", name: "m" }));
  api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" }));
  api.put("hostrecords", record("free.org", undefined, { history: [] }));
});

afterEach(async () => {
  await terminal.close();
});

interface Exported {
  readonly kind: string;
  readonly items: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[];
}

const namesIn = ({ items }: Exported): readonly string[] =>
  items.map(({ kind, metadata: { name } }) => `${kind} ${name}`);

test("export -A writes the whole register before the claims, each without what the cluster added to it", async () => {
  const { code, stdout, stderr } = await terminal.type(["export", "-A"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const list = load(stdout) as Exported;
  expect(list.kind).toBe("List");
  expect(namesIn(list)).toEqual([
    "HostRecord acme.org",
    "HostRecord marvin.acme.org",
    "HostRecord free.org",
    "Domain acme",
    "Domain m",
  ]);
  expect(list.items[3]).toEqual({
    apiVersion: "platform.koli.io/v1",
    kind: "Domain",
    metadata: { name: "acme", namespace: "acme-org", labels: { a: "b" }, annotations: { team: "acme" } },
    spec: { primary: "acme.org", delegates: ["marvin-org"] },
  });
  expect(list.items[0]).toEqual({
    apiVersion: "platform.koli.io/v1",
    kind: "HostRecord",
    metadata: { name: "acme.org" },
    spec: terminal.api.get("hostrecords", undefined, "acme.org")?.spec,
  });
});

test("export of a namespace writes its claims and the entries of what it holds, also as JSON", async () => {
  const { stdout } = await terminal.type(["export", "-n", "acme-org", "-o", "json"]);
  expect(namesIn(JSON.parse(stdout) as Exported)).toEqual(["HostRecord acme.org", "Domain acme"]);
  expect((await terminal.type(["export", "-o", "name"])).stderr).toContain("allowed formats are: json,yaml");
});

test("export leaves out a claim that is being released, and says so", async () => {
  const going = terminal.api.get("domains", "marvin-org", "m");
  if (going === undefined) throw new Error("the claim is gone");
  const metadata = { ...going.metadata, deletionTimestamp: "2026-01-02T00:00:00Z" };
  terminal.api.put("domains", { ...going, metadata });
  const { stdout, stderr } = await terminal.type(["export", "-o", "json"]);
  expect(namesIn(JSON.parse(stdout) as Exported)).toEqual(["HostRecord marvin.acme.org"]);
  expect(stderr).toBe("note: marvin-org/m is being released and is left out\n");
});
