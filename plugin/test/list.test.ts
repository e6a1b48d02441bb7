import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openTerminal } from "./support/terminal.ts";
import { claim } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

function claims(): void {
  terminal.api.put("domains", {
    ...claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", holder: "marvin-org/acme" }),
  });
  const failed = claim(
    "marvin-org",
    "b",
    { primary: "xn--bcher-kva.example" },
    { phase: "Failed", reason: "AlreadyClaimed" },
  );
  terminal.api.put("domains", { ...failed, metadata: { ...failed.metadata, labels: { team: "b" } } });
  terminal.api.put("domains", claim("coyote-org", "c", { primary: "coyote.org" }));
}

test("list prints the server's own columns as kubectl get does, with U-labels beside A-labels", async () => {
  claims();
  expect(await terminal.type(["list"])).toEqual({
    code: 0,
    stdout:
      "NAME   HOST                                     PHASE    REASON           READY   AGE\n" +
      "acme   acme.org                                 OK       Held                     3d\n" +
      "b      xn--bcher-kva.example (bücher.example)   Failed   AlreadyClaimed           3d\n",
    stderr: "",
  });
  expect(terminal.api.received[0]?.headers.accept).toBe(
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  );
});

test("-A puts the namespace first, -o wide shows columns with a priority, -l selects, --show-labels shows", async () => {
  claims();
  const { stdout } = await terminal.type(["list", "-A", "-o", "wide", "--no-headers"]);
  expect(stdout.split("\n")[0]).toBe(
    "marvin-org   acme   acme.org                                 OK       Held                               marvin-org/acme   3d",
  );
  expect((await terminal.type(["list", "-l", "team=b", "-o", "name"])).stdout).toBe("domain.platform.koli.io/b\n");
  expect((await terminal.type(["ls", "b", "--show-labels"])).stdout).toBe(
    "NAME   HOST                                     PHASE    REASON           READY   AGE   LABELS\nb      xn--bcher-kva.example (bücher.example)   Failed   AlreadyClaimed           3d    team=b\n",
  );
});

test("-o json gives the objects as the API has them, one by its name, several as a List, without managedFields", async () => {
  claims();
  const all = JSON.parse((await terminal.type(["list", "-o", "json"])).stdout) as {
    kind: string;
    items: { kind: string }[];
  };
  expect(all).toMatchObject({ apiVersion: "v1", kind: "List" });
  expect(all.items.map(({ kind }) => kind)).toEqual(["Domain", "Domain"]);
  terminal.api.put("domains", {
    metadata: { name: "acme", namespace: "marvin-org", managedFields: [{}] },
    spec: { primary: "acme.org" },
  });
  const one = (await terminal.type(["list", "acme", "-ojson"])).stdout;
  expect(JSON.parse(one)).toMatchObject({ kind: "Domain", metadata: { name: "acme" } });
  expect(one).not.toContain("managedFields");
});

test("nothing found is said on stderr, with exit code 0; a name that is not there is an error", async () => {
  expect(await terminal.type(["list"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "No resources found in marvin-org namespace.\n",
  });
  expect(await terminal.type(["list", "-A"])).toEqual({ code: 0, stdout: "", stderr: "No resources found\n" });
  expect((await terminal.type(["list", "nope"])).stderr).toBe('error: domains.platform.koli.io "nope" not found\n');
  expect((await terminal.type(["list", "nope", "-A"])).stderr).toBe(
    "error: a resource cannot be retrieved by name across all namespaces\n",
  );
  expect((await terminal.type(["list", "nope", "-l", "a=b"])).stderr).toBe(
    "error: name cannot be provided when a selector is specified\n",
  );
});

test("long lists are read in pages", async () => {
  for (let at = 0; at < 1203; at += 1)
    terminal.api.put("domains", claim("marvin-org", `d${String(at)}`, { primary: `d${String(at)}.org` }));
  expect((await terminal.type(["list", "-o", "name"])).stdout.trim().split("\n")).toHaveLength(1203);
  expect(terminal.api.received.filter(({ url }) => url.includes("/domains"))).toHaveLength(3);
});

test("-w goes on with changes, in line with the rows before", async () => {
  claims();
  let printed = "";
  const watching = openTerminalOn(terminal, (text) => (printed += `${text}\n`));
  await until(() => printed.includes("AGE"));
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "Failed", reason: "PublicSuffix" }),
  );
  await until(() => printed.includes("PublicSuffix"));
  expect(printed.split("\n").at(-2)).toBe(
    "acme   acme.org                                 Failed   PublicSuffix             3d",
  );
  await terminal.api.stop();
  await watching;
});

