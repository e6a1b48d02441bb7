import { processIo } from "./cli/io.ts";
import { readManifest } from "./cli/manifest.ts";

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  // whoever reads our output may stop reading: kubectl domain list | head -1
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`error: the output can't be written: ${error.message}\n`);
    process.exit(1);
  });
  const { run } = await import("./cli/run.ts");
  process.exitCode = await run(argv, processIo(), readManifest);
}
