import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { load } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";

import { runProgram } from "../src/kube/program.ts";
import { discovery } from "./support/discovery.ts";
import { kubectl } from "./support/kubectl.ts";
import { claim, openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let home: string;

beforeAll(async () => {
  terminal = await openTerminal();
  terminal.api.intercept = discovery;
  home = mkdtempSync(join(tmpdir(), "kubectl-get-"));
  writeFileSync(join(home, "config"), JSON.stringify({ apiVersion: "v1", kind: "Config", ...terminal.view }));
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", holder: "marvin-org/acme" }),
  );
  const waiting = claim(
    "marvin-org",
    "a-rather-long-name.acme.org",
    { primary: "acme.org", sub: "x" },
    { phase: "Failed", reason: "AlreadyClaimed", parent: "acme-org" },
  );
  terminal.api.put("domains", { ...waiting, metadata: { ...waiting.metadata, labels: { tier: "1", team: "x" } } });
  terminal.api.put("domains", { metadata: { name: "new", namespace: "marvin-org" }, spec: { primary: "new.org" } });
  terminal.api.put("domains", claim("c", "c", { primary: "c.org" }));
});

afterAll(async () => {
  rmSync(home, { recursive: true });
  await terminal.close();
});

async function run(...argv: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: home, KUBECONFIG: join(home, "config") };
  const { code, stdout, stderr } = await runProgram(kubectl, argv, env);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout;
}

test.each([
  [[]],
  [["-A"]],
  [["-A", "-o", "wide"]],
  [["--show-labels"]],
  [["--no-headers", "-o", "wide", "--show-labels"]],
  [["-n", "c"]],
  [["acme"]],
  [["acme", "new"]],
  [["-l", "team=x"]],
  [["-o", "name"]],
  [["-o", "json"]],
  [["acme", "-o", "json"]],
])("`list %s` prints what `kubectl get domains` prints", { tags: "long" }, async (argv) => {
  const { stdout } = await terminal.type(["list", ...argv]);
  expect(stdout).toBe(await run("get", "domains", ...argv));
});

test.each([[["-o", "yaml"]], [["acme", "-o", "yaml"]]])(
  "`list %s` says in YAML what `kubectl get domains` says",
  { tags: "long" },
  async (argv) => {
    const { stdout } = await terminal.type(["list", ...argv]);
    const theirs = await run("get", "domains", ...argv);
    expect(load(stdout)).toEqual(load(theirs));
    expect(stdout.replaceAll('"', "'")).toBe(theirs.replaceAll('"', "'"));
  },
);
