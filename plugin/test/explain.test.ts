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

const acme = record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" });

test.each([
  ["Held", "Held, step 1 of 4"],
  ["Routing", "Routing, step 2 of 4"],
  ["HTTPS", "HTTPS, step 3 of 4"],
  ["Live", "Live, step 4 of 4"],
  ["RenameRouting", "RenameRouting, step 1 of 3"],
  ["RenameHTTPS", "RenameHTTPS, step 2 of 3"],
  ["RenameCleanup", "RenameCleanup, step 3 of 3"],
  ["Redirecting", "Redirecting"],
])("how far a claim in the stage %s is, and what it waits for", async (stage, said) => {
  const conditions = [{ type: "Ready", status: "Unknown", reason: "Programming", message: "it waits for the gateway" }];
  const status = { phase: "OK", reason: "Held", stage, conditions };
  terminal.api.put("domains", claim("marvin-org", "m", { primary: "m.org" }, status));
  const { stdout } = await terminal.type(["explain", "m.org"]);
  expect(stdout).toMatch(new RegExp(`^Stage: +${said}$`, "m"));
  expect(stdout).toMatch(/^ +Ready +Unknown +Programming +it waits for the gateway$/m);
});

test("a claim that is not delegated: the search, the holder and the command that fixes it", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put(
    "domains",
    claim(
      "marvin-org",
      "m",
      { primary: "acme.org", sub: "marvin", parent: "acme-org" },
      {
        phase: "Failed",
        reason: "NotDelegated",
        parent: "acme-org",
        message: "acme.org is not shared",
        conditions: [{ type: "Accepted", status: "False", reason: "NotDelegated", message: "acme.org is not shared" }],
      },
    ),
  );
  terminal.api.put("events", {
    metadata: { name: "e", namespace: "marvin-org" },
    involvedObject: { kind: "Domain", name: "m", uid: "uid-domains/marvin-org/m" },
    type: "Warning",
    reason: "NotDelegated",
    message: "not shared",
    series: { count: 3, lastObservedTime: "2026-01-03T23:55:00Z" },
  });
  expect(await terminal.type(["explain", "marvin.acme.org"])).toEqual({
    code: 0,
    stdout:
      "Host:       marvin.acme.org\n" +
      "Claim:      marvin-org/m (shared)\n" +
      "Phase:      Failed, NotDelegated\n" +
      "Why:        acme.org is not shared\n" +
      "Search:     1. parent acme-org: holds acme.org and does not share it with marvin-org\n" +
      "            2. own namespace marvin-org: does not hold acme.org\n" +
      "Holder:     nobody\n" +
      "Ingresses:  none of this namespace names the host\n" +
      "Conditions:\n  Accepted  False  NotDelegated  acme.org is not shared\n" +
      "Events, by whoever may write them in marvin-org:\n  5m (x3)  Warning  NotDelegated  not shared\n" +
      "To fix it, acme-org's team: let marvin-org claim names below acme.org\n  kubectl domain share acme.org --with marvin-org -n acme-org\n",
    stderr: "",
  });
});

test("of a claim that nobody has decided it says who looks why", async () => {
  const { metadata, spec } = claim("marvin-org", "m", { primary: "m.org" });
  terminal.api.put("domains", { metadata, spec });
  expect((await terminal.type(["explain", "m.org"])).stdout).toContain(
    "To fix it, you: see whether a controller is there: nobody has decided the claim yet\n" +
      "  kubectl domain doctor -n marvin-org\n",
  );
});

test("a claim whose primary is held elsewhere: name it as parent, and ask for the share", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put(
    "domains",
    claim("marvin-org", "m", { primary: "acme.org", sub: "marvin" }, { phase: "Failed", reason: "DomainNotFound" }),
  );
  const { stdout } = await terminal.type(["explain", "m"]);
  expect(stdout).toContain(
    "2. system namespace: does not hold it: acme-org holds acme.org, and that is none of these\n",
  );
  expect(stdout).toContain("  kubectl domain claim marvin.acme.org --parent acme-org -n marvin-org\n");
  expect(stdout).toContain("  kubectl domain share acme.org --with marvin-org -n acme-org\n");
});

