import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { programFile } from "../go/build.ts";
import type { CachedProgram } from "../go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../go/go.ts";

const PROGRAM: CachedProgram = {
  what: "krew",
  name: "krew",
  sources: fileURLToPath(new URL("../../tools/krew/", import.meta.url)),
  files: ["go.mod", "go.sum"],
  main: "sigs.k8s.io/krew/cmd/krew",
  flags: [...COMPILER_FLAGS, linkerFlag([["sigs.k8s.io/krew/internal/version.gitTag", "v0.5.0"]])],
  links: [],
  otherwise: ", or leave out the suite that needs it, e2e/plugin-release.e2e.ts",
};

/** Installs a plugin by krew itself, from an archive at hand: below `root`, with the program in `root/bin`. Throws what krew says. */
export async function krewInstall(root: string, manifest: string, archive: string): Promise<string> {
  const krew = await programFile(PROGRAM);
  const args = ["install", `--manifest=${manifest}`, `--archive=${archive}`];
  const env = { ...process.env, KREW_ROOT: root, KREW_NO_UPGRADE_CHECK: "1" };
  const { stdout, stderr } = await promisify(execFile)(krew, args, { env });
  return stdout + stderr;
}
