import { afterEach, beforeEach, expect, test } from "vitest";

import { answerClaims, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

function specOf(name: string): unknown {
  return terminal.api.get("domains", "marvin-org", name)?.spec;
}

const acme = record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" });

test("a host that somebody holds is claimed all the same, and said to wait in line", async () => {
  terminal.api.put("hostrecords", acme);
  answerClaims(
    terminal.api,
    "Failed",
    "AlreadyClaimed",
    "acme.org is held by the primary claim acme in namespace acme-org",
    {
      holder: "acme-org/acme",
    },
  );
  const { code, stderr } = await terminal.type(["claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toContain("note: acme.org is held by acme-org/acme; this claim waits in line\n");
  expect(stderr).toContain("to change that, acme-org's team: kubectl domain release acme.org -n acme-org\n");
});

test("--dry-run makes nothing: client asks nobody, server lets the API server check", async () => {
  const client = await terminal.type(["claim", "acme.org", "--dry-run"]);
  expect(client.stdout.split("\n")[0]).toBe("domain.platform.koli.io/acme.org created (dry run)");
  expect(terminal.api.received.some(({ method }) => method === "POST")).toBe(false);
  const server = await terminal.type(["claim", "acme.org", "--dry-run=server"]);
  expect(server.stdout.split("\n")[0]).toBe("domain.platform.koli.io/acme.org created (server dry run)");
  expect(terminal.api.received.find(({ method }) => method === "POST")?.url).toContain("dryRun=All");
  expect(specOf("acme.org")).toBeUndefined();
});

test.each([
  ["free.org", "as far as the register tells, a claim would be OK: free.org is held by marvin-org"],
  ["co.uk", "a claim would be refused: PublicSuffix: co.uk is a public suffix"],
  ["x.cluster.local", "a claim would be refused: ReservedName: x.cluster.local is reserved"],
  ["acme.org", "a claim would be refused: AlreadyClaimed: acme.org is held by the primary claim acme"],
  [
    "m.acme.org",
    "a claim would be refused: NotDelegated: acme.org is held by namespace acme-org, which does not share",
  ],
  ["m.acme.org", "(unless acme-org shares it with every namespace (*), which the register does not tell)"],
  ["a.b.acme.org", "a claim would be refused: ParentClaimed: a.b.acme.org lies below acme.org"],
  ["m.open.org", "a claim would be OK: m.open.org is held by marvin-org under open.org"],
  ["a.b.open.org", "a claim would be OK: a.b.open.org is held by marvin-org under open.org"],
  ["*.open.org", "a claim would be refused: NotDelegated: *.open.org is a wildcard, which only open-org"],
  ["*.m.acme.org", "a claim would be refused: DomainNotFound: no primary m.acme.org"],
  ["www.mine.org", "a claim would be OK: www.mine.org is held by marvin-org"],
])("--dry-run of %s says what would be decided, as far as the register tells: %s", async (host, outlook) => {
  const grants = [{ namespace: "marvin-org", uid: "uid-marvin-org" }];
  terminal.api.put("hostrecords", acme);
  terminal.api.put(
    "hostrecords",
    record("open.org", { kind: "primary", namespace: "open-org", name: "open" }, { grants }),
  );
  terminal.api.put("hostrecords", record("mine.org", { kind: "primary", namespace: "marvin-org", name: "mine" }));
  expect((await terminal.type(["claim", host, "--dry-run"])).stdout).toContain(outlook);
});

test("a host that is somebody else's, and could not be this namespace's, is not promised", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("hostrecords", record("m.acme.org", { kind: "shared", namespace: "coyote-org", name: "m" }));
  const { stderr } = await terminal.type(["claim", "m.acme.org", "--wait=false"]);
  expect(stderr).toBe(
    "note: m.acme.org is held by coyote-org/m; when it becomes free, this claim is refused all the same (NotDelegated)\n",
  );
});