test("a claim whose primary nobody holds: claim it first", async () => {
  terminal.api.put(
    "domains",
    claim("marvin-org", "m", { primary: "acme.org", sub: "marvin" }, { phase: "Failed", reason: "DomainNotFound" }),
  );
  expect((await terminal.type(["explain", "m"])).stdout).toContain(
    "  kubectl domain claim acme.org --primary -n marvin-org\n",
  );
});

test("a claim granted through the system namespace says so", async () => {
  terminal.api.put(
    "hostrecords",
    record(
      "acme.org",
      { kind: "primary", namespace: "kong-system", name: "acme" },
      { grants: [{ namespace: "marvin-org", uid: "u" }] },
    ),
  );
  terminal.api.put(
    "domains",
    claim(
      "marvin-org",
      "m",
      { primary: "acme.org", sub: "marvin" },
      { phase: "OK", reason: "Held", parent: "kong-system" },
    ),
  );
  expect((await terminal.type(["explain", "m"])).stdout).toContain(
    "2. system namespace kong-system: holds acme.org and shares it with marvin-org\n",
  );
});

test("where one place was searched alone, it is named", async () => {
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
  terminal.api.put("domains", claim("marvin-org", "m", { primary: "acme.org", sub: "www" }));
  expect((await terminal.type(["explain", "m"])).stdout).toMatch(
    /^Search: +own namespace marvin-org: holds acme\.org$/m,
  );
});

test("who was handed the primary from the parent has it, and does not share it with himself", async () => {
  const holder = { kind: "primary" as const, namespace: "marvin-org", name: "acme", givers: [{ namespace: "acme-org", uid: "g" }] }; // prettier-ignore
  terminal.api.put("hostrecords", record("acme.org", holder));
  const spec = { primary: "acme.org", sub: "marvin", parent: "acme-org" };
  terminal.api.put("domains", claim("marvin-org", "m", spec, { phase: "Pending", reason: "Releasing" }));
  const { stdout } = await terminal.type(["explain", "m"]);
  expect(stdout).toContain("1. parent acme-org: handed acme.org on to marvin-org\n");
  expect(stdout).toContain("2. own namespace marvin-org: holds acme.org\n");
});

test("a primary below another one that is not shared", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put(
    "domains",
    claim(
      "marvin-org",
      "m",
      { primary: "a.b.acme.org" },
      { phase: "Failed", reason: "ParentClaimed", parent: "acme-org" },
    ),
  );
  const { stdout } = await terminal.type(["explain", "a.b.acme.org"]);
  expect(stdout).toContain("Search:     acme-org holds acme.org and does not share it with marvin-org\n");
  expect(stdout).toContain("  kubectl domain share acme.org --with marvin-org -n acme-org\n");
});

test("a claim that is OK but has nothing that serves it names the command for an Ingress", async () => {
  const conditions = [
    { type: "Accepted", status: "True", reason: "Held", message: "" },
    { type: "Programmed", status: "False", reason: "NoRoutes", message: "no Ingress" },
  ];
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", conditions }),
  );
  const { stdout } = await terminal.type(["explain", "acme"]);
  expect(stdout).toContain("Holder:     marvin-org/acme (primary) since 2026-01-01T00:00:00Z\n");
  expect(stdout).toContain(
    "  kubectl create ingress acme --class=kong --rule='acme.org/*=SERVICE:PORT' -n marvin-org\n",
  );
});

test("the Ingresses that name the host are shown with their paths, services and address", async () => {
  const backend = { service: { name: "web", port: { number: 80 } } };
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  terminal.api.put("ingresses", {
    metadata: { name: "web", namespace: "marvin-org" },
    spec: { ingressClassName: "kong", rules: [{ host: "acme.org", http: { paths: [{ path: "/shop", backend }] } }] },
    status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } },
  });
  terminal.api.put("ingresses", {
    metadata: { name: "other", namespace: "marvin-org" },
    spec: { rules: [{ host: "other.org" }] },
  });
  terminal.api.put("ingresses", {
    metadata: { name: "alias", namespace: "marvin-org", annotations: { "konghq.com/host-aliases": "x.org, ACME.org" } },
    spec: {},
  });
  const { stdout } = await terminal.type(["explain", "acme.org"]);
  expect(stdout).toContain(
    "Ingresses:  Ingress web (class kong): /shop -> web:80, at 1.2.3.4\n            Ingress alias (class none)\n",
  );
  expect(stdout).not.toContain("Ingress other");
});

