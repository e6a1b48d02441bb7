import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../support/world/start-world.ts";
import { row, times } from "./stopwatch.ts";

/** Commands of the plugin, each beside what kubectl does for as much by itself; the first is the least that a plugin takes. */
const pairs = [
  { ours: ["nothing"], bare: ["get", "domains", "-n", "team-0"] },
  { ours: ["domain", "list", "-n", "team-0"], bare: ["get", "domains", "-n", "team-0"] },
  { ours: ["domain", "whois", "site-0.example"], bare: ["get", "hostrecord", "site-0.example"] },
  { ours: ["domain", "--help"], bare: ["--help"] },
] as const;

/** How long commands of `kubectl domain` take beside kubectl's own, in so many turns. */
export async function plugin(world: World, rounds: number): Promise<object> {
  writeNothing(join(world.dataDir, "bin"));
  const rows: Record<string, object> = {};
  for (const { ours, bare } of pairs) {
    const run = async (args: readonly string[]): Promise<void> => {
      const { code, stderr } = await world.kubectl(args);
      if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
    };
    const [own, kubectls] = [times(), times()];
    // The first of each fills caches: kubectl's of the API, and ours of compiled code.
    await run(ours);
    await run(bare);
    for (let round = 0; round < rounds; round++) {
      await own.take(() => run(ours));
      await kubectls.take(() => run(bare));
    }
    rows[`kubectl ${ours.join(" ")} | kubectl ${bare.join(" ")}`] = row(own, kubectls);
  }
  return rows;
}

/** Makes a plugin in a folder of the world's PATH, `kubectl nothing`, that starts the same Node and does nothing with it. */
function writeNothing(folder: string): void {
  const program = join(folder, "nothing.cjs");
  writeFileSync(program, "");
  writeFileSync(join(folder, "kubectl-nothing"), `#!/bin/sh\nexec "${process.execPath}" "${program}"\n`, {
    mode: 0o755,
  });
}
