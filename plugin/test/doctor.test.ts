import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { leaseAnnotations } from "@domain-claims/crds/domain";
import { version } from "../src/cli/version.ts";
import { versionSkew } from "../src/claims/version-skew.ts";
import { discovery } from "./support/discovery.ts";
import { openTerminal } from "./support/terminal.ts";
import type { Outcome, Terminal } from "./support/terminal.ts";

let terminal: Terminal;
/** What the API server's clock says. */
let clock = "Sun, 04 Jan 2026 00:00:00 GMT";

const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
  response.setHeader("date", clock);
  return discovery(request, response);
};

const healthy = [
  { name: "kong", ok: true, warns: false, detail: "answers" },
  { name: "proof", ok: true, warns: false, detail: "by 1 proxy" },
];

/** The controller's Lease, renewed three seconds ago. */
function lead(checks: unknown = healthy, spec: object = {}, namespace = "kong-system"): void {
  terminal.api.put("leases", {
    metadata: {
      name: "domain-claims",
      namespace,
      annotations: { [leaseAnnotations.version]: version, [leaseAnnotations.checks]: JSON.stringify(checks) },
    },
    spec: { holderIdentity: "pod-1_x", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:59:57.000000Z", ...spec },
  });
}

interface Told {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly fix?: { readonly command?: string };
}

/** What doctor finds, other than what is well. */
async function ill(): Promise<readonly Told[]> {
  const { stdout } = await terminal.type(["doctor", "-o", "json"]);
  return (JSON.parse(stdout) as readonly Told[]).filter(({ state }) => state !== "ok");
}

const doctor = async (): Promise<Outcome> => await terminal.type(["doctor"]);

beforeEach(async () => {
  clock = "Sun, 04 Jan 2026 00:00:00 GMT";
  terminal = await openTerminal();
  terminal.api.intercept = answer;
  terminal.api.put("namespaces", { metadata: { name: "marvin-org" } });
  terminal.api.put("ingressclasses", { metadata: { name: "kong" }, spec: { controller: "platform.koli.io/kong" } });
  lead();
});

afterEach(async () => {
  await terminal.close();
});

test("doctor tells how each thing is, and ends with 0 where everything works", async () => {
  expect(await doctor()).toEqual({
    code: 0,
    stderr: "",
    stdout: [
      "ok  kubernetes  the API server is of version v1.34.4",
      "ok  kinds       platform.koli.io/v1 is served: domaincertificates, domains, hostrecords",
      `ok  controller  pod-1_x (version ${version}) leads, and said so 3s ago`,
      "ok  kong        answers",
      "ok  proof       by 1 proxy",
      "ok  rights      you may claim, share and release in marvin-org, and read the register",
      "ok  class       the IngressClass kong is served",
      "ok  claims      there are no claims in marvin-org",
      "ok  ingresses   0 Ingresses were looked at in marvin-org; kubectl domain explain ingress/NAME looks at paths, too",
      "",
    ].join("\n"),
  });
});

test("without the kinds nothing else is looked at", async () => {
  terminal.api.intercept = (request, response) =>
    request.url !== "/apis/platform.koli.io/v1" && answer(request, response);
  const { code, stdout } = await doctor();
  expect(code).toBe(1);
  expect(stdout).toContain("problem  kinds       platform.koli.io/v1: Domain Claims for Kong is not installed");
  expect(stdout).toContain("To fix it, an administrator: install the chart");
  expect(stdout).not.toContain("controller");
});

test("a namespace that is not there is said, with the one that may be meant, and nothing is looked at in it", async () => {
  const { code, stdout } = await terminal.type(["doctor", "-n", "marvin-orgg"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^problem +namespace +there is no namespace marvin-orgg \(did you mean marvin-org\?\)$/m);
  expect(stdout).not.toContain("claims");
  terminal.api.deny = (_verb, plural) => plural === "namespaces";
  expect((await terminal.type(["doctor", "-n", "marvin-orgg"])).code).toBe(0);
});

test("what may not be read is one line, with whom to ask", async () => {
  terminal.api.deny = (verb, plural) => plural === "domains" && verb === "list";
  const { stdout } = await doctor();
  expect(stdout).toMatch(
    /^unknown +claims .*"domains".*\. Ask an administrator of the namespace marvin-org for the verb "list"/m,
  );
});

test("one of the kinds that is missing is named", async () => {
  terminal.api.intercept = (request, response) => {
    if (request.url !== "/apis/platform.koli.io/v1") return answer(request, response);
    const resources = [{ name: "domains", namespaced: true, kind: "Domain", verbs: ["get"] }];
    const list = { kind: "APIResourceList", groupVersion: "platform.koli.io/v1", resources };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
    return true;
  };
  expect((await doctor()).stdout).toContain("of its kinds, hostrecords and domaincertificates are missing");
});

test("a kind that is being deleted is warned of, to those who may see that", async () => {
  const name = "domains.platform.koli.io";
  const deletionTimestamp = "2026-01-03T12:00:00Z";
  terminal.api.put("customresourcedefinitions", { metadata: { name, deletionTimestamp } });
  expect(await ill()).toEqual([
    expect.objectContaining({
      check: "kinds",
      state: "warning",
      message: expect.stringContaining(`${name} is being deleted since ${deletionTimestamp}`),
      fix: expect.objectContaining({ what: expect.stringContaining("docs/uninstall.md") }),
    }),
  ]);
  terminal.api.deny = (_verb, plural) => plural === "customresourcedefinitions";
  expect(await ill()).toEqual([]);
});

test("a controller that is away is a problem, and what it said before counts for nothing", async () => {
  lead([{ name: "kong", ok: false, warns: false, detail: "does not answer" }], {
    renewTime: "2026-01-03T23:00:00.000000Z",
  });
  expect((await doctor()).code).toBe(1);
  expect(await ill()).toEqual([
    expect.objectContaining({
      check: "controller",
      state: "problem",
      message: expect.stringMatching(/^the controller has not renewed its Lease kong-system\/domain-claims for 60m/),
      fix: expect.objectContaining({
        command: "kubectl get pods -n kong-system -l app.kubernetes.io/name=domain-claims",
      }),
    }),
  ]);
});

test("a leader that is overdue is warned of as soon as clocks don't explain it", async () => {
  lead(healthy, { renewTime: "2026-01-03T23:59:36.000000Z" });
  expect(await ill()).toEqual([]);
  lead(healthy, { renewTime: "2026-01-03T23:59:34.000000Z" });
  expect(await ill()).toEqual([
    expect.objectContaining({
      ...{ check: "controller", state: "warning" },
      message: expect.stringMatching(
        /^pod-1_x has not renewed its Lease kong-system\/domain-claims for 26s: it stands still/,
      ),
      fix: expect.objectContaining({
        command: "kubectl get pods -n kong-system -l app.kubernetes.io/name=domain-claims",
      }),
    }),
  ]);
});

test("a controller that has never led is warned of, to those who may see that, and so are claims that nobody decides", async () => {
  terminal.api.drop("leases", "kong-system", "domain-claims");
  const claim = (name: string, creationTimestamp: string): void => {
    terminal.api.put("domains", {
      metadata: { name, namespace: "marvin-org", creationTimestamp },
      spec: { primary: `${name}.org` },
    });
  };
  claim("old", "2026-01-03T23:58:00Z");
  claim("new", "2026-01-03T23:59:30Z");
  const command = "kubectl get pods -A -l app.kubernetes.io/name=domain-claims";
  expect(await ill()).toEqual([
    expect.objectContaining({ check: "controller", state: "warning", fix: expect.objectContaining({ command }) }),
    expect.objectContaining({
      ...{
        check: "claims",
        state: "problem",
        message: "old.org was claimed at 2026-01-03T23:58:00Z, and nobody has decided it",
      },
      fix: expect.objectContaining({ command }),
    }),
  ]);
  terminal.api.deny = (_verb, plural) => plural === "leases";
  expect((await ill())[0]).toMatchObject({ check: "controller", state: "unknown" });
});

describe("a Lease that a tenant made under the controller's name", () => {
  const spoken = "well\n\nok  kong  answers\u001b]0;owned\u0007";
  const many = Array.from({ length: 10_000 }, () => ({ name: "kong", ok: false, warns: false, detail: spoken }));
  const evil = { holderIdentity: "$(reboot)\u001b[2J\nok  kong  answers\n_x" };

  beforeEach(() => {
    terminal.api.drop("leases", "kong-system", "domain-claims");
  });

  test("is not believed beside another", async () => {
    lead(healthy, {}, "domain-claims");
    lead(many, evil, "aaa");
    expect(await ill()).toEqual([expect.objectContaining({ check: "controller", state: "unknown" })]);
  });

  test("makes no command that does something else, and no line of its own", async () => {
    lead([...many, { name: "x\nok  kong", ok: true, warns: false, detail: "" }], evil, "aaa");
    const { stdout } = await doctor();
    expect(stdout).toContain("kubectl logs -n aaa '$(reboot)^[[2J ok kong answers '");
    expect(stdout).not.toMatch(/\u001b|^ok {2}kong|answers\n/m);
    expect(stdout.split("\n").length).toBeLessThan(100);
  });

  test("has version say nothing to a terminal", async () => {
    lead(healthy, evil, "aaa");
    const { stdout } = await terminal.type(["version"]);
    expect(stdout).toContain("Lease aaa/domain-claims is held by $(reboot)^[[2J ok kong answers _x");
  });
});

test("what the leader says is not well is told, with where to look", async () => {
  lead([
    { name: "kong", ok: false, warns: false, detail: "does not answer" },
    { name: "proof", ok: true, warns: true, detail: "the gateway is behind" },
  ]);
  expect(await ill()).toEqual([
    expect.objectContaining({ check: "kong", state: "problem", message: "does not answer" }),
    expect.objectContaining({
      ...{ check: "proof", state: "warning" },
      fix: expect.objectContaining({ command: "kubectl logs -n kong-system pod-1" }),
    }),
  ]);
});

test.each([
  ["no JSON", "{"],
  ["not a list", JSON.stringify({ name: "kong" })],
  [
    "a list of other things",
    JSON.stringify([1, null, { name: "kong" }, { name: 1, ok: true, warns: true, detail: "" }]),
  ],
])("checks on a Lease that are %s tell nothing, and fail nothing", async (_, text) => {
  terminal.api.put("leases", {
    metadata: {
      ...{ name: "domain-claims", namespace: "kong-system" },
      annotations: { [leaseAnnotations.checks]: text },
    },
    spec: { holderIdentity: "pod-1_x", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:59:57.000000Z" },
  });
  expect(await ill()).toEqual([]);
});

test("a clock that is wrong is said, whichever way", async () => {
  clock = "Sat, 03 Jan 2026 23:58:45 GMT";
  expect(await ill()).toMatchObject([
    { check: "clock", state: "warning", message: expect.stringContaining("75 s ahead") },
  ]);
  clock = "Sun, 04 Jan 2026 00:00:11 GMT";
  expect(await ill()).toMatchObject([{ message: expect.stringContaining("11 s behind") }]);
  clock = "Sun, 04 Jan 2026 00:00:10 GMT";
  expect(await ill()).toEqual([]);
});

test("rights that are missing are named with the commands that need them", async () => {
  terminal.api.deny = (verb, plural) => plural === "domains" && (verb === "create" || verb === "delete");
  const { code, stdout } = await doctor();
  expect(code).toBe(1);
  expect(stdout).toContain("in marvin-org you may not create domains (claim), delete domains (release)");
  expect(stdout).toContain("kubectl create rolebinding domains --clusterrole=edit --user=NAME -n marvin-org");
  terminal.api.deny = (verb, plural) => plural === "hostrecords" && verb === "list";
  expect((await doctor()).code).toBe(0);
  expect(await ill()).toMatchObject([{ check: "rights", state: "warning" }]);
});

test("where the API server does not say what one may do, nothing is promised", async () => {
  terminal.api.intercept = (request, response) => {
    if (request.url?.includes("selfsubjectaccessreviews") !== true) return answer(request, response);
    response.writeHead(403).end(JSON.stringify({ kind: "Status", message: "forbidden", code: 403 }));
    return true;
  };
  expect(await ill()).toMatchObject([{ check: "rights", state: "unknown" }]);
});

test("which class is served is what the leader says", async () => {
  terminal.api.put("leases", {
    metadata: {
      ...{ name: "domain-claims", namespace: "kong-system" },
      annotations: { [leaseAnnotations.ingressController]: "example.org/web" },
    },
    spec: { holderIdentity: "pod-1_x", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:59:57.000000Z" },
  });
  expect(await ill()).toMatchObject([
    {
      ...{ check: "class", state: "warning" },
      message: expect.stringContaining("no IngressClass names the controller example.org/web"),
    },
  ]);
  terminal.api.put("ingressclasses", { metadata: { name: "web" }, spec: { controller: "example.org/web" } });
  expect((await doctor()).stdout).toMatch(/^ok +class +the IngressClass web is served$/m);
});

test("what may not be read is unknown, and stops nothing", async () => {
  terminal.api.deny = (_verb, plural) => ["leases", "ingressclasses", "ingresses"].includes(plural);
  expect((await ill()).map(({ check, state }) => `${check} ${state}`)).toEqual([
    "controller unknown",
    "rights warning",
    "class unknown",
    "ingresses unknown",
  ]);
});

test("claims that fail, are not ready, or do not go are named, and of many only the first", async () => {
  const put = (name: string, status: object, metadata: object = {}): void => {
    terminal.api.put("domains", {
      metadata: { name, namespace: "marvin-org", ...metadata },
      spec: { primary: `${name}.org` },
      status,
    });
  };
  put("fine", { phase: "OK", conditions: [{ type: "Ready", status: "True", reason: "Live" }] });
  put("failed", { phase: "Failed", reason: "AlreadyClaimed" });
  put("waits", { phase: "OK", conditions: [{ type: "Ready", status: "False", reason: "KongUnreachable" }] });
  put("goes", { phase: "OK" }, { deletionTimestamp: "2026-01-03T00:00:00Z" });
  expect((await ill()).map(({ state, message, fix }) => [state, message, fix?.command]).sort()).toEqual([
    ["problem", "failed.org: AlreadyClaimed", "kubectl domain explain failed.org -n marvin-org"],
    [
      "warning",
      "goes.org is being released since 2026-01-03T00:00:00Z",
      "kubectl domain explain goes.org -n marvin-org",
    ],
    ["warning", "waits.org is not ready: KongUnreachable", "kubectl domain explain waits.org -n marvin-org"],
  ]);
  for (let i = 0; i < 30; i++) put(`x${String(i)}`, { phase: "Failed", reason: "AlreadyClaimed" });
  expect((await ill()).at(-1)).toMatchObject({ state: "problem", message: "... and 23 more" });
  expect((await ill()).length).toBe(11);
});

test("claims that are well are counted, unless none of them is", async () => {
  const put = (name: string, phase: string): void => {
    const status = { phase, reason: "AlreadyClaimed" };
    terminal.api.put("domains", { metadata: { name, namespace: "marvin-org" }, spec: { primary: "a.org" }, status });
  };
  put("ill", "Failed");
  expect((await doctor()).stdout).not.toMatch(/^ok +claims/m);
  put("well", "OK");
  expect((await doctor()).stdout).toMatch(/^ok +claims +1 of 2 claims in marvin-org are as they should be$/m);
});

test("Ingresses that will never be served are named: nobody here claims the host, or the class is not served", async () => {
  const put = (name: string, ingressClassName: string | undefined, host: string): void => {
    terminal.api.put("ingresses", {
      metadata: { name, namespace: "marvin-org" },
      spec: { ...(ingressClassName === undefined ? {} : { ingressClassName }), rules: [{ host }] },
    });
  };
  terminal.api.put("domains", {
    metadata: { name: "mine", namespace: "marvin-org" },
    spec: { primary: "mine.org" },
    status: { phase: "OK" },
  });
  put("served", "kong", "mine.org");
  put("unclaimed", "kong", "shop.org");
  put("typo", "kogn", "mine.org");
  put("others", "nginx", "other.org");
  put("classless", undefined, "other.org");
  expect((await ill()).map(({ check, state, message }) => [check, state, message.split(":")[0]]).sort()).toEqual([
    ["ingresses", "warning", "classless"],
    ["ingresses", "warning", "typo"],
    ["ingresses", "warning", "unclaimed"],
  ]);
});

test.each([
  [["a"], "1 Ingress was looked at in marvin-org"],
  [["a", "b"], "2 Ingresses were looked at in marvin-org"],
])("of the Ingresses %j it says: %s", async (names, sentence) => {
  for (const name of names) terminal.api.put("ingresses", { metadata: { name, namespace: "marvin-org" } });
  expect((await doctor()).stdout).toMatch(new RegExp(`^ok +ingresses +${sentence};`, "m"));
});

test("an IngressClass that nobody made is a warning", async () => {
  terminal.api.drop("ingressclasses", undefined, "kong");
  expect(await ill()).toMatchObject([{ check: "class", state: "warning" }]);
});

test.each([
  ["0.1.0", "0.1.9", undefined],
  ["0.1.0", undefined, undefined],
  ["0.1.0", "0.2.0", "update the plugin"],
  ["1.0.0", "0.9.3", "update the controller"],
])("plugin %s and controller %s: %s", (plugin, controller, said) => {
  const skew = versionSkew(plugin, controller);
  if (said === undefined) expect(skew).toBeUndefined();
  else expect(skew).toContain(said);
});
