import { fileURLToPath } from "node:url";
import { programFile } from "../go/build.ts";
import type { CachedProgram } from "../go/build.ts";
import { complaints } from "../go/complaints.ts";
import { COMPILER_FLAGS, linkerFlag } from "../go/go.ts";

const PROGRAM: CachedProgram = {
  what: "promtool",
  name: "promtool",
  sources: fileURLToPath(new URL("../../tools/promtool/", import.meta.url)),
  files: ["go.mod", "go.sum"],
  main: "github.com/prometheus/prometheus/cmd/promtool",
  // Without the clients of clouds in which Prometheus finds what to scrape, which are a fifth of it.
  flags: [...COMPILER_FLAGS, linkerFlag([]), "-tags=remove_all_sd"],
  links: [],
  otherwise: "",
};

/** Sees to it that promtool is there, which takes two to four minutes the first time; returns its file. */
export async function promtoolProgram(): Promise<string> {
  return await programFile(PROGRAM);
}

/**
 * What promtool minds, one a line: nothing where all is well. `args` are its command and files, `input` what it reads where it
 * reads standard input. Throws an Error where it can't be run.
 */
export async function promtool(args: readonly string[], input = ""): Promise<readonly string[]> {
  return await complaints(PROGRAM, args, input);
}
