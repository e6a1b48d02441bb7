import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openTerminal } from "./support/terminal.ts";
import { claim, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

function claims(): void {
  terminal.api.put("domains", {
    ...claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", holder: "marvin-org/acme" }),
  });
  const failed = claim(
    "marvin-org",
    "b",
    { primary: "xn--bcher-kva.example" },
    { phase: "Failed", reason: "AlreadyClaimed" },
  );
  terminal.api.put("domains", { ...failed, metadata: { ...failed.metadata, labels: { team: "b" } } });
  terminal.api.put("domains", claim("coyote-org", "c", { primary: "coyote.org" }));
}

test("list prints the server's own columns as kubectl get does, with U-labels beside A-labels", async () => {
  claims();
  expect(await terminal.type(["list"])).toEqual({
    code: 0,
    stdout:
      "NAME   HOST                                     PHASE    REASON           AGE\n" +
      "acme   acme.org                                 OK       Held             3d\n" +
      "b      xn--bcher-kva.example (bücher.example)   Failed   AlreadyClaimed   3d\n",
    stderr: "",
  });
  expect(terminal.api.received[0]?.headers.accept).toBe(
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  );
});

test("-A puts the namespace first, -o wide shows columns with a priority, -l selects, --show-labels shows", async () => {
  claims();
  const { stdout } = await terminal.type(["list", "-A", "-o", "wide", "--no-headers"]);
  expect(stdout.split("\n")[0]).toBe(
    "marvin-org   acme   acme.org                                 OK       Held                   marvin-org/acme   3d",
  );
  expect((await terminal.type(["list", "-l", "team=b", "-o", "name"])).stdout).toBe("domain.platform.koli.io/b\n");
  expect((await terminal.type(["ls", "b", "--show-labels"])).stdout).toBe(
    "NAME   HOST                                     PHASE    REASON           AGE   LABELS\nb      xn--bcher-kva.example (bücher.example)   Failed   AlreadyClaimed   3d    team=b\n",
  );
});

test("-o json gives the objects as the API has them, one by its name, several as a List, without managedFields", async () => {
  claims();
  const all = JSON.parse((await terminal.type(["list", "-o", "json"])).stdout) as {
    kind: string;
    items: { kind: string }[];
  };
  expect(all).toMatchObject({ apiVersion: "v1", kind: "List" });
  expect(all.items.map(({ kind }) => kind)).toEqual(["Domain", "Domain"]);
  terminal.api.put("domains", {
    metadata: { name: "acme", namespace: "marvin-org", managedFields: [{}] },
    spec: { primary: "acme.org" },
  });
  const one = (await terminal.type(["list", "acme", "-ojson"])).stdout;
  expect(JSON.parse(one)).toMatchObject({ kind: "Domain", metadata: { name: "acme" } });
  expect(one).not.toContain("managedFields");
});

test("nothing found is said on stderr, with exit code 0; a name that is not there is an error", async () => {
  expect(await terminal.type(["list"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "No resources found in marvin-org namespace.\n",
  });
  expect(await terminal.type(["list", "-A"])).toEqual({ code: 0, stdout: "", stderr: "No resources found\n" });
  expect((await terminal.type(["list", "nope"])).stderr).toBe('error: domains.platform.koli.io "nope" not found\n');
  expect((await terminal.type(["list", "nope", "-A"])).stderr).toBe(
    "error: a resource cannot be retrieved by name across all namespaces\n",
  );
  expect((await terminal.type(["list", "nope", "-l", "a=b"])).stderr).toBe(
    "error: name cannot be provided when a selector is specified\n",
  );
});

test("long lists are read in pages", async () => {
  for (let at = 0; at < 1203; at += 1)
    terminal.api.put("domains", claim("marvin-org", `d${String(at)}`, { primary: `d${String(at)}.org` }));
  expect((await terminal.type(["list", "-o", "name"])).stdout.trim().split("\n")).toHaveLength(1203);
  expect(terminal.api.received).toHaveLength(3);
});

test("-w goes on with changes, in line with the rows before", async () => {
  claims();
  let printed = "";
  const watching = openTerminalOn(terminal, (text) => (printed += `${text}\n`));
  await until(() => printed.includes("AGE"));
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "Failed", reason: "PublicSuffix" }),
  );
  await until(() => printed.includes("PublicSuffix"));
  expect(printed.split("\n").at(-2)).toBe(
    "acme   acme.org                                 Failed   PublicSuffix     3d",
  );
  await terminal.api.stop();
  await watching;
});

