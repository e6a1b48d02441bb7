import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { libraries, qemu, whyNoArm64Libraries } from "./support/arm64.ts";
import { keptControlPlane } from "./support/controlplane/kept.ts";
import type { ControlPlane } from "./support/controlplane/control-plane.ts";
import { docBlock } from "./support/doc-blocks.ts";
import { krewProgram } from "./support/krew/krew.ts";
import { PROJECT } from "./support/world/project.ts";
import { runKubectl } from "./support/world/kubectl.ts";
import type { Output } from "./support/world/kubectl.ts";
import { runScript } from "./support/world/script.ts";

const crds = fileURLToPath(new URL("../crds/", import.meta.url));
const run = promisify(execFile);

let home: string;
let release: string;
let cluster: ControlPlane;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "plugin-release-"));
  release = join(home, "release");
  mkdirSync(release);
  await makeRelease("--here", "--folder", release);
  cluster = await keptControlPlane({ crds });
  const claim = { apiVersion: "platform.koli.io/v1", kind: "Domain", metadata: { name: "acme" } };
  await cluster.api.must("POST", "/apis/platform.koli.io/v1/namespaces/default/domains", {
    ...claim,
    spec: { primary: "acme.org" },
  });
});

afterAll(async () => {
  await cluster.stop();
  rmSync(home, { recursive: true });
});

async function makeRelease(...args: readonly string[]): Promise<void> {
  await run(process.execPath, [join(PROJECT, "plugin/release/release.ts"), ...args]);
}

/** The one file of a release, the one for this platform unless another is given, that ends so. */
function fileOf(end: string, folder = release): string {
  const [name, ...others] = readdirSync(folder).filter((file) => file.endsWith(end));
  if (name === undefined || others.length > 0) throw new Error(`${end}: ${[name, ...others].join()}`);
  return join(folder, name);
}

/** kubectl, with a plugin's folder on its PATH and little else: no Node unless it is given. */
async function kubectl(folders: readonly string[], ...args: readonly string[]): Promise<Output> {
  const path = [...folders, dirname(cluster.kubectl), "/usr/bin", "/bin"].join(delimiter);
  return await runKubectl(cluster.kubectl, args, {
    kubeconfig: cluster.kubeconfig,
    env: { PATH: path, HOME: home },
  });
}

/** What a plugin that was installed into a folder can do. */
async function works(folders: readonly string[]): Promise<void> {
  expect(await kubectl(folders, "domain", "list", "-o", "name")).toEqual({
    code: 0,
    stdout: "domain.platform.koli.io/acme\n",
    stderr: "",
  });
  expect((await kubectl(folders, "domain", "claim", "--help")).stdout).toContain("$ kubectl domain claim HOST");
  expect((await kubectl(folders, "domain", "claim", "Bücher.Example", "--dry-run", "-o", "yaml")).stdout).toContain(
    "primary: xn--bcher-kva.example",
  );
  expect(await kubectl(folders, "domain", "share", "acme.org")).toMatchObject({ code: 1 });
  const completed = await kubectl(folders, "domain", "completion", "--install", "--dir", folders[0] ?? "");
  expect(completed).toMatchObject({ code: 0, stderr: "" });
  expect((await kubectl(folders, "__complete", "domain", "whoi")).stdout).toContain("whois\t");
}

/** Types what docs/plugin.md says, beside the files of the release; returns what it printed. */
async function type(script: string, path: readonly string[] = []): Promise<string> {
  return await runScript(script.replaceAll("linux-amd64", `linux-${arch}`), {
    cwd: release,
    env: {
      ...{ HOME: home, KUBECONFIG: cluster.kubeconfig, KREW_NO_UPGRADE_CHECK: "1" },
      ...{ npm_config_offline: "true", npm_config_prefix: join(home, "npm") },
      PATH: [...path, dirname(cluster.kubectl), process.env["PATH"]].join(delimiter),
    },
  });
}

const [byNpm = "", byKrew = ""] = docBlock("plugin.md", "sh", "npm install").split("\n");

