import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

function delegates(): unknown {
  return terminal.api.get("domains", "marvin-org", "acme")?.spec?.["delegates"];
}

function holdAcme(given?: string[], status?: { phase: string; reason: string; conditions: unknown[] }): void {
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org", ...(given === undefined ? {} : { delegates: given }) }, status),
  );
}

test("unshare says what goes down and asks", async () => {
  holdAcme(["coyote-org", "b-org"]);
  const shared = (host: string, namespace: string): void =>
    void terminal.api.put("hostrecords", record(host, { kind: "shared", namespace, name: "c" }));
  const authority = (kind: string, host: string) => ({ kind, host, namespace: "marvin-org", name: "acme" });
  shared("www.acme.org", "coyote-org");
  shared("b.acme.org", "b-org");
  shared("x.nested.acme.org", "d-org");
  terminal.api.put(
    "hostrecords",
    record("nested.acme.org", {
      kind: "primary",
      namespace: "coyote-org",
      name: "n",
      authority: authority("delegation", "acme.org"),
    }),
  );
  terminal.api.put(
    "hostrecords",
    record("carve.acme.org", { kind: "primary", namespace: "coyote-org", name: "k", authority: { kind: "none" } }),
  );
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
  const { code, stdout, stderr } = await terminal.type(["unshare", "acme.org", "--with", "coyote-org"], "y");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/acme configured\nacme.org is shared with b-org\n",
  });
  expect(stderr).toBe(
    "this goes down:\n  nested.acme.org    coyote-org/n  primary\n  x.nested.acme.org  d-org/c       shared\n  www.acme.org       coyote-org/c  shared\nStop sharing acme.org with coyote-org? [y/N] \n",
  );
  expect(delegates()).toEqual(["b-org"]);
});

test("unshare --dry-run says what would go down, and asks nobody", async () => {
  holdAcme(["coyote-org"]);
  terminal.api.put("hostrecords", record("www.acme.org", { kind: "shared", namespace: "coyote-org", name: "c" }));
  expect(await terminal.type(["unshare", "acme.org", "--with", "coyote-org", "--dry-run=server"])).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/acme configured (server dry run)\nacme.org is shared with nobody else\n",
    stderr: "this would go down:\n  www.acme.org  coyote-org/c  shared\n",
  });
  expect(delegates()).toEqual(["coyote-org"]);
});

test("unshare without a terminal needs --yes, and with `n` changes nothing", async () => {
  holdAcme(["coyote-org"]);
  terminal.api.put("hostrecords", record("www.acme.org", { kind: "shared", namespace: "coyote-org", name: "c" }));
  expect((await terminal.type(["unshare", "acme.org", "--with", "coyote-org"])).stderr).toContain(
    "error: nobody can be asked here (no terminal): say --yes to go on\n",
  );
  expect((await terminal.type(["unshare", "acme.org", "--with", "coyote-org"], "n")).stderr).toContain(
    "error: nothing was changed\n",
  );
  expect(delegates()).toEqual(["coyote-org"]);
  expect((await terminal.type(["unshare", "acme.org", "--from", "coyote-org", "--yes"])).code).toBe(0);
  expect(delegates()).toBeUndefined();
});

test("unshare that takes nothing down does not ask", async () => {
  holdAcme(["coyote-org"]);
  expect(await terminal.type(["unshare", "acme.org", "--with", "coyote-org"])).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/acme configured\nacme.org is shared with nobody else\n",
    stderr: "",
  });
});

test("unshare of a name that only * covers is an error that says so", async () => {
  holdAcme(["*"]);
  expect((await terminal.type(["unshare", "acme.org", "--with", "coyote-org"])).stderr).toBe(
    "error: acme.org is shared with all namespaces (*), coyote-org not by name: take back --with '*'\n",
  );
});

test("unshare of what is not shared is unchanged, and said", async () => {
  holdAcme();
  expect(await terminal.type(["unshare", "acme.org", "--with", "coyote-org"])).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/acme unchanged\nacme.org is shared with nobody else\n",
    stderr: "note: acme.org is not shared with coyote-org\n",
  });
});

test("while * remains, nobody loses anything by name", async () => {
  holdAcme(["*", "coyote-org"]);
  terminal.api.put("hostrecords", record("www.acme.org", { kind: "shared", namespace: "coyote-org", name: "c" }));
  expect((await terminal.type(["unshare", "acme.org", "--with", "coyote-org"])).code).toBe(0);
  expect(delegates()).toEqual(["*"]);
});
