import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { claim, openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

interface Redirect {
  readonly host: string;
  readonly statusCode?: number;
  readonly keepPath?: boolean;
}

/** Has the namespace hold www.acme.org by the claim `www`. */
function holdWww(redirect?: Redirect, status?: { phase: string; reason: string; message?: string }): void {
  const www = claim("marvin-org", "www", { primary: "acme.org", sub: "www" }, status);
  terminal.api.put("domains", { ...www, spec: { ...www.spec, ...(redirect === undefined ? {} : { redirect }) } });
}

function redirect(): unknown {
  return terminal.api.get("domains", "marvin-org", "www")?.spec?.["redirect"];
}

/** Plays the controller: each new generation of a claim is told this of its routes, after a word about what was before. */
function answers(status: "True" | "False", reason: string, message: string): void {
  terminal.api.controller = (object, type) => {
    const { generation } = object.metadata;
    const { observedGeneration, conditions } = object.status ?? {};
    if (type === "DELETED" || object.kind !== "Domain") return;
    const told = (conditions as readonly { observedGeneration: number }[] | undefined)?.[0]?.observedGeneration ?? 0;
    if (generation === 1 || told >= generation) return;
    const now = observedGeneration === generation;
    const condition = now
      ? { type: "Programmed", status, reason, message, observedGeneration: generation }
      : { type: "Programmed", status: "True", reason: "Redirecting", message: "of before", observedGeneration: 1 };
    terminal.api.put("domains", {
      ...object,
      status: { ...object.status, observedGeneration: generation, conditions: [condition] },
    });
  };
}

test("redirect writes it, waits until Kong has it, and says where requests go", async () => {
  holdWww();
  answers("True", "Redirecting", "requests are redirected to http://acme.org (308)");
  expect(await terminal.type(["redirect", "www.acme.org", "--to", "acme.org"])).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/www configured\nwww.acme.org: requests are redirected to http://acme.org (308)\n",
    stderr: "",
  });
  expect(redirect()).toEqual({ host: "acme.org", statusCode: 308, keepPath: true });
});

test("a circle ends with 1 and the controller's reason, not with what was said before", async () => {
  holdWww({ host: "old.org" });
  answers("False", "RedirectCircle", "the redirect leads in a circle: www.acme.org -> acme.org -> www.acme.org");
  const { code, stdout, stderr } = await terminal.type(["redirect", "www.acme.org", "--to", "acme.org"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "domain.platform.koli.io/www configured\n" });
  expect(stderr).toBe(
    "error: www.acme.org is not redirected\nRedirectCircle: the redirect leads in a circle: www.acme.org -> acme.org -> www.acme.org\n",
  );
});