test("the package installs by itself, with nothing from a registry, and works through kubectl", async () => {
  await type(byNpm);
  expect(readdirSync(join(home, "npm/lib/node_modules"))).toEqual(["kubectl-domain"]);
  await works([join(home, "npm/bin"), dirname(process.execPath)]);
});

test("krew installs the executable by the manifest, and it works without a Node on the PATH", async () => {
  const folder = join(home, "with-krew");
  mkdirSync(folder);
  symlinkSync(await krewProgram(), join(folder, "kubectl-krew"));
  expect(await type(byKrew, [folder])).toContain("Installed plugin: domain");
  await works([join(home, ".krew/bin")]);
});

test("the executable is unpacked into a folder of the PATH, and installs its completion", async () => {
  const folder = join(home, ".local/bin");
  expect(await type(docBlock("plugin.md", "sh", "tar --extract"), [folder])).toContain("Client: kubectl-domain v");
  expect(await type(docBlock("plugin.md", "sh", "completion --install"), [folder])).toBe(
    `installed ${join(folder, "kubectl_complete-domain")}\n`,
  );
});

test("the executable for arm64 works where qemu runs it", async ({ skip }) => {
  const why = arch === "arm64" ? "this is arm64, and the tests above ran it" : await whyNoArm64Libraries();
  skip(why !== undefined, why);
  const [other, unpacked, folder] = ["release-arm64", "arm64", "arm64-bin"].map((name) => join(home, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [other, unpacked, folder]) mkdirSync(made);
  await makeRelease("--platform", "linux-arm64", "--folder", other);
  await run("tar", ["xzf", fileOf("-linux-arm64.tar.gz", other), "-C", unpacked]);
  const started = `#!/bin/sh\nexec ${qemu} -L ${libraries} ${join(unpacked, "kubectl-domain")} "$@"\n`;
  writeFileSync(join(folder, "kubectl-domain"), started, { mode: 0o755 });
  expect((await kubectl([folder], "domain", "version", "--client")).stdout).toMatch(/^Client: kubectl-domain v/);
  await works([folder]);
});

describe("the executable for Windows", () => {
  let other: string;

  // A machine that is busy otherwise takes minutes for it.
  beforeAll(async () => {
    other = join(home, "release-windows");
    mkdirSync(other);
    await makeRelease("--platform", "windows-amd64", "--folder", other);
  });

  test("is a program for amd64 with the plugin in it, and says of no signature that it has one", async () => {
    const folder = join(home, "windows");
    mkdirSync(folder);
    await run("sha256sum", ["--check", "--strict", "checksums.txt"], { cwd: other });
    await run("tar", ["xzf", fileOf("-windows-amd64.tar.gz", other), "-C", folder]);
    const program = readFileSync(join(folder, "kubectl-domain.exe"));
    const header = program.readUInt32LE(0x3c);
    expect(program.toString("latin1", header, header + 4)).toBe("PE\0\0");
    expect(program.readUInt16LE(header + 4), "the machine is amd64").toBe(0x8664);
    expect(program.readBigUInt64LE(header + 24 + 144), "the entry of the certificate table is empty").toBe(0n);
    // what Node looks for, and what it then finds: https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
    expect(program.includes("NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1")).toBe(true);
    expect(program.includes(Buffer.from("NODE_SEA_BLOB", "utf16le"))).toBe(true);
    expect(program.includes("See 'kubectl domain --help' for usage.")).toBe(true);
  });
});

test("without an executable for macOS the manifest gives it the archive for Node, which works with a Node on the PATH", async () => {
  const { spec } = load(readFileSync(fileOf("domain.yaml"), "utf8")) as {
    spec: { platforms: { selector: { matchLabels: { os: string } }; uri: string; sha256: string; bin: string }[] };
  };
  const archive = fileOf("-node.tar.gz");
  const { stdout } = await run("sha256sum", [archive]);
  const macs = spec.platforms.filter(({ selector }) => selector.matchLabels.os === "darwin");
  expect(macs.map(({ sha256, bin }) => ({ sha256, bin }))).toEqual(
    [0, 1].map(() => ({ sha256: stdout.split(" ")[0], bin: "bin/kubectl-domain" })),
  );
  const folder = join(home, "macos");
  mkdirSync(folder);
  await run("tar", ["xzf", archive, "-C", folder]);
  await works([join(folder, "bin"), dirname(process.execPath)]);
});

test("executables that were made on Macs are in the manifest, and krew installs them by it on macOS", async () => {
  const [made, other, bin] = ["made", "release-whole", "krew-for-macs"].map((name) => join(home, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [made, other, bin]) mkdirSync(folder);
  // Those of Linux stand in for them: what krew does is the same.
  const here = fileOf(`-linux-${arch}.tar.gz`);
  const named = (platform: string): string => basename(here).replace(`linux-${arch}`, platform);
  for (const platform of [`linux-${arch}`, "darwin-amd64", "darwin-arm64"])
    copyFileSync(here, join(made, named(platform)));
  await makeRelease("--here", "--archives", made, "--folder", other);
  await run("sha256sum", ["--check", "--strict", "checksums.txt"], { cwd: other });
  const manifest = join(other, "domain.yaml");
  expect(readFileSync(manifest, "utf8")).not.toContain("Node.js");
  for (const mac of ["amd64", "arm64"]) {
    const root = join(bin, mac);
    await run(
      await krewProgram(),
      ["install", `--manifest=${manifest}`, `--archive=${join(other, named(`darwin-${mac}`))}`],
      { env: { ...process.env, KREW_ROOT: root, KREW_OS: "darwin", KREW_ARCH: mac, KREW_NO_UPGRADE_CHECK: "1" } },
    );
    expect(readlinkSync(join(root, "bin/kubectl-domain"))).toMatch(/\/kubectl-domain$/);
    await works([join(root, "bin")]);
  }
  writeFileSync(join(made, named("darwin-arm64").replace(/-v[^-]*/, "-v0.0.9")), "");
  await expect(makeRelease("--here", "--archives", made, "--folder", other)).rejects.toThrow(
    "kubectl-domain-v0.0.9-darwin-arm64.tar.gz is no archive of",
  );
});

test("what is typed on a Mac after an executable was made there works here, too", async () => {
  const workflow = load(readFileSync(join(PROJECT, ".github/workflows/macos.yml"), "utf8")) as {
    jobs: { executable: { steps: { name?: string; run?: string }[] } };
  };
  const step = workflow.jobs.executable.steps.find(({ name }) => name?.startsWith("krew installs the executable"));
  const [checkout, temp] = [join(home, "checkout"), join(home, "runner-temp")];
  for (const folder of [join(checkout, ".build"), temp]) mkdirSync(folder, { recursive: true });
  symlinkSync(release, join(checkout, ".build/plugin"));
  symlinkSync(await krewProgram(), join(temp, "kubectl-krew"));
  const said = await runScript((step?.run ?? "").replaceAll("darwin", "linux"), {
    cwd: checkout,
    env: { HOME: join(home, "runner"), PATH: process.env["PATH"], ARCH: arch, RUNNER_TEMP: temp },
  });
  expect(said).toMatch(/^Client: kubectl-domain v.*^ +\$ kubectl domain list$/ms);
});

test("an executable for macOS is not made on Linux", async () => {
  await expect(makeRelease("--platform", "darwin-arm64", "--folder", join(home, "none"))).rejects.toThrow(
    "darwin-arm64 can't be made here; linux-amd64, linux-arm64, windows-amd64 can",
  );
});

test("checksums are those of the files", async () => {
  const { stdout } = await run("sha256sum", ["--check", "--strict", "checksums.txt"], { cwd: release });
  expect(stdout.trim().split("\n")).toHaveLength(readdirSync(release).length - 1);
});

const arch = process.arch === "x64" ? "amd64" : process.arch;
