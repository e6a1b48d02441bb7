import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, openTerminal, record } from "./support/terminal.ts";
import type { Outcome, Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let files: Record<string, string> = {};

/** The register as the cluster before had it. */
const old = (namespace: string, name: string) => ({
  namespaceUID: `old-${namespace}`,
  uid: `old-${namespace}-${name}`,
});
const authority = {
  kind: "delegation",
  host: "acme.org",
  namespace: "acme-org",
  name: "acme",
  uid: "old-acme-org-acme",
};
const grants = ["marvin-org", "gone-org"].map((namespace) => ({ namespace, uid: `old-${namespace}` }));
const acme = { kind: "primary", namespace: "acme-org", name: "acme", ...old("acme-org", "acme") } as const;
const marvin = { kind: "primary", namespace: "marvin-org", name: "m", ...old("marvin-org", "m") } as const;
const clusterUID = "uid-cluster-before";
const backup = [
  record("marvin.acme.org", { ...marvin, authority }, { clusterUID }),
  record("acme.org", acme, { clusterUID, grants, history: [] }),
  record("free.org", undefined, { clusterUID, history: [] }),
].map((entry) => ({ apiVersion: "platform.koli.io/v1", kind: "HostRecord", ...entry }));

beforeEach(async () => {
  files = { "domains.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: backup }) };
  terminal = await openTerminal({ readFile: (path) => files[path] });
  const { api } = terminal;
  for (const name of ["kube-system", "acme-org", "marvin-org"]) api.put("namespaces", { metadata: { name } });
  api.put("domains", claim("acme-org", "acme", { primary: "acme.org", delegates: ["marvin-org"] }));
  api.put("domains", claim("marvin-org", "m", { primary: "marvin.acme.org" }));
  for (const entry of backup) api.put("hostrecords", entry);
});

afterEach(async () => {
  await terminal.close();
});

const adopt = async (...more: readonly string[]): Promise<Outcome> =>
  await terminal.type(["adopt", "-f", "domains.json", ...more]);
const register = (host: string) => terminal.api.get("hostrecords", undefined, host)?.spec;
const before = (host: string) => backup.find(({ spec }) => spec["host"] === host)?.spec;

const table =
  "HOST             HOLDER         KIND     CLAIM MADE\n" +
  "acme.org         acme-org/acme  primary  2026-01-01T00:00:00Z\n" +
  "marvin.acme.org  marvin-org/m   primary  2026-01-01T00:00:00Z\n";

test("adopt binds entries, their authority and grants to what has the same names here, and the next run has nothing to do", async () => {
  const { code, stdout, stderr } = await adopt("--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(`${table}2 entries adopted; the claims hold their hosts as soon as the controller has seen it\n`);
  const here = { clusterUID: "uid-namespaces//kube-system" };
  expect(register("acme.org")).toEqual({
    ...{ host: "acme.org", ...here, history: [] },
    holder: {
      ...acme,
      ...{ namespaceUID: "uid-namespaces//acme-org", uid: "uid-domains/acme-org/acme", since: "2026-01-01T00:00:00Z" },
    },
    grants: [
      { namespace: "marvin-org", uid: "uid-namespaces//marvin-org" },
      { namespace: "gone-org", uid: "old-gone-org" },
    ],
  });
  expect(register("marvin.acme.org")).toMatchObject({
    ...here,
    holder: {
      ...{ namespaceUID: "uid-namespaces//marvin-org", uid: "uid-domains/marvin-org/m" },
      authority: { ...authority, uid: "uid-domains/acme-org/acme" },
    },
  });
  expect(register("free.org")).toEqual(before("free.org"));
  const writes = terminal.api.received.length;
  expect(await adopt("--yes")).toEqual({
    code: 0,
    stdout: "nothing is left to adopt\n",
    stderr: "note: 2 entries of this cluster already\n",
  });
  expect(terminal.api.received.slice(writes).every(({ method }) => method === "GET")).toBe(true);
});

test("adopt binds a rename to the claim that asks for it, where that is for the new name", async () => {
  const renamedTo = { host: "acme.example", name: "next", uid: "old-next", since: "2026-01-01T00:00:00Z" };
  const entry = { ...backup[1], ...record("acme.org", { ...acme, renamedTo }, { clusterUID }) };
  files = { "domains.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: [entry] }) };
  const { api } = terminal;
  for (const [primary, uid] of [
    ["else.example", "old-next"],
    ["acme.example", "uid-domains/acme-org/next"],
  ] as const) {
    api.put("domains", claim("acme-org", "next", { primary, renames: "acme" }));
    api.put("hostrecords", entry);
    expect((await adopt("--yes")).code).toBe(0);
    expect(register("acme.org")).toMatchObject({ holder: { renamedTo: { ...renamedTo, uid } } });
  }
});

test.each([
  ["marvin-org", "uid-namespaces//marvin-org"],
  ["gone-org", "old-gone-org"],
])("adopt binds what is handed over to %s to the namespace of that name, if it is here", async (namespace, uid) => {
  const transfer = { namespace, uid: `old-${namespace}`, delegates: ["coyote-org"] };
  const { kind, name } = acme;
  const until = "2026-01-05T00:00:00Z";
  const redemption = { kind, namespace: "acme-org", name, uid: acme.uid, namespaceUID: "old-acme-org", until };
  for (const entry of [
    record("acme.org", acme, { clusterUID, transfer }),
    record("acme.org", undefined, { clusterUID, transfer, redemption }),
  ]) {
    files = { "domains.json": JSON.stringify({ ...entry, kind: "HostRecord" }) };
    terminal.api.put("hostrecords", entry);
    expect((await adopt("--yes")).code).toBe(0);
    expect(register("acme.org")).toMatchObject({ transfer: { ...transfer, uid } });
  }
});

test("adopt makes the entries that the cluster lacks", async () => {
  for (const { metadata } of backup) terminal.api.drop("hostrecords", undefined, metadata.name);
  expect((await adopt("--yes")).code).toBe(0);
  expect(register("acme.org")).toMatchObject({ holder: { uid: "uid-domains/acme-org/acme" } });
});

test.each(["client", "server"])("adopt --dry-run=%s shows what would be bound, and changes nothing", async (mode) => {
  const { code, stdout } = await adopt(`--dry-run=${mode}`);
  expect(code).toBe(0);
  expect(stdout).toBe(`${table}2 entries adopted (${mode === "client" ? "" : "server "}dry run)\n`);
  expect(register("acme.org")).toEqual(before("acme.org"));
});

test("adopt asks first, and needs --yes where nobody can be asked", async () => {
  expect((await adopt()).stderr).toContain("say --yes to go on");
  const { code, stderr } = await terminal.type(["adopt", "-f", "domains.json"], "n");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "Adopt 2 entries, for the namespaces as they are above? [y/N] \nerror: nothing was changed\n",
  });
  expect(register("acme.org")).toEqual(before("acme.org"));
});

test("adopt writes nothing where a claim or a namespace is missing, unless that is to be ignored", async () => {
  terminal.api.drop("domains", "marvin-org", "m");
  const { code, stderr } = await adopt("--yes");
  expect(code).toBe(1);
  expect(stderr).toBe(
    "marvin.acme.org  there is no claim marvin-org/m\n" +
      "error: 1 entry can't be adopted, so nothing was changed: restore what is missing, or adopt the others with --ignore-missing\n",
  );
  expect(register("acme.org")).toEqual(before("acme.org"));
  terminal.api.drop("namespaces", undefined, "marvin-org");
  const { stderr: said, stdout } = await adopt("--yes", "--ignore-missing");
  expect(said).toBe("marvin.acme.org  there is no namespace marvin-org\n");
  expect(stdout).toContain("1 entry adopted;");
  expect(register("acme.org")).toMatchObject({ holder: { uid: "uid-domains/acme-org/acme" } });
  expect(register("marvin.acme.org")).toEqual(before("marvin.acme.org"));
});

test.each([
  ["somebody else holds the host in this cluster", { ...acme, namespace: "evil" }, "held here by evil/acme"],
  ["its holder was made again in this cluster", { ...acme, uid: "uid-earlier" }, "held here by an earlier claim"],
])("adopt takes no host away: where %s it writes nothing, whatever is ignored", async (_, holder, words) => {
  const mark = { clusterUID: "uid-namespaces//kube-system" };
  terminal.api.put("hostrecords", record("acme.org", holder, mark));
  const { code, stderr } = await adopt("--yes", "--ignore-missing");
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr).toContain("error: 1 entry can't be adopted, so nothing was changed\n");
  expect(register("marvin.acme.org")).toEqual(before("marvin.acme.org"));
});

test("adopt refuses a claim that is for another host by now", async () => {
  terminal.api.put("domains", claim("acme-org", "acme", { primary: "other.org" }));
  expect((await adopt("--yes")).stderr).toContain("acme.org  the claim acme-org/acme is a primary one for other.org\n");
});

test("adopt reserves for the namespace that is here what the backup had reserved", async () => {
  const { kind, namespace, name, uid } = acme;
  const redemption = { kind, namespace, name, uid, namespaceUID: "old-acme-org", until: "2026-01-05T00:00:00Z" };
  const kept = { ...record("acme.org", undefined, { clusterUID, redemption }), kind: "HostRecord" };
  files["domains.json"] = JSON.stringify(kept);
  terminal.api.put("hostrecords", kept);
  const { stdout } = await adopt("--yes");
  expect(stdout).toContain("acme.org  acme-org/acme  primary  (reserved)\n");
  expect(register("acme.org")).toMatchObject({ redemption: { namespaceUID: "uid-namespaces//acme-org", uid } });
});

test("adopt that the API server would not take as a whole changes nothing", async () => {
  terminal.api.intercept = ({ method, url }, response) => {
    if (method !== "PUT" || url?.includes("marvin.acme.org") !== true || !url.includes("dryRun=All")) return false;
    response.writeHead(422).end(JSON.stringify({ kind: "Status", reason: "Invalid", message: "spec is invalid" }));
    return true;
  };
  const { code, stderr } = await adopt("--yes");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "error: marvin.acme.org: spec is invalid\nnothing was changed\n",
  });
  expect(register("acme.org")).toEqual(before("acme.org"));
});