test("a claim that does not hold its host says so", async () => {
  holdWww(undefined, { phase: "Failed", reason: "AlreadyClaimed", message: "somebody else has it" });
  terminal.api.controller = (object) => {
    const { generation } = object.metadata;
    if (object.kind !== "Domain" || object.status?.["observedGeneration"] === generation) return;
    terminal.api.put("domains", { ...object, status: { ...object.status, observedGeneration: generation } });
  };
  const { code, stderr } = await terminal.type(["redirect", "www", "--to", "acme.org"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/redirected by this claim as soon as it holds it\nAlreadyClaimed: somebody else has it\n$/);
});

test("--off takes it away without waiting, and what is so already is unchanged", async () => {
  holdWww({ host: "acme.org" });
  expect((await terminal.type(["redirect", "www.acme.org", "--off"])).stdout).toBe(
    "domain.platform.koli.io/www configured\nwww.acme.org is not redirected: it is served as Ingresses say\n",
  );
  expect(redirect()).toBeUndefined();
  expect((await terminal.type(["redirect", "www.acme.org", "--off"])).stdout).toContain("www unchanged\n");
  holdWww({ host: "acme.org" });
  const again = await terminal.type(["redirect", "www.acme.org", "--to", "acme.org", "--wait=false"]);
  expect(again.stdout).toBe(
    "domain.platform.koli.io/www unchanged\nwww.acme.org is to be redirected to acme.org (308)\n",
  );
});

test("what is not said stays as it is", async () => {
  holdWww({ host: "acme.org", statusCode: 302, keepPath: false });
  await terminal.type(["redirect", "www.acme.org", "--to", "new.org", "--wait=false"]);
  expect(redirect()).toEqual({ host: "new.org", statusCode: 302, keepPath: false });
  await terminal.type(["redirect", "www.acme.org", "--code=301", "--wait=false"]);
  expect(redirect()).toEqual({ host: "new.org", statusCode: 301, keepPath: false });
  await terminal.type(["redirect", "www.acme.org", "--keep-path", "--wait=false"]);
  expect(redirect()).toEqual({ host: "new.org", statusCode: 301, keepPath: true });
  await terminal.type(["redirect", "www.acme.org", "--keep-path=false", "--wait=false"]);
  expect(redirect()).toEqual({ host: "new.org", statusCode: 301, keepPath: false });
});

test("where to is read kindly, and said as it was understood", async () => {
  holdWww();
  const { stderr } = await terminal.type([
    "redirect",
    "https://www.acme.org/",
    "--to",
    "https://Bücher.Example/x",
    "--wait=false", // prettier-ignore
  ]);
  expect(stderr).toContain('reading "https://Bücher.Example/x" as xn--bcher-kva.example (bücher.example)');
  expect(redirect()).toMatchObject({ host: "xn--bcher-kva.example" });
});

describe("nothing is changed", () => {
  test.each([
    [["--to", "*.acme.org"], "requests are sent to one host, and *.acme.org stands for many"],
    [["--to", "www.acme.org"], "www.acme.org can't be redirected to itself: name another host with --to"],
    [["--to", "127.0.0.1"], "IP address"],
    [["--to", "a.org", "--code", "303"], 'invalid code "303": it is one of 308, 301, 307, 302'],
    [["--off", "--to", "a.org"], "--off takes the redirect away: leave out --to, --code and --keep-path"],
    [["--off", "--keep-path=false"], "--off takes the redirect away"],
    [["--code", "301"], "domain.platform.koli.io/www redirects nothing yet: say where to, with --to HOST"],
    [[], "say where to redirect it, with --to HOST, or --off"],
  ])("by %j", async (flags, said) => {
    holdWww();
    const { code, stderr } = await terminal.type(["redirect", "www.acme.org", ...flags]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(said) as string });
    expect(redirect()).toBeUndefined();
  });

  test("of a claim that is being released, or that is not there", async () => {
    const www = claim("marvin-org", "www", { primary: "acme.org", sub: "www" });
    const metadata = { ...www.metadata, deletionTimestamp: "2026-01-03T00:00:00Z" };
    terminal.api.put("domains", { ...www, metadata });
    expect((await terminal.type(["redirect", "www.acme.org", "--to", "a.org"])).stderr).toContain("is being released");
    expect((await terminal.type(["redirect", "b.org", "--to", "a.org"])).stderr).toContain("no claim in the namespace");
  });

  test("by --dry-run, which says what would be", async () => {
    holdWww();
    const { stdout } = await terminal.type(["redirect", "www.acme.org", "--to", "acme.org", "--code=302", "--dry-run"]);
    expect(stdout).toBe(
      [
        "domain.platform.koli.io/www configured (dry run)",
        "1. the claim says that www.acme.org is redirected; where that would lead in a circle it is refused, and nothing answers for it",
        "2. what answers with the redirect comes to Kong; www.acme.org goes on with what it has until the gateway has shown that",
        "3. every request for www.acme.org is redirected to acme.org (302), save for challenges of a certificate authority",
        "4. kubectl domain redirect www.acme.org --off -n marvin-org has it served again",
        "",
      ].join("\n"),
    );
    const yaml = await terminal.type(["redirect", "www", "--to", "acme.org", "--dry-run=client", "-o", "yaml"]);
    expect(yaml.stdout).toContain("redirect:\n    host: acme.org\n    keepPath: true\n    statusCode: 308\n");
    expect(redirect()).toBeUndefined();
  });
});

