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

test("share adds namespaces to the delegates", async () => {
  holdAcme(["b-org"]);
  expect(await terminal.type(["share", "acme.org", "--with", "c-org,a-org"])).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/acme configured\nacme.org is shared with b-org, a-org, c-org\n",
    stderr: "",
  });
  expect(delegates()).toEqual(["b-org", "a-org", "c-org"]);
});

test("the claim may be named instead of its host", async () => {
  holdAcme();
  expect((await terminal.type(["share", "domain/acme", "--with", "*"])).stdout).toContain(
    "acme.org is shared with *\n",
  );
  expect((await terminal.type(["share", "acme", "--with", "*"])).stdout).toContain("acme unchanged\n");
});

test("sharing what is shared changes nothing", async () => {
  holdAcme(["a-org"]);
  expect((await terminal.type(["share", "acme.org", "--with", "a-org"])).stdout).toBe(
    "domain.platform.koli.io/acme unchanged\nacme.org is shared with a-org\n",
  );
  expect(terminal.api.received.some(({ method }) => method === "PATCH")).toBe(false);
});

test("sharing with the own namespace is said to be needless", async () => {
  holdAcme();
  const { stderr, stdout } = await terminal.type(["share", "acme.org", "--with", "marvin-org"]);
  expect(stderr).toBe("note: marvin-org holds acme.org itself and needs no share of it\n");
  expect(stdout).toContain("unchanged");
});

test("a change that came in between is not lost", async () => {
  holdAcme(["a-org"]);
  let raced = false;
  terminal.api.intercept = (request) => {
    if (request.method === "PATCH" && !raced) {
      raced = true;
      holdAcme(["a-org", "fast-org"]);
    }
    return false;
  };
  expect((await terminal.type(["share", "acme.org", "--with", "b-org"])).code).toBe(0);
  expect(delegates()).toEqual(["a-org", "fast-org", "b-org"]);
});

test("a stale delegate is taken out, the controller is waited for, and it is added again", async () => {
  const message =
    "the grant of coyote-org was given to a namespace that is gone; share again: kubectl domain share acme.org --with coyote-org";
  const conditions = [{ type: "DelegatesResolved", status: "False", reason: "StaleGrant", message }];
  holdAcme(["coyote-org", "b-org"], { phase: "OK", reason: "Held", conditions });
  const history: unknown[] = [];
  terminal.api.controller = (object) => {
    if (object.status?.["observedGeneration"] === object.metadata.generation) return;
    history.push(object.spec?.["delegates"]);
    terminal.api.put("domains", {
      ...object,
      status: { ...object.status, conditions: [], observedGeneration: object.metadata.generation },
    });
  };
  const { code, stdout, stderr } = await terminal.type(["share", "acme.org", "--with", "coyote-org"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/acme configured\nacme.org is shared with b-org, coyote-org\n",
  });
  expect(stderr).toBe(
    "note: acme.org was shared with an earlier namespace of the name coyote-org, which is gone: sharing anew\n",
  );
  expect(history[0]).toEqual(["b-org"]);
});

test("share on a shared claim is refused with the reason", async () => {
  terminal.api.put("domains", claim("marvin-org", "m", { primary: "acme.org", sub: "marvin" }));
  const { code, stderr } = await terminal.type(["share", "marvin.acme.org", "--with", "b-org"]);
  expect(code).toBe(1);
  expect(stderr).toContain("error: domain.platform.koli.io/m is a shared claim, and a shared claim can't be shared on");
});

test("share of a host that the namespace has no claim for is an error", async () => {
  expect(await terminal.type(["share", "acme.org", "--with", "b-org"])).toEqual({
    code: 1,
    stdout: "",
    stderr: "error: no claim in the namespace marvin-org is for acme.org\n",
  });
});

test("--dry-run changes nothing", async () => {
  holdAcme();
  expect((await terminal.type(["share", "acme.org", "--with", "b-org", "--dry-run"])).stdout).toBe(
    "domain.platform.koli.io/acme configured (dry run)\nacme.org is shared with b-org\n",
  );
  expect((await terminal.type(["share", "acme.org", "--with", "b-org", "--dry-run=server"])).stdout).toContain(
    "(server dry run)",
  );
  expect(delegates()).toBeUndefined();
});

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
    "this goes down:\n  nested.acme.org    coyote-org/n  primary\n  www.acme.org       coyote-org/c  shared\n  x.nested.acme.org  d-org/c       shared\nStop sharing acme.org with coyote-org? [y/N] \n",
  );
  expect(delegates()).toEqual(["b-org"]);
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
    'error: acme.org is shared with all namespaces (*), coyote-org not by name: take back "*"\n',
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