test("adopt that fails in between says what was written, and the next run goes on with the rest", async () => {
  terminal.api.intercept = ({ method, url }, response) => {
    if (method !== "PUT" || url?.includes("marvin.acme.org") !== true || url.includes("dryRun")) return false;
    response.writeHead(500).end(JSON.stringify({ kind: "Status", message: "etcd is away" }));
    return true;
  };
  const { code, stderr } = await adopt("--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("marvin.acme.org: etcd is away\n1 of 2 were adopted");
  expect(register("acme.org")).toMatchObject({ holder: { uid: "uid-domains/acme-org/acme" } });
  expect(register("marvin.acme.org")).toEqual(before("marvin.acme.org"));
  terminal.api.intercept = () => false;
  const again = await adopt("--yes");
  expect(again.stdout).toContain("1 entry adopted;");
  expect(register("marvin.acme.org")).toMatchObject({ holder: { uid: "uid-domains/marvin-org/m" } });
});

test("adopt does not overwrite an entry that was changed since it was looked at", async () => {
  terminal.api.intercept = ({ method, url }) => {
    if (method === "PUT" && url?.includes("/acme.org") === true && !url.includes("dryRun"))
      terminal.api.put("hostrecords", record("acme.org", { ...acme, name: "changed" }, { clusterUID }));
    return false;
  };
  expect((await adopt("--yes")).stderr).toContain("acme.org: the object has been modified");
  expect(register("acme.org")).toMatchObject({ holder: { name: "changed" } });
});

test.each([
  ["nothing.yaml", undefined, 'error: the path "nothing.yaml" does not exist\n'],
  ["bad.yaml", "a: [", "error: bad.yaml is neither YAML nor JSON"],
  ["other.yaml", "kind: Domain\nmetadata: {name: a}\nspec: {primary: a.org}\n", "error: other.yaml has no HostRecord"],
  [
    "escape.yaml",
    'kind: HostRecord\nmetadata: {name: "a\\u001b[2J.org"}\nspec: {host: b.org}\n',
    'error: escape.yaml: "a\\u001b[2J.org" is not the one entry of its host\n',
  ],
  [
    "lies.yaml",
    "kind: HostRecord\nmetadata: {name: a.org}\nspec: {host: b.org}\n",
    'error: lies.yaml: "a.org" is not the one entry of its host\n',
  ],
  [
    "twice.yaml",
    "kind: HostRecord\nmetadata: {name: a.org}\nspec: {host: a.org}\n---\n".repeat(2),
    'error: twice.yaml: "a.org" is not the one entry of its host\n',
  ],
])("adopt -f %s is an error that says why", async (file, text, words) => {
  if (text !== undefined) files[file] = text;
  const { code, stderr } = await terminal.type(["adopt", "-f", file, "--yes"]);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
});