test("--dry-run says what becomes of the Ingresses that name the host, on the way there and back", async () => {
  holdWww({ host: "acme.org" });
  const off = async (): Promise<string> => (await terminal.type(["redirect", "www", "--off", "--dry-run"])).stdout;
  expect(await off()).toContain("2. www.acme.org serves nothing, as no Ingress in marvin-org names it\n");
  const rules = [{ host: "www.acme.org", http: { paths: [] } }];
  terminal.api.put("ingresses", { metadata: { name: "web", namespace: "marvin-org" }, spec: { rules } });
  expect(await off()).toContain("2. www.acme.org serves what the Ingress web says\n");
  const there = await terminal.type(["redirect", "www", "--to", "new.org", "--dry-run"]);
  expect(there.stdout).toContain("authority; the Ingress web serves it no longer\n");
  expect(redirect()).toEqual({ host: "acme.org" });
});

test("a change of somebody else in between is no failure", async () => {
  holdWww();
  let conflicts = 1;
  terminal.api.intercept = (request, response) => {
    if (request.method !== "PATCH" || conflicts-- !== 1) return false;
    response.writeHead(409, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "Status", code: 409, reason: "Conflict", message: "changed" }));
    return true;
  };
  const { code } = await terminal.type(["redirect", "www.acme.org", "--to", "acme.org", "--wait=false"]);
  expect([code, redirect()]).toMatchObject([0, { host: "acme.org" }]);
});

test("a controller that does not answer is an error after --timeout, though the redirect is written", async () => {
  holdWww();
  const { code, stderr } = await terminal.type(["redirect", "www.acme.org", "--to", "acme.org", "--timeout=150ms"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: timed out after 0\.15s waiting for the redirect of .*www: .*www is written/);
  expect(redirect()).toMatchObject({ host: "acme.org" });
});

test("explain says where a host is redirected, and of a circle what to do", async () => {
  holdWww({ host: "acme.org", statusCode: 301 });
  const message = "the redirect leads in a circle: www.acme.org -> acme.org -> www.acme.org";
  const www = terminal.api.get("domains", "marvin-org", "www");
  const conditions = ["Programmed", "Ready"].map((type) => ({
    type,
    status: "False",
    reason: "RedirectCircle",
    message,
  }));
  terminal.api.put("domains", {
    ...www,
    metadata: { ...www?.metadata, name: "www" },
    status: { ...www?.status, conditions },
  });
  const { stdout } = await terminal.type(["explain", "www.acme.org"]);
  expect(stdout).toMatch(/^Redirect: +to acme\.org \(301\)$/m);
  expect(stdout.match(/kubectl domain redirect www\.acme\.org --off -n marvin-org/g)).toHaveLength(1);
});

test("explain says of an Ingress that a redirect stands in its place, and how to have it served", async () => {
  const message = "www.acme.org is not served from here: its claim www redirects it to acme.org";
  const refusals = [{ reason: "HostRedirected", message }];
  const status = {
    ...{ phase: "OK", reason: "Held", stage: "Redirecting" },
    sources: [{ kind: "Ingress", name: "web", live: 0, refused: 1, refusals }],
    conditions: [{ type: "Programmed", status: "True", reason: "Redirecting", message: "requests are redirected" }],
  };
  holdWww({ host: "acme.org" }, status);
  const backend = { service: { name: "web", port: { number: 80 } } };
  terminal.api.put("services", { metadata: { namespace: "marvin-org", name: "web" }, spec: { ports: [{ port: 80 }] } });
  terminal.api.put("ingressclasses", { metadata: { name: "kong" }, spec: { controller: "platform.koli.io/kong" } });
  terminal.api.put("ingresses", {
    metadata: { namespace: "marvin-org", name: "web" },
    spec: {
      ingressClassName: "kong",
      rules: [{ host: "www.acme.org", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  });
  const { stdout } = await terminal.type(["explain", "ingress/web"]);
  expect(stdout).toContain(message);
  expect(stdout).toContain("kubectl domain redirect www.acme.org --off -n marvin-org");
});
