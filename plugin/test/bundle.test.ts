import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { buildPlugin } from "../build.ts";
import { runProgram } from "../src/kube/program.ts";
import type { Ran } from "../src/kube/program.ts";
import { kubectl } from "./support/kubectl.ts";
import { claim, openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let home: string;
let terminal: Terminal;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "bundle-"));
  cpSync(join(import.meta.dirname, "..", "bin"), join(home, "plugin", "bin"), { recursive: true });
  await buildPlugin(join(home, "plugin", "dist"));
  terminal = await openTerminal();
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  writeFileSync(join(home, "config"), JSON.stringify({ apiVersion: "v1", kind: "Config", ...terminal.view }));
}, 60_000);

afterAll(async () => {
  rmSync(home, { recursive: true });
  await terminal.close();
});

async function run(argv: readonly string[], more: Record<string, string> = {}): Promise<Ran> {
  const path = [join(home, "plugin", "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const env = { PATH: path, HOME: home, KUBECONFIG: join(home, "config"), KUBECTL: kubectl, ...more };
  return await runProgram(kubectl, argv, env);
}

test("kubectl runs the plugin, and hands its exit code on", async () => {
  expect(await run(["domain", "list"])).toEqual({
    code: 0,
    stdout: "NAME   HOST       PHASE   REASON   AGE\nacme   acme.org   OK      Held     3d\n",
    stderr: "",
  });
  expect(await run(["domain", "share", "acme.org"])).toMatchObject({ code: 1, stdout: "" });
  expect((await run(["domain", "--version"])).stdout).toMatch(/^kubectl-domain v\d+\.\d+\.\d+\n$/);
});

test("help is there for the plugin and for each command, and names what people type", async () => {
  const { code, stdout } = await run(["domain"]);
  expect(code).toBe(0);
  for (const name of ["claim", "share", "unshare", "list", "tree", "explain", "whois", "release", "completion"])
    expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  const claimHelp = (await run(["domain", "claim", "-h"])).stdout;
  expect(claimHelp).toContain("$ kubectl domain claim HOST");
  expect((await run(["domain", "help", "claim"])).stdout).toBe(claimHelp);
});

test("kubectl completes through the plugin", async () => {
  const { stdout } = await runProgram(join(home, "plugin", "bin", "kubectl_complete-domain"), ["sha"], {
    PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: home,
  });
  expect(stdout).toMatch(/^share\t.*\n:4\n$/);
});

test("a Node that is too old is told in a sentence", async () => {
  const pretend = join(home, "old.cjs");
  writeFileSync(
    pretend,
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } });',
  );
  expect(await run(["domain", "list"], { NODE_OPTIONS: `--require=${pretend}` })).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "error: kubectl domain needs Node 22.19 or newer, and this is 20.1.0: install a newer one (https://nodejs.org) and put it first on the PATH\n",
  });
});

test("a checkout that is not built says what to do", async () => {
  cpSync(join(home, "plugin", "bin"), join(home, "bare", "bin"), { recursive: true });
  const ran = await runProgram(join(home, "bare", "bin", "kubectl-domain"), ["list"], { PATH: process.env["PATH"] });
  expect(ran).toEqual({
    code: 1,
    stdout: "",
    stderr: 'error: the plugin is not built yet: run "make" in its checkout\n',
  });
});
