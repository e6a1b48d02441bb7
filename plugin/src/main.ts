import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { View } from "./kube/kubeconfig.ts";
import { kubectlView } from "./kube/view.ts";
import type { Manifest } from "./cli/help.ts";
import { processIo } from "./cli/io.ts";

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  // whoever reads our output may stop reading: kubectl domain list | head -1
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  // it is for this process, not for the programs that it starts
  delete process.env["NODE_COMPILE_CACHE"];
  // kubectl works out its view while oclif is being loaded
  const early = earlyView(argv);
  const { run } = await import("./cli/run.ts");
  const manifest = (): Manifest => JSON.parse(readFileSync(join(__dirname, "oclif.manifest.json"), "utf8")) as Manifest;
  process.exitCode = await run(argv, processIo(early), manifest);
}

/** kubectl's view, asked for before the command line is read properly; undefined for one that will hardly need it. */
function earlyView(argv: readonly string[]): { kubeconfig: string | undefined; view: Promise<View> } | undefined {
  const offline = ["help", "completion", "--help", "-h", "--version"];
  if (argv.length === 0 || argv.some((word) => offline.includes(word))) return undefined;
  if (argv.includes("version") && argv.includes("--client")) return undefined;
  const at = argv.indexOf("--kubeconfig");
  const joined = argv.find((word) => word.startsWith("--kubeconfig="))?.slice("--kubeconfig=".length);
  const kubeconfig = (at === -1 ? joined : argv[at + 1]) || undefined;
  const view = kubectlView(kubeconfig, process.env);
  // whoever needs it learns of its failure when asking for it
  view.catch(() => undefined);
  return { kubeconfig, view };
}
