import { fileURLToPath } from "node:url";
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

/** Sees to it that krew is there; returns its file. */
export async function krewProgram(): Promise<string> {
  return await programFile(PROGRAM);
}
