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

function namespaces(...names: readonly string[]): void {
  for (const name of names) terminal.api.put("namespaces", { metadata: { name, uid: `uid-${name}` } });
}

function grantAcme(grants: readonly { namespace: string; uid: string }[]): void {
  terminal.api.put(
    "hostrecords",
    record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }, { grants }),
  );
}

/** Plays the controller: every change is seen at once. What the delegates were at each is returned. */
function seeEverything(): unknown[] {
  const history: unknown[] = [];
  terminal.api.controller = (object) => {
    if (object.kind !== "Domain" || object.status?.["observedGeneration"] === object.metadata.generation) return;
    history.push(object.spec?.["delegates"]);
    terminal.api.put("domains", {
      ...object,
      status: { ...object.status, conditions: [], observedGeneration: object.metadata.generation },
    });
  };
  return history;
}

test("share adds namespaces to the delegates", async () => {
  namespaces("a-org", "c-org");
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

test("stale delegates are taken out, the controller is waited for, and they are added again, however many they are", async () => {
  const old = Array.from({ length: 12 }, (_, at) => `old-${String(at).padStart(2, "0")}`);
  holdAcme([...old, "b-org"]);
  namespaces(...old, "b-org");
  grantAcme([
    ...old.map((namespace) => ({ namespace, uid: "an earlier one" })),
    { namespace: "b-org", uid: "uid-b-org" },
  ]);
  const history = seeEverything();
  const { code, stdout, stderr } = await terminal.type(["share", "acme.org", "--with", [...old, "b-org"].join(",")]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `domain.platform.koli.io/acme configured\nacme.org is shared with b-org, ${old.join(", ")}\n`,
  });
  expect(stderr).toBe(
    `note: acme.org was shared with an earlier namespace of the name ${old.join(", ")}, which is gone: sharing anew\n`,
  );
  expect(history[0]).toEqual(["b-org"]);
});

test("where namespaces may not be read, a grant under which something is held is left alone", async () => {
  const conditions = [{ type: "DelegatesResolved", status: "False", reason: "StaleGrant", message: "any sentence" }];
  holdAcme(["used-org", "stale-org"], { phase: "OK", reason: "Held", conditions });
  grantAcme([
    { namespace: "used-org", uid: "uid-used-org" },
    { namespace: "stale-org", uid: "an earlier one" },
  ]);
  terminal.api.put("hostrecords", record("www.acme.org", { kind: "shared", namespace: "used-org", name: "w" }));
  terminal.api.deny = (_verb, plural) => plural === "namespaces";
  const history = seeEverything();
  expect((await terminal.type(["share", "acme.org", "--with", "used-org,stale-org"])).code).toBe(0);
  expect(history[0]).toEqual(["used-org"]);
});

test("--dry-run names a grant that would be given anew, and takes nothing back", async () => {
  holdAcme(["old-org"]);
  namespaces("old-org");
  grantAcme([{ namespace: "old-org", uid: "an earlier one" }]);
  const { stdout, stderr } = await terminal.type(["share", "acme.org", "--with", "old-org", "--dry-run"]);
  expect(stdout).toContain("acme configured (dry run)\n");
  expect(stderr).toContain("sharing anew\n");
  expect(delegates()).toEqual(["old-org"]);
});

test("a name that no namespace has is noted after the share, with those that are near", async () => {
  namespaces("coyote-org", "other-org");
  holdAcme();
  const { code, stderr } = await terminal.type(["share", "acme.org", "--with", "coyte-org,new-team,*"]);
  expect(code).toBe(0);
  expect(stderr).toBe(
    "note: there is no namespace coyte-org yet (did you mean coyote-org?): whoever creates it gets the share\n" +
      "note: there is no namespace new-team yet: whoever creates it gets the share\n",
  );
  expect(delegates()).toEqual(["*", "coyte-org", "new-team"]);
});

test("where namespaces may not be read, the register tells which names are none", async () => {
  terminal.api.deny = (_verb, plural) => plural === "namespaces";
  terminal.api.put("hostrecords", record("b.org", { kind: "primary", namespace: "coyote-org", name: "b" }));
  holdAcme();
  grantAcme([{ namespace: "b-org", uid: "uid-b-org" }]);
  seeEverything();
  expect((await terminal.type(["share", "acme.org", "--with", "coyte-org,b-org"])).stderr).toBe(
    "note: there is no namespace coyte-org yet (did you mean coyote-org?): whoever creates it gets the share\n",
  );
});

test("a dry run says nothing of names that only the controller could tell of", async () => {
  terminal.api.deny = (_verb, plural) => plural === "namespaces";
  holdAcme();
  grantAcme([]);
  expect((await terminal.type(["share", "acme.org", "--with", "b-org", "--dry-run=server"])).stderr).toBe("");
});

test.each(["share", "unshare"])("%s by a claim that does not hold is an error that says why", async (command) => {
  terminal.api.put(
    "domains",
    claim(
      "marvin-org",
      "acme",
      { primary: "acme.org", delegates: ["b-org"] },
      { phase: "Failed", reason: "AlreadyClaimed", message: "acme.org is held by somebody else" },
    ),
  );
  expect(await terminal.type([command, "acme.org", "--with", "b-org", "--dry-run"])).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "error: domain.platform.koli.io/acme does not hold acme.org, so there is nothing to share or to take back; nothing was changed\n" +
      "AlreadyClaimed: acme.org is held by somebody else\n",
  });
  const undecided = { ...claim("marvin-org", "new", { primary: "new.org" }), status: {} };
  terminal.api.put("domains", undecided);
  expect((await terminal.type([command, "new.org", "--with", "b-org"])).stderr).toContain("it is not decided yet\n");
  const leaving = claim("marvin-org", "old", { primary: "old.org" });
  const metadata = { ...leaving.metadata, deletionTimestamp: "2026-01-03T00:00:00Z" };
  terminal.api.put("domains", { ...leaving, metadata });
  expect((await terminal.type([command, "old.org", "--with", "b-org"])).stderr).toContain("old is being released");
});

test("share of a host that another namespace holds names that namespace", async () => {
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" }));
  expect((await terminal.type(["share", "acme.org", "--with", "b-org"])).stderr).toBe(
    "error: no claim in the namespace marvin-org is for acme.org: acme-org holds it, by the claim acme\n",
  );
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
