/** How long things take through the real parts, beside the bare calls: `node e2e/bench/live.ts --help`. */
import { parseArgs } from "node:util";
import { startWorld } from "../support/world/start-world.ts";
import { plugin } from "./plugin.ts";
import { traffic } from "./traffic.ts";

const usage = `usage: live.ts [--claims 1000] [--rounds 100]
  Two worlds, each with so many hosts: in one our controller works, in the other the calls that it cannot do without are
  made by hand, one after the other. In each round a host is claimed, served, and released again, in both. Then commands of
  the plugin beside kubectl's own, as often, but no more than 15 times. Prints milliseconds, median (99th percentile), and the ratio of the medians.`;

const { values } = parseArgs({
  options: {
    claims: { type: "string", default: "1000" },
    rounds: { type: "string", default: "100" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else await bench(Number(values.claims), Number(values.rounds));

async function bench(claims: number, rounds: number): Promise<void> {
  if (!(claims >= 20 && rounds >= 1)) throw new Error(usage);
  const bare = await startWorld();
  try {
    const ours = await startWorld({ controller: true });
    try {
      console.log(
        `\nThrough API server, controller and gateway, with ${claims.toLocaleString("en-US")} hosts served: ms`,
      );
      console.table(await traffic(ours, bare, { claims, rounds }));
      console.log("\nkubectl domain, beside kubectl: ms");
      console.table(await plugin(ours, Math.min(rounds, 15)));
    } finally {
      await ours.stop();
    }
  } finally {
    await bare.stop();
  }
}
