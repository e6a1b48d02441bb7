import { fileURLToPath } from "node:url";
import { programFile } from "./go/build.ts";
import type { CachedProgram } from "./go/build.ts";
import { complaints } from "./go/complaints.ts";
import { COMPILER_FLAGS, linkerFlag } from "./go/go.ts";

const PROGRAM: CachedProgram = {
  what: "actionlint",
  name: "actionlint",
  sources: fileURLToPath(new URL("../tools/actionlint/", import.meta.url)),
  files: ["go.mod", "go.sum"],
  main: "github.com/rhysd/actionlint/cmd/actionlint",
  flags: [...COMPILER_FLAGS, linkerFlag([])],
  links: [],
  otherwise: "",
};

/** Sees to it that actionlint is there, which takes half a minute the first time; returns its file. */
export async function actionlintProgram(): Promise<string> {
  return await programFile(PROGRAM);
}

/** What is wrong with these files, which are workflows of GitHub Actions, one a line; what this machine has beside it has no part in that. */
export async function actionlint(files: readonly string[]): Promise<readonly string[]> {
  return await complaints(PROGRAM, ["-oneline", "-no-color", "-shellcheck=", "-pyflakes=", ...files]);
}
