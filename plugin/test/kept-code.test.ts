/** @module-tag long */
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { buildPlugin } from "../build.ts";
import { cacheFolder, keptFor } from "../src/kept-code.ts";
import { runProgram } from "../src/kube/program.ts";
import type { Ran } from "../src/kube/program.ts";

let folder: string;
let kept: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kept-code-"));
  cpSync(join(import.meta.dirname, "..", "bin"), join(folder, "bin"), { recursive: true });
  await buildPlugin(join(folder, "dist"));
  kept = join(folder, "cache", "kubectl-domain");
});

beforeEach(() => {
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  mkdirSync(join(folder, "cache"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(...argv: readonly string[]): Promise<Ran> {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, "cache") };
  return await runProgram(join(folder, "bin", "kubectl-domain"), argv, env);
}

const told = { code: 0, stdout: expect.stringContaining("Client: kubectl-domain"), stderr: "" };
const ofVersion = (): string => join(kept, "main.cjs.version");

test("each command's code is kept after its first run, for the user alone, and is what the next run takes", async () => {
  expect(await run("version", "--client")).toMatchObject(told);
  expect(readdirSync(kept)).toEqual(["main.cjs.version"]);
  const { ino, mode } = statSync(ofVersion());
  expect(mode & 0o777).toBe(0o600);
  expect(await run("version", "--client")).toMatchObject(told);
  expect(statSync(ofVersion()).ino, "code that V8 has not taken is written anew").toBe(ino);
  expect((await run("--help")).code).toBe(0);
  expect(readdirSync(kept)).toEqual(["help.cjs.help", "main.cjs.help", "main.cjs.version"]);
});

test("a run that fails keeps nothing, as it has not used what a command needs", async () => {
  expect(await run("list", "--no-such-flag")).toMatchObject({ code: 1 });
  expect(readdirSync(join(folder, "cache"))).toEqual([]);
});

test.each([
  ["is damaged", (code: Buffer) => code.fill(0x5a, 60_000, 60_040)],
  ["is cut off", (code: Buffer) => code.subarray(0, 60_000)],
  ["is empty", () => Buffer.alloc(0)],
])("kept code that %s is not run, and is written anew", async (_what, damage) => {
  await run("version", "--client");
  const whole = readFileSync(ofVersion());
  writeFileSync(ofVersion(), damage(Buffer.from(whole)));
  expect(await run("version", "--client")).toMatchObject(told);
  expect(readFileSync(ofVersion()).length).toBeGreaterThan(100_000);
  const { ino } = statSync(ofVersion());
  await run("version", "--client");
  expect(statSync(ofVersion()).ino).toBe(ino);
});

test("a folder in which nothing can be kept is no failure", async () => {
  writeFileSync(kept, "");
  expect(await run("version", "--client")).toMatchObject(told);
  expect(readFileSync(kept, "utf8")).toBe("");
});

test("kept code that others could have written is not run", async () => {
  await run("version", "--client");
  const { ino } = statSync(ofVersion());
  chmodSync(ofVersion(), 0o666);
  expect(await run("version", "--client")).toMatchObject(told);
  expect(statSync(ofVersion()).ino).not.toBe(ino);
  expect(statSync(ofVersion()).mode & 0o777).toBe(0o600);
});

/** Has the code kept that another build of the same length has, as if it were of this one. */
async function plant(): Promise<void> {
  const file = join(folder, "dist", "main.cjs");
  const source = readFileSync(file);
  writeFileSync(file, source.toString().replaceAll("Client: ", "Klient: "));
  await run("version", "--client");
  writeFileSync(file, source);
  const code = readFileSync(ofVersion()).subarray(32);
  writeFileSync(ofVersion(), Buffer.concat([createHash("sha256").update(source).update(code).digest(), code]));
}

/** Moves it, and has a link stand there that leads to it. */
function link(path: string): void {
  const elsewhere = join(folder, "cache", "elsewhere");
  renameSync(path, elsewhere);
  symlinkSync(elsewhere, path);
}

test("kept code is believed, and so has to be the user's", async () => {
  await plant();
  expect((await run("version", "--client")).stdout).toContain("Klient: kubectl-domain");
});

test.each([
  ["that is a link", (): void => link(ofVersion())],
  ["in a folder that is a link", (): void => link(kept)],
  ["in a folder that others may write to", (): void => chmodSync(kept, 0o777)],
])("kept code %s is not run", async (_where, change) => {
  await plant();
  change();
  expect(await run("version", "--client")).toMatchObject(told);
});

// To give a file away takes root.
test.runIf(process.getuid?.() === 0).each([
  ["that is another user's", (): void => chownSync(ofVersion(), 65_534, 65_534)],
  ["in another user's folder", (): void => chownSync(kept, 65_534, 65_534)],
  ["in another user's cache", (): void => chownSync(join(folder, "cache"), 65_534, 65_534)],
])("kept code %s is not run", async (_where, change) => {
  await plant();
  change();
  expect(await run("version", "--client")).toMatchObject(told);
});

test("a folder that others could write to is the user's alone from the next run on", async () => {
  mkdirSync(kept);
  chmodSync(kept, 0o775);
  await run("version", "--client");
  expect(statSync(kept).mode & 0o777).toBe(0o700);
});

test("a cache folder that is not said from the root is none: it would be another one in each folder", () => {
  const home = join(folder, "cache");
  expect(cacheFolder({ XDG_CACHE_HOME: "plugin", HOME: home })).toBe(join(home, ".cache", "kubectl-domain"));
  expect(cacheFolder({ XDG_CACHE_HOME: home, HOME: "/" })).toBe(join(home, "kubectl-domain"));
});

test("each file of the plugin runs once, however many hosts need it", async () => {
  const hosts = Array.from({ length: 12 }, (_, i) => `bücher${String(i)}.example`);
  const { stderr } = await run("whois", ...hosts, "--server", "http://127.0.0.1:1");
  expect(stderr).not.toContain("Warning");
});

test("another build of the same length does not run the code of the one before", async () => {
  await run("version", "--client");
  const file = join(folder, "dist", "main.cjs");
  const before = readFileSync(file, "utf8");
  writeFileSync(file, before.replaceAll("Client: ", "Klient: "));
  expect((await run("version", "--client")).stdout).toContain("Klient: kubectl-domain");
  writeFileSync(file, before);
});

test.each([
  [["list", "-n", "team"], "list"],
  [["-n", "team", "whois", "acme.org"], "whois"],
  [["__complete", "list", ""], "__complete"],
  [["list", "--help"], "help"],
  [["-h"], "help"],
  [["--version"], "help"],
  [["../../etc/passwd"], "help"],
  [[], "help"],
] as const)("%j goes by the code of %s", (argv, name) => {
  expect(keptFor(argv, ["list", "whois"])).toBe(name);
});