/** `list -w` in the terminal's cluster; ends when its API server does. */
async function openTerminalOn(on: Terminal, out: (text: string) => void): Promise<unknown> {
  const other = await openTerminal({ out, view: async () => await Promise.resolve(on.view) });
  return await other.type(["list", "-w"]).finally(other.close);
}

async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; !done() && tries < 500; tries += 1) await sleep(10);
}

test("list says beside its table who is being released, and that Kong and the controller are away", async () => {
  claims();
  const conditions = [{ type: "Programmed", status: "False", reason: "KongUnreachable", message: "refused" }];
  const leaving = claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", conditions });
  const metadata = { ...leaving.metadata, deletionTimestamp: "2026-01-03T23:30:00Z" };
  terminal.api.put("domains", { ...leaving, metadata });
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "kong-system" },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
  });
  expect((await terminal.type(["list"])).stderr).toBe(
    "note: being released: acme\n" +
      "note: Kong does not answer, so nothing changes there for acme\n" +
      "note: the controller has not renewed its Lease kong-system/domain-claims for 60m: nothing is decided until it is back, and what claims say may be old\n",
  );
  expect((await terminal.type(["list", "-o", "name"])).stderr).toBe("");
  expect((await terminal.type(["list", "-A"])).stderr).toContain("note: being released: marvin-org/acme\n");
});

test("-w begins anew where what came in between is lost", async () => {
  claims();
  let printed = "";
  let expired = false;
  terminal.api.intercept = (request, response) => {
    if (expired || request.url?.includes("watch=true") !== true) return false;
    expired = true;
    const metadata = { name: "b", namespace: "marvin-org" };
    terminal.api.put("domains", { metadata, spec: { primary: "b.org" }, status: { host: "b.org", phase: "OK" } });
    response.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } })}\n`);
    return true;
  };
  const watching = openTerminalOn(terminal, (text) => (printed += `${text}\n`));
  await until(() => /^b +b\.org/m.test(printed));
  expect(printed.match(/^b .*$/gm)?.at(-1)).toMatch(/^b +b\.org +OK/);
  await terminal.api.stop();
  await watching;
});

test("columns beside wide characters stand in line", async () => {
  terminal.api.put("domains", claim("marvin-org", "a", { primary: "xn--wgv71a119e.jp" }));
  terminal.api.put("domains", claim("marvin-org", "b", { primary: "plain.example" }));
  const [wide = "", plain = ""] = (await terminal.type(["list", "--no-headers"])).stdout.split("\n");
  expect(wide).toContain("(日本語.jp)");
  expect(wide.indexOf("OK") + "日本語".length).toBe(plain.indexOf("OK"));
});

test.each([
  [
    [
      "list",
      "-A",
      "-l",
      "a=b",
      "--sort-by=.metadata.name",
      "-n",
      "x",
      "--context",
      "c",
      "--as-group=g",
      "--as-group=h",
    ],
    [
      "get",
      "domains.platform.koli.io",
      "--all-namespaces",
      "--selector=a=b",
      "--sort-by=.metadata.name",
      "--namespace=x",
      "--context=c",
      "--as-group=g",
      "--as-group=h",
    ],
  ],
  [
    ["list", "acme", "-o", "jsonpath={.spec}", "--request-timeout=1m"],
    ["get", "domains.platform.koli.io", "acme", "--output=jsonpath={.spec}", "--request-timeout=60000ms"],
  ],
  [
    ["whois", "*.Acme.org", "-o", "custom-columns=A:.a", "-v=6", "--insecure-skip-tls-verify"],
    [
      "get",
      "hostrecords.platform.koli.io",
      "wc--any.acme.org",
      "--output=custom-columns=A:.a",
      "--insecure-skip-tls-verify",
      "--v=6",
    ],
  ],
])("%j is printed by kubectl itself, whose exit code is handed on", async (typed, asked) => {
  await terminal.close();
  const seen: (readonly string[])[] = [];
  terminal = await openTerminal({ kubectl: async (argv) => await Promise.resolve((seen.push(argv), 3)) });
  expect((await terminal.type(typed)).code).toBe(3);
  expect(seen).toEqual([asked]);
});