test("stale grants are those of the register, and the command that shares again names them all", async () => {
  const names = Array.from({ length: 11 }, (_, at) => `n${String(at)}-org`);
  const conditions = [{ type: "DelegatesResolved", status: "False", reason: "StaleGrant", message: "any sentence" }];
  terminal.api.put(
    "hostrecords",
    record(
      "acme.org",
      { kind: "primary", namespace: "marvin-org", name: "acme" },
      { grants: names.map((namespace) => ({ namespace, uid: "an earlier one" })) },
    ),
  );
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org", delegates: names }, { phase: "OK", reason: "Held", conditions }),
  );
  expect((await terminal.type(["explain", "acme"])).stdout).toContain(
    `  kubectl domain share acme.org --with ${names.join(",")} -n marvin-org\n`,
  );
});

test("the command for an Ingress names the class that is served", async () => {
  const conditions = [{ type: "Programmed", status: "False", reason: "NoRoutes", message: "no Ingress" }];
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", conditions }),
  );
  const served = { status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } } };
  terminal.api.put("ingresses", {
    metadata: { name: "other", namespace: "marvin-org" },
    spec: { ingressClassName: "by-use", rules: [{ host: "acme.org" }] },
    ...served,
  });
  terminal.api.deny = (_verb, plural) => plural === "ingressclasses";
  expect((await terminal.type(["explain", "acme"])).stdout).toContain("--class=by-use ");
  terminal.api.deny = () => false;
  const put = (name: string, controller: string, annotations: Record<string, string> = {}): void =>
    void terminal.api.put("ingressclasses", { metadata: { name, annotations }, spec: { controller } });
  put("another", "example.com/other");
  put("edge", "platform.koli.io/kong");
  expect((await terminal.type(["explain", "acme"])).stdout).toContain("--class=edge ");
  put("inner", "platform.koli.io/kong", { "ingressclass.kubernetes.io/is-default-class": "true" });
  expect((await terminal.type(["explain", "acme"])).stdout).toContain("--class=inner ");
});

test("where the register may not be read, nobody is said to hold nothing above a claim", async () => {
  terminal.api.deny = (_verb, plural) => plural === "hostrecords";
  terminal.api.put(
    "domains",
    claim("marvin-org", "m", { primary: "acme.org", sub: "m" }, { phase: "Failed", reason: "DomainNotFound" }),
  );
  const { stdout } = await terminal.type(["explain", "m"]);
  expect(stdout).not.toContain("nobody holds");
  expect(stdout).not.toContain("To fix it");
  expect(stdout).toContain("Holder:     not known: the register may not be read\n");
  expect((await terminal.type(["explain", "x.org"])).stdout).not.toContain("Outlook");
});

test("what may not be read is named and left out, and nothing fails", async () => {
  terminal.api.deny = (_verb, plural) => plural !== "domains";
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  const { code, stdout } = await terminal.type(["explain", "acme.org"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Not shown, because it may not be read:\n");
  for (const plural of ["hostrecords", "ingresses", "events"]) expect(stdout).toContain(`resource "${plural}"`);
});

test("-o json gives the whole explanation, objects as the API has them", async () => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put(
    "domains",
    claim(
      "marvin-org",
      "m",
      { primary: "acme.org", sub: "marvin", parent: "acme-org" },
      { phase: "Failed", reason: "NotDelegated" },
    ),
  );
  const { stdout } = await terminal.type(["explain", "m", "-o", "json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    host: "marvin.acme.org",
    claim: { kind: "Domain" },
    search: [{ where: "parent", namespace: "acme-org" }, {}],
    fixes: [{ command: "kubectl domain share acme.org --with marvin-org -n acme-org" }],
  });
});

test("text that is one claim's host and another one's name is an error that says how to say it", async () => {
  terminal.api.put("domains", claim("marvin-org", "acme.org", { primary: "other.org" }));
  terminal.api.put("domains", claim("marvin-org", "real", { primary: "acme.org" }));
  expect((await terminal.type(["explain", "acme.org"])).stderr).toBe(
    'error: "acme.org" is the host of real and the name of a claim for other.org: say domain/real or domain/acme.org\n',
  );
  expect((await terminal.type(["explain", "domain/acme.org"])).stdout).toContain("Host:       other.org\n");
  expect((await terminal.type(["explain", "nothing"])).stderr).toBe(
    'error: there is no claim "nothing" in the namespace marvin-org\n',
  );
});
