import { afterEach, beforeEach, expect, test } from "vitest";

import { answerClaims, claim, openTerminal, record } from "./support/terminal.ts";
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
  [
    "free.org",
    "Not known before it is claimed: whether routes of others in Kong serve the host, which then stays with",
  ],
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

test.each([
  ["late.org", "late.org was not released by its last holder, namespace late-org, for which it is reserved until"],
  [
    "a.b.late.org",
    "a.b.late.org lies below late.org, which is reserved for its last holder, namespace late-org, until",
  ],
])("--dry-run of %s, which is not free yet, says until when: %s", async (host, outlook) => {
  const redemption = {
    ...{ kind: "primary", namespace: "late-org", namespaceUID: "uid-late-org", name: "late", uid: "u" },
    until: "2026-01-01T00:10:00Z",
  };
  terminal.api.put("hostrecords", record("late.org", undefined, { redemption }));
  const { stdout } = await terminal.type(["claim", host, "--dry-run"]);
  expect(stdout).toContain(`a claim would be refused: InRedemption: ${outlook} 2026-01-01T00:10:00Z`);
  const explained = (await terminal.type(["explain", host])).stdout;
  expect(explained).toContain("late-org's team: take late.org back");
  expect(explained).toContain("kubectl domain claim late.org -n late-org");
  const who = (await terminal.type(["whois", "late.org"])).stdout;
  expect(who).toMatch(/reserved +for late-org until 2026-01-01T00:10:00Z \(.* left\): its claim was not released/);
  expect((await terminal.type(["whois", "www.late.org"])).stdout).toContain(
    "late.org, which is reserved for late-org until 2026-01-01T00:10:00Z",
  );
});

const tooMany = { phase: "Failed", reason: "TooManyClaims", message: "namespace marvin-org has more than 2 claims" };
const grandfathered = {
  ...{ phase: "OK", reason: "Held" },
  conditions: [{ type: "NameAllowed", status: "False", reason: "PrimaryNotAllowed", message: "" }],
};

/** Another claim of the namespace, what the controller told it, and what is said of one more. */
interface Told {
  readonly what: string;
  readonly host: string;
  readonly others: { readonly phase: string; readonly reason: string };
  /** The host of which somebody else has the entry. */
  readonly taken?: string;
  readonly outlook: string;
}

test.each<Told>([
  {
    ...{ what: "is too much, though its host is free", host: "free.org", others: tooMany },
    outlook: "would be refused: TooManyClaims: namespace marvin-org has more than 2 claims",
  },
  {
    ...{ what: "waits for a host of others, and is too much", host: "free.org", others: tooMany, taken: "other.org" },
    outlook: "would be OK: free.org",
  },
  {
    ...{ what: "waits for a host of others, and is too much", host: "acme.org", others: tooMany, taken: "other.org" },
    outlook: "would be refused: TooManyClaims: namespace marvin-org has more than 2 claims",
  },
  {
    ...{ what: "is a primary that may not be", host: "free.org" },
    others: { phase: "Failed", reason: "PrimaryNotAllowed", message: "other.org is a primary" },
    outlook: "would be refused: PrimaryNotAllowed: free.org is a primary, and the administrator does not let",
  },
  {
    ...{ what: "is a primary that it could not claim anew", host: "free.org", others: grandfathered },
    outlook: "would be refused: PrimaryNotAllowed: free.org is a primary",
  },
  {
    ...{ what: "is a primary that may not be", host: "m.open.org" },
    others: { phase: "Failed", reason: "PrimaryNotAllowed", message: "other.org is a primary" },
    outlook: "would be OK: m.open.org",
  },
])(
  "--dry-run of $host, where another claim of the namespace $what: $outlook",
  async ({ host, others, taken, outlook }) => {
    const grants = [{ namespace: "marvin-org", uid: "uid-marvin-org" }];
    const { api } = terminal;
    api.put("hostrecords", acme);
    api.put("hostrecords", record("open.org", { kind: "primary", namespace: "open-org", name: "open" }, { grants }));
    if (taken !== undefined) api.put("hostrecords", record(taken, { kind: "primary", namespace: "a-org", name: "a" }));
    api.put("domains", claim("marvin-org", "other", { primary: "other.org" }, others));
    expect((await terminal.type(["claim", host, "--dry-run"])).stdout).toContain(outlook);
    expect((await terminal.type(["explain", host])).stdout).toContain(
      outlook.split(":")[1]?.trim().split(" ")[0] ?? "",
    );
  },
);

test("a claim that is too much for its namespace is not said to wait in line", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("domains", claim("marvin-org", "other", { primary: "other.org" }, tooMany));
  const { stderr } = await terminal.type(["claim", "acme.org", "--wait=false"]);
  expect(stderr).toBe(
    "note: acme.org is held by acme-org/acme; this claim does not wait in line for it (TooManyClaims)\n",
  );
});

test("a host that is somebody else's, and could not be this namespace's, is not promised", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("hostrecords", record("m.acme.org", { kind: "shared", namespace: "coyote-org", name: "m" }));
  const { stderr } = await terminal.type(["claim", "m.acme.org", "--wait=false"]);
  expect(stderr).toBe(
    "note: m.acme.org is held by coyote-org/m; when it becomes free, this claim is refused all the same (NotDelegated)\n",
  );
});
