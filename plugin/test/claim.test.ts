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
const held = (host: string): void => answerClaims(terminal.api, "OK", "Held", `${host} is held by marvin-org`);

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
  answerClaims(
    terminal.api,
    "Failed",
    "NotDelegated",
    "acme.org is held by namespace acme-org, which does not share it with marvin-org",
    {
      parent: "acme-org",
    },
  );
  const { code, stderr } = await terminal.type(["claim", "marvin.acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: marvin.acme.org was refused: NotDelegated: acme.org is held by namespace acme-org, which does not share it with marvin-org\n" +
      "to change that, acme-org's team: kubectl domain share acme.org --with marvin-org -n acme-org\n" +
      "the claim stays and is decided again when that changes; to give it up: kubectl domain release marvin.acme.org -n marvin-org\n",
  );
});

test("what is said on stderr is as wide as that terminal is", async () => {
  await terminal.close();
  terminal = await openTerminal({ errorWidth: 50 });
  answerClaims(terminal.api, "Failed", "ParentClaimed", "it lies below what somebody else holds and does not share");
  const { stderr } = await terminal.type(["claim", "acme.org"]);
  expect(stderr).toBe(
    "error: acme.org was refused: ParentClaimed: it\nlies below what somebody else holds and does not\nshare\n" +
      "the claim stays and is decided again when that\nchanges; to give it up:\nkubectl domain release acme.org -n marvin-org\n",
  );
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
  answerClaims(terminal.api, "Failed", "PublicSuffix", "nobody may hold it");
  const { code, stdout, stderr } = await terminal.type(["claim", "a.org", "b.org", "-o", "json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ kind: "List", items: [{ kind: "Domain" }, { kind: "Domain" }] });
  expect(stderr.match(/^error: .*$/gm)).toHaveLength(2);
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

test("-o name, json and yaml print the object alone", async () => {
  held("acme.org");
  expect((await terminal.type(["claim", "acme.org", "-o", "name"])).stdout).toBe("domain.platform.koli.io/acme.org\n");
  const json = await terminal.type(["claim", "acme.org", "-o", "json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ kind: "Domain", status: { phase: "OK" } });
  const yaml = await terminal.type(["claim", "acme.org", "-oyaml"]);
  expect(yaml.stdout).toMatch(/^apiVersion: platform.koli.io\/v1\nkind: Domain\nmetadata:\n/);
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
