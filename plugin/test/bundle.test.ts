/** @module-tag long */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { buildPlugin } from "../build.ts";
import { runProgram } from "../src/kube/program.ts";
import type { Ran } from "../src/kube/program.ts";
import { selfSigned } from "./support/certificate.ts";
import { discovery } from "./support/discovery.ts";
import { FakeApi } from "./support/fake-api.ts";
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
  terminal.api.intercept = discovery;
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  writeFileSync(join(home, "config"), JSON.stringify({ apiVersion: "v1", kind: "Config", ...terminal.view }));
}, 60_000);

afterAll(async () => {
  rmSync(home, { recursive: true });
  await terminal.close();
});

async function run(argv: readonly string[], more: Record<string, string | undefined> = {}): Promise<Ran> {
  return await runProgram(kubectl, argv, { ...surroundings(), ...more });
}

function surroundings(): Record<string, string> {
  const path = [join(home, "plugin", "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter);
  return { PATH: path, HOME: home, KUBECONFIG: join(home, "config"), KUBECTL: kubectl };
}

test("kubectl runs the plugin, and hands its exit code on", async () => {
  expect(await run(["domain", "list"])).toEqual({
    code: 0,
    stdout: "NAME   HOST       PHASE   REASON   READY   AGE\nacme   acme.org   OK      Held             3d\n",
    stderr: "",
  });
  expect(await run(["domain", "share", "acme.org"])).toMatchObject({ code: 1, stdout: "" });
  expect((await run(["domain", "--version"])).stdout).toMatch(/^kubectl-domain v\d+\.\d+\.\d+\n$/);
});

test("output that can't be written, as on a full disk, is an error that says so", async () => {
  const ran = await runProgram("sh", ["-c", "kubectl-domain list > /dev/full"], surroundings());
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: the output can't be written: ENOSPC/) });
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

test("an exit code that is not 1 is handed on: what kubectl prints itself", async () => {
  const ran = await run(["domain", "list", "-o", "jsonpath={.items[*].metadata.name}"], { KUBECTL: kubectl });
  expect(ran).toEqual({ code: 0, stdout: "acme", stderr: "" });
  const names = await run(["domain", "list", "--sort-by=.metadata.name", "--no-headers", "-o", "name"]);
  expect(names.stdout).toBe("domain.platform.koli.io/acme\n");
});

test("a command needs main.cjs alone; what few need is read when it is needed", async () => {
  const bare = join(home, "main-alone");
  cpSync(join(home, "plugin"), bare, { recursive: true });
  const parts = readdirSync(join(bare, "dist")).filter((file) => !/^(kubectl-domain|main)\.cjs$/.test(file));
  for (const file of parts) rmSync(join(bare, "dist", file));
  const alone = async (...argv: readonly string[]): Promise<Ran> =>
    await runProgram(join(bare, "bin", "kubectl-domain"), argv, {
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      HOME: home,
      KUBECONFIG: join(home, "config"),
    });
  expect(await alone("list", "-o", "name")).toMatchObject({ code: 0, stdout: "domain.platform.koli.io/acme\n" });
  expect(await alone("whois", "acme.org")).toMatchObject({ stderr: expect.not.stringContaining("Cannot find module") });
  for (const file of ["help.cjs", "idna.cjs", "suffix.cjs"]) expect(parts).toContain(file);
  expect(await alone("whois", "bücher.example")).toMatchObject({ stderr: expect.stringContaining("idna.cjs") });
  const whole = await run(["domain", "claim", "Bücher.Example", "-n", "marvin-org", "--dry-run", "-o", "yaml"]);
  expect(whole.stdout).toContain("primary: xn--bcher-kva.example");
});

test.each(["is not there", "is not said", "may not be written to"])(
  "a home that %s is no failure, and nothing is made there",
  async (what) => {
    const gone = join(home, "nobody", what.replaceAll(" ", "-"));
    const HOME = what === "is not said" ? undefined : gone;
    if (what === "may not be written to") {
      mkdirSync(gone, { recursive: true });
      chmodSync(gone, 0o555);
    }
    const path = [join(home, "plugin", "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter);
    const env = {
      PATH: path,
      KUBECONFIG: join(home, "config"),
      KUBECTL: kubectl,
      ...(HOME === undefined ? {} : { HOME }),
    };
    const ran = await runProgram(join(home, "plugin", "bin", "kubectl-domain"), ["list", "-o", "name"], env);
    expect(ran).toEqual({ code: 0, stdout: "domain.platform.koli.io/acme\n", stderr: "" });
    expect(existsSync(gone)).toBe(what === "may not be written to");
  },
);

test("a kubeconfig that is named has to be there, and to be one", async () => {
  const gone = await run(["domain", "list", "--kubeconfig", join(home, "gone")]);
  expect(gone).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: stat ${join(home, "gone")}: no such file or directory\n`,
  });
  const folder = await run(["domain", "list", `--kubeconfig=${home}`]);
  expect(folder).toMatchObject({ code: 1, stderr: expect.stringContaining("is a directory") });
  const other = { ...terminal.view, "current-context": "" };
  writeFileSync(join(home, "other"), JSON.stringify({ apiVersion: "v1", kind: "Config", ...other }));
  const nothing = await run(["domain", "list", "--kubeconfig", join(home, "other"), "-o", "name"]);
  expect(nothing).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("localhost:8080") });
});

test.each([
  { NODE_OPTIONS: "--use-bundled-ca" },
  { NODE_OPTIONS: "--use_bundled_ca" },
  { NODE_OPTIONS: "--use-system-ca" },
  { NODE_USE_SYSTEM_CA: "1" },
])("what the environment has Node trust is no failure: %j", async (env) => {
  expect(await run(["domain", "list", "-o", "name"], env)).toMatchObject({ code: 0, stderr: "" });
});

test("a Node of before 24.5 trusts the kubeconfig's authority, too, and no other", async () => {
  const [server, other] = [selfSigned("server"), selfSigned("other")];
  const api = new FakeApi(server);
  api.intercept = discovery;
  api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  const at = `https://127.0.0.1:${String(await api.start())}`;
  const pretend = join(home, "before-24.5.cjs");
  writeFileSync(pretend, 'delete require("node:tls").setDefaultCACertificates;');
  const list = async (authority: string): Promise<Ran> => {
    const file = join(home, "authority.pem");
    writeFileSync(file, authority);
    const flags = [`--server=${at}`, `--certificate-authority=${file}`, "-o", "name"];
    return await run(["domain", "list", ...flags], { NODE_OPTIONS: `--require=${pretend}` });
  };
  expect(await list(server.cert)).toEqual({ code: 0, stdout: "domain.platform.koli.io/acme\n", stderr: "" });
  expect(await list(other.cert)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("certificate") });
  await api.stop();
});

test("Ctrl-C while it waits ends kubectl with 130, and with the command that shows how far it is", async () => {
  const watched = new Promise<void>((resolve) => {
    terminal.api.intercept = (request, response) => {
      if (request.url?.includes("watch=true") === true) resolve();
      return discovery(request, response);
    };
  });
  const child = spawn(kubectl, ["domain", "claim", "new.org"], { env: surroundings() });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await watched;
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([130, null]);
  expect(said).toBe("Interrupted; it goes on by itself. See: kubectl domain explain new.org -n marvin-org\n");
  terminal.api.intercept = discovery;
  terminal.api.drop("domains", "marvin-org", "new.org");
});

test("version tells the plugin's, with --client without a cluster", async () => {
  expect(await run(["domain", "version", "--client"], { KUBECONFIG: join(home, "gone") })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Client: kubectl-domain v\d+\.\d+\.\d+ \(Node v\d+\.\d+\.\d+\)\n$/),
  });
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
    stderr: 'error: the plugin is not built yet: run "make setup" in its checkout\n',
  });
});
