import { fileURLToPath } from "node:url";
import { programFile } from "./build.ts";
import type { CachedProgram } from "./build.ts";
import { COMPILER_FLAGS, linkerFlag } from "./go.ts";

const PROGRAM: CachedProgram = {
  what: "the program that puts images together",
  name: "image",
  sources: fileURLToPath(new URL("../../tools/image/", import.meta.url)),
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: [...COMPILER_FLAGS, linkerFlag([])],
  links: [],
  otherwise: "",
};

/** The file of the program that puts images together: from the cache, or built with Go. */
export async function assembler(): Promise<string> {
  return await programFile(PROGRAM);
}
