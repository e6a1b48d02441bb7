import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Manifest } from "./cli/help.ts";
import { processIo } from "./cli/io.ts";

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  // whoever reads our output may stop reading: kubectl domain list | head -1
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  // it is for this process, not for the programs that it starts
  delete process.env["NODE_COMPILE_CACHE"];
  const { run } = await import("./cli/run.ts");
  const manifest = (): Manifest => JSON.parse(readFileSync(join(__dirname, "oclif.manifest.json"), "utf8")) as Manifest;
  process.exitCode = await run(argv, processIo(), manifest);
}