/** `list -w` in the terminal's cluster; ends when its API server does. */
async function openTerminalOn(on: Terminal, out: (text: string) => void): Promise<unknown> {
  const other = await openTerminal({ out, view: async () => await Promise.resolve(on.view) });
  return await other.type(["list", "-w"]).finally(other.close);
}

async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; !done() && tries < 500; tries += 1) await sleep(10);
}

test("tree draws who holds what below a name", async () => {
  const put = (
    host: string,
    kind: "primary" | "shared",
    namespace: string,
    authority?: Record<string, unknown>,
  ): void =>
    void terminal.api.put(
      "hostrecords",
      record(host, { kind, namespace, name: "c", ...(authority === undefined ? {} : { authority }) }),
    );
  put("acme.org", "primary", "acme-org");
  put("*.acme.org", "shared", "acme-org");
  put("www.acme.org", "shared", "acme-org");
  put("coyote.acme.org", "primary", "coyote-org", { kind: "delegation", host: "acme.org", namespace: "acme-org" });
  put("a.b.coyote.acme.org", "shared", "coyote-org");
  put("other.org", "primary", "acme-org");
  put("notacme.org", "primary", "other-org");
  terminal.api.put("hostrecords", record("free.acme.org", undefined));
  expect((await terminal.type(["tree", "acme.org"])).stdout).toBe(
    "acme.org                   acme-org/c    primary\n" +
      "├─ *.acme.org              acme-org/c    shared\n" +
      "├─ coyote.acme.org         coyote-org/c  primary  by delegation of acme-org\n" +
      "│  └─ a.b.coyote.acme.org  coyote-org/c  shared\n" +
      "└─ www.acme.org            acme-org/c    shared\n",
  );
  expect((await terminal.type(["tree", "example.com"])).stdout).toBe("example.com  (nobody)\n");
  expect((await terminal.type(["tree", "-n", "coyote-org", "-o", "name"])).stdout).toBe(
    "hostrecord.platform.koli.io/coyote.acme.org\nhostrecord.platform.koli.io/a.b.coyote.acme.org\n",
  );
  expect((await terminal.type(["tree"])).stderr).toBe("No hosts held in marvin-org namespace.\n");
});

test("whois tells holder, authority, shares and history", async () => {
  const past = {
    kind: "shared",
    namespace: "old-org",
    name: "o",
    uid: "u",
    from: "2025-01-01T00:00:00Z",
    to: "2025-12-01T00:00:00Z",
    reason: "Deleted",
  };
  const authority = { kind: "delegation", host: "acme.org", namespace: "acme-org", name: "acme" };
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" }));
  terminal.api.put(
    "hostrecords",
    record(
      "b.acme.org",
      { kind: "primary", namespace: "b-org", name: "b", authority },
      { grants: [{ namespace: "c-org", uid: "u" }], history: [past] },
    ),
  );
  expect((await terminal.type(["whois", "B.Acme.org."])).stdout).toBe(
    "host         b.acme.org\n" +
      "holder       b-org/b (primary)\n" +
      "since        2026-01-01T00:00:00Z (3d)\n" +
      "authority    shared by acme.org, held by acme-org/acme\n" +
      "below        acme.org, which acme-org/acme holds\n" +
      "shared with  c-org\n" +
      "history\n" +
      "  HOLDER     KIND    FROM                  TO                    REASON\n" +
      "  old-org/o  shared  2025-01-01T00:00:00Z  2025-12-01T00:00:00Z  Deleted\n",
  );
});

test("whois of a host that nobody ever held is an answer, not an error; as an object it is one", async () => {
  expect(await terminal.type(["whois", "free.org"])).toEqual({
    code: 0,
    stdout: "host    free.org\nholder  nobody, and nobody did before\n",
    stderr: "",
  });
  expect(await terminal.type(["whois", "free.org", "-o", "json"])).toEqual({
    code: 1,
    stdout: "",
    stderr: 'error: hostrecords.platform.koli.io "free.org" not found\n',
  });
});
