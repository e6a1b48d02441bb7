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

/** Plays the controller: every new claim gets this answer. */
function decide(phase: string, reason: string, message: string, more: Record<string, unknown> = {}): void {
  terminal.api.controller = (object, type) => {
    if (type === "DELETED" || object.kind !== "Domain" || object.status !== undefined) return;
    terminal.api.put("domains", { ...object, status: { phase, reason, message, observedGeneration: 1, ...more } });
  };
}

function specOf(name: string): unknown {
  return terminal.api.get("domains", "marvin-org", name)?.spec;
}

const acme = record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" });
const held = (host: string): void => decide("OK", "Held", `${host} is held by marvin-org`);

test("a host with nothing above it is claimed as a primary, and the decision is waited for", async () => {
  held("acme.org");
  expect(await terminal.type(["claim", "acme.org"])).toEqual({
    code: 0,
    stdout:
      "domain.platform.koli.io/acme.org created\nacme.org is a primary claim: nobody holds a primary above it\nacme.org is held by marvin-org\n",
    stderr: "",
  });
  expect(specOf("acme.org")).toEqual({ primary: "acme.org" });
});

test("a host right below another namespace's primary is a shared claim with parent filled in", async () => {
  terminal.api.put("hostrecords", acme);
  held("marvin.acme.org");
  const { code, stdout } = await terminal.type(["claim", "marvin.acme.org"]);
  expect(code).toBe(0);
  expect(stdout).toContain("marvin.acme.org is a shared claim below acme.org, looked for in acme-org\n");
  expect(specOf("marvin.acme.org")).toEqual({ primary: "acme.org", sub: "marvin", parent: "acme-org" });
});

test("a host right below the namespace's own primary is a shared claim without parent", async () => {
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
  held("www.acme.org");
  const { stdout } = await terminal.type(["claim", "www.acme.org"]);
  expect(stdout).toContain("www.acme.org is a shared claim below acme.org, which this namespace holds\n");
  expect(specOf("www.acme.org")).toEqual({ primary: "acme.org", sub: "www" });
});

test("a host deeper below a primary is a primary, which says that it needs a share", async () => {
  terminal.api.put("hostrecords", acme);
  held("a.b.acme.org");
  const { stdout } = await terminal.type(["claim", "a.b.acme.org"]);
  expect(stdout).toContain(
    "a.b.acme.org is a primary claim below acme.org, which acme-org holds: it stands only if acme-org shares it with marvin-org\n",
  );
  expect(specOf("a.b.acme.org")).toEqual({ primary: "a.b.acme.org" });
});

test("the nearest primary counts; a shared holder in between does not enclose", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("hostrecords", record("b.acme.org", { kind: "shared", namespace: "coyote-org", name: "b" }));
  held("a.b.acme.org");
  await terminal.type(["claim", "a.b.acme.org"]);
  expect(specOf("a.b.acme.org")).toEqual({ primary: "a.b.acme.org" });
});

test("--primary and --parent decide otherwise", async () => {
  terminal.api.put("hostrecords", acme);
  held("x");
  await terminal.type(["claim", "one.acme.org", "--primary"]);
  await terminal.type(["claim", "two.acme.org", "--parent", "other-org"]);
  expect(specOf("one.acme.org")).toEqual({ primary: "one.acme.org" });
  expect(specOf("two.acme.org")).toEqual({ primary: "acme.org", sub: "two", parent: "other-org" });
});

test("a wildcard is a shared claim named after its record", async () => {
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
  held("*.acme.org");
  const { stdout } = await terminal.type(["claim", "*.acme.org"]);
  expect(stdout).toContain("domain.platform.koli.io/wc--any.acme.org created\n");
  expect(specOf("wc--any.acme.org")).toEqual({ primary: "acme.org", sub: "*" });
});

test("U-labels, upper case and a pasted URL are understood, and it is said", async () => {
  held("x");
  const { stdout, stderr } = await terminal.type(["claim", "https://Bücher.example/shop"]);
  expect(stderr).toBe('note: reading "https://Bücher.example/shop" as xn--bcher-kva.example (bücher.example)\n');
  expect(stdout).toContain("xn--bcher-kva.example (bücher.example) is a primary claim");
  expect(specOf("xn--bcher-kva.example")).toEqual({ primary: "xn--bcher-kva.example" });
});

test("a refusal ends with 1, the reason, what to do, and what becomes of the claim", async () => {
  terminal.api.put("hostrecords", acme);
  decide("Failed", "NotDelegated", "acme.org is held by namespace acme-org, which does not share it with marvin-org", {
    parent: "acme-org",
  });
  const { code, stderr } = await terminal.type(["claim", "marvin.acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: marvin.acme.org was refused: NotDelegated: acme.org is held by namespace acme-org, which does not share it with marvin-org\n" +
      "to change that, acme-org's team: kubectl domain share acme.org --with marvin-org -n acme-org\n" +
      "the claim stays and is decided again when that changes; to give it up: kubectl domain release marvin.acme.org -n marvin-org\n",
  );
});

test("a host that somebody holds is claimed all the same, and said to wait in line", async () => {
  terminal.api.put("hostrecords", acme);
  decide("Failed", "AlreadyClaimed", "acme.org is held by the primary claim acme in namespace acme-org", {
    holder: "acme-org/acme",
  });
  const { code, stderr } = await terminal.type(["claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toContain("note: acme.org is held by acme-org/acme; this claim waits in line\n");
  expect(stderr).toContain("to change that, acme-org's team: kubectl domain release acme.org -n acme-org\n");
});

test("an equal claim is unchanged, whatever its name, and its standing decision is the answer", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("domains", claim("marvin-org", "mine", { primary: "acme.org", sub: "marvin", parent: "acme-org" }));
  const { code, stdout } = await terminal.type(["claim", "marvin.acme.org"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/mine unchanged\nmarvin.acme.org: Held\n",
  });
  expect(terminal.api.received.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("--parent on a claim that is there changes its parent only", async () => {
  terminal.api.put("domains", claim("marvin-org", "mine", { primary: "acme.org", sub: "marvin" }));
  const { stdout } = await terminal.type(["claim", "marvin.acme.org", "--parent", "acme-org", "--wait=false"]);
  expect(stdout).toBe("domain.platform.koli.io/mine configured\n");
  expect(specOf("mine")).toEqual({ primary: "acme.org", sub: "marvin", parent: "acme-org" });
});

test("the kind of a claim that is there can't be changed", async () => {
  terminal.api.put("domains", claim("marvin-org", "mine", { primary: "acme.org", sub: "marvin" }));
  const { code, stderr } = await terminal.type(["claim", "marvin.acme.org", "--primary"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: domain.platform.koli.io/mine is a shared claim for this host already, which can't change: release it first\n",
  );
});

test("a claim that is being released is not taken for one that stays", async () => {
  const leaving = claim("marvin-org", "acme.org", { primary: "acme.org" });
  const metadata = { ...leaving.metadata, deletionTimestamp: "2026-01-03T00:00:00Z" };
  terminal.api.put("domains", { ...leaving, metadata });
  const { code, stderr } = await terminal.type(["claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toContain("acme.org is for this host and is being released: claim it again when that claim is gone\n");
});

test("--share-with on a primary that is there adds to its delegates", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("domains", claim("marvin-org", "own", { primary: "own.acme.org", delegates: ["a-org"] }));
  await terminal.type(["claim", "own.acme.org", "--share-with", "b-org,a-org", "--wait=false"]);
  expect(specOf("own")).toEqual({ primary: "own.acme.org", delegates: ["a-org", "b-org"] });
});

test("labels and annotations of a claim that is there are set, another name is refused", async () => {
  const mine = claim("marvin-org", "mine", { primary: "acme.org" });
  terminal.api.put("domains", { ...mine, metadata: { ...mine.metadata, labels: { team: "x", keep: "1" } } });
  const argv = ["claim", "acme.org", "-l", "team=y", "--annotations", "why=z", "--wait=false"];
  expect((await terminal.type(argv)).stdout).toBe("domain.platform.koli.io/mine configured\n");
  expect(terminal.api.get("domains", "marvin-org", "mine")?.metadata).toMatchObject({
    labels: { team: "y", keep: "1" },
    annotations: { why: "z" },
  });
  expect((await terminal.type(argv)).stdout).toBe("domain.platform.koli.io/mine unchanged\n");
  expect(await terminal.type(["claim", "acme.org", "--name", "other"])).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "error: domain.platform.koli.io/mine claims this host already, and the name of an object can't change: leave --name out, or release it first\n",
  });
});

test("several hosts are claimed one after the other; one that fails does not keep the others back", async () => {
  terminal.api.put("domains", claim("marvin-org", "b.org", { primary: "other.org" }));
  held("x");
  const { code, stdout, stderr } = await terminal.type(["claim", "a.org", "b.org", "c.org", "a.org", "-o", "name"]);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: "domain.platform.koli.io/a.org\ndomain.platform.koli.io/c.org\n",
  });
  expect(stderr).toBe(
    "error: domain.platform.koli.io/b.org is there already and claims other.org: give this claim another name with --name\n",
  );
});

test("a claim that is refused is among the objects that are printed for several hosts", async () => {
  decide("Failed", "PublicSuffix", "nobody may hold it");
  const { code, stdout, stderr } = await terminal.type(["claim", "a.org", "b.org", "-o", "json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ kind: "List", items: [{ kind: "Domain" }, { kind: "Domain" }] });
  expect(stderr.match(/^error: .*$/gm)).toHaveLength(2);
});

test("a name that another host's claim has is an error that says what to do", async () => {
  terminal.api.put("domains", claim("marvin-org", "acme.org", { primary: "other.org" }));
  const { code, stderr } = await terminal.type(["claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: domain.platform.koli.io/acme.org is there already and claims other.org: give this claim another name with --name\n",
  );
});

test("--name, --labels, --annotations and --share-with go into the object", async () => {
  const { code } = await terminal.type([
    "claim",
    "acme.org",
    "--name",
    "acme",
    "-l",
    "team=x,tier=1",
    "--annotations",
    "why=a,b",
    "--share-with",
    "b-org,a-org",
    "--wait=false",
  ]);
  expect(code).toBe(0);
  expect(terminal.api.get("domains", "marvin-org", "acme")).toMatchObject({
    apiVersion: "platform.koli.io/v1",
    kind: "Domain",
    metadata: { labels: { team: "x", tier: "1" }, annotations: { why: "a,b" } },
    spec: { primary: "acme.org", delegates: ["a-org", "b-org"] },
  });
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

test("after a break of any kind, a claim that is waited for is read again", async () => {
  let breaks = 0;
  terminal.api.intercept = (request, response) => {
    if (request.url?.includes("watch=true") !== true || breaks === 4) return false;
    breaks += 1;
    if (breaks === 1)
      response.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } })}\n`);
    else if (breaks === 2) response.socket?.destroy();
    else if (breaks === 3) response.writeHead(500).end();
    else {
      response.end();
      terminal.api.put("domains", {
        ...claim("marvin-org", "acme.org", { primary: "acme.org" }, { phase: "OK", reason: "Held" }),
      });
    }
    return true;
  };
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
  expect(breaks).toBe(4);
});

test("a controller that is away is named when the decision does not come", async () => {
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "kong-system" },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
  });
  const { stderr } = await terminal.type(["claim", "acme.org", "--timeout", "150ms"]);
  expect(stderr).toContain(
    "acme.org: the controller has not renewed its Lease kong-system/domain-claims for 60m: nothing is decided until it is back, and what claims say may be old\n",
  );
});

test("-o name, json and yaml print the object alone", async () => {
  held("acme.org");
  expect((await terminal.type(["claim", "acme.org", "-o", "name"])).stdout).toBe("domain.platform.koli.io/acme.org\n");
  const json = await terminal.type(["claim", "acme.org", "-o", "json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ kind: "Domain", status: { phase: "OK" } });
  const yaml = await terminal.type(["claim", "acme.org", "-oyaml"]);
  expect(yaml.stdout).toMatch(/^apiVersion: platform.koli.io\/v1\nkind: Domain\nmetadata:\n/);
});

test("a decision that does not come is an error after --timeout", async () => {
  const { code, stderr } = await terminal.type(["claim", "acme.org", "--timeout", "150ms"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: timed out after 0.15s waiting for the decision on domain.platform.koli.io/acme.org: is the controller of Domain Claims running?\n",
  );
});

test("a decision for an older generation is not taken for the answer", async () => {
  terminal.api.controller = (object) => {
    if (object.kind !== "Domain" || object.status?.["phase"] === "OK") return;
    const stale = object.status === undefined;
    terminal.api.put("domains", {
      ...object,
      status: { phase: stale ? "Failed" : "OK", reason: "x", message: "m", observedGeneration: stale ? 0 : 1 },
    });
  };
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
});

test("where watching is denied, the claim is read until it is decided", async () => {
  terminal.api.deny = (verb) => verb === "watch";
  held("acme.org");
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
});

test("where the register can't be read, a primary is claimed, and it says why", async () => {
  terminal.api.deny = (_verb, plural) => plural === "hostrecords";
  held("a.b.org");
  const { code, stdout } = await terminal.type(["claim", "a.b.org"]);
  expect(code).toBe(0);
  expect(stdout).toContain("the register can't be read");
});

test("a denied claim names what is denied and who can grant it", async () => {
  terminal.api.deny = (verb) => verb === "create";
  const { code, stderr } = await terminal.type(["-n", "acme-org", "claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'error: domains.platform.koli.io is forbidden: User "marvin" cannot create resource "domains" in API group "platform.koli.io" in the namespace "acme-org"\n' +
      'Ask an administrator of the namespace acme-org for the verb "create" on domains.platform.koli.io (RBAC)\n',
  );
});

test("a write that a quota or a policy refuses is not put down to RBAC, whatever its sentence", async () => {
  terminal.api.intercept = (request, response) => {
    if (request.method !== "POST" || request.url?.includes("/domains") !== true) return false;
    const message = "exceeded quota: claims; you cannot have more than 5";
    response.writeHead(403).end(JSON.stringify({ kind: "Status", reason: "Forbidden", message }));
    return true;
  };
  expect((await terminal.type(["claim", "acme.org"])).stderr).toBe(
    "error: exceeded quota: claims; you cannot have more than 5\n",
  );
});

test("a cluster without the CRDs is said to be one", async () => {
  terminal.api.missing = ["domains", "hostrecords"];
  const { code, stderr } = await terminal.type(["claim", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: this cluster does not know (domains|hostrecords)\.platform\.koli\.io: Domain Claims for Kong is not installed in it/,
  );
});

test.each([
  [["claim"], "error: HOST is required\nSee 'kubectl domain claim --help' for usage.\n"],
  [["claim", "acme.org", "--bogus=1"], "error: unknown flag: --bogus\nSee 'kubectl domain claim --help' for usage.\n"],
  [["claim", "acme.org", "-q"], "error: unknown shorthand flag in -q\nSee 'kubectl domain claim --help' for usage.\n"],
  [
    ["claim", "acme.org", "--name"],
    "error: flag needs an argument: --name\nSee 'kubectl domain claim --help' for usage.\n",
  ],
  [["share", "acme.org"], "error: required flag(s) \"with\" not set\nSee 'kubectl domain share --help' for usage.\n"],
  [
    ["share", "acme.org", "other.org", "--with=x"],
    "error: unexpected argument: other.org\nSee 'kubectl domain share --help' for usage.\n",
  ],
  [["list", "-v=high"], 'error: invalid argument "high" for "-v, --v": it takes a number\n'],
  [["tree", "--limit=few"], 'error: invalid limit "few": it is a number, and 0 means all\n'],
  [["completion", "csh"], 'error: there is no completion for the shell "csh": it can be bash, zsh, fish, powershell\n'],
  [
    ["claim", "a.org", "b.org", "--name=x"],
    "error: --name names one object: claim the hosts one by one, or leave it out\n",
  ],
  [
    ["claim", "acme.org", "-o", "xml"],
    'error: unable to match a printer suitable for the output format "xml", allowed formats are: json,yaml,name,wide\n',
  ],
  [
    ["claim", "acme.org", "--dry-run=maybe"],
    'error: invalid dry-run value (maybe): must be "none", "server", or "client"\n',
  ],
  [["claim", "acme.org", "--timeout=soon"], 'error: invalid duration "soon": write it as 30s or 1m30s\n'],
  [["claim", "acme.org", "--primary", "--parent=x"], "error: --primary and --parent can't be used together\n"],
  [
    ["claim", "*.acme.org", "--primary"],
    "error: *.acme.org can only be a shared claim: a wildcard belongs to the namespace that holds acme.org\n",
  ],
  [
    ["claim", "acme.org", "--parent=x"],
    "error: acme.org has no name above it that could be shared: claim it as a primary\n",
  ],
  [
    ["claim", "a.acme.org", "--parent=x", "--share-with=y"],
    "error: a.acme.org would be a shared claim, and only a primary is shared on: leave --share-with out, or give --primary\n",
  ],
  [["claim", "acme"], 'error: "acme" has a single label: a hostname needs at least two, such as acme.org\n'],
  [
    ["claim", "acme.org", "extra"],
    'error: "extra" has a single label: a hostname needs at least two, such as acme.org\n',
  ],
  [
    ["clam", "acme.org"],
    'error: unknown command "clam" for "kubectl domain"\n\nDid you mean this?\n\tclaim\n\nSee \'kubectl domain --help\' for usage.\n',
  ],
])("%j is an error with exit code 1", async (argv, stderr) => {
  expect(await terminal.type(argv)).toEqual({ code: 1, stdout: "", stderr });
});
