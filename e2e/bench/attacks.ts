/** What others feel of a tenant's attack by amount: `node e2e/bench/attacks.ts --help`. */
import { parseArgs } from "node:util";
import { onStderr } from "../support/progress.ts";
import { startWorld } from "../support/world/start-world.ts";
import type { World } from "../support/world/start-world.ts";
import { hostile } from "./attack-acts.ts";
import type { Attack } from "./attack-acts.ts";
import { attacks, cleanUp } from "./attack-list.ts";
import { bareWatch } from "./bare-watch.ts";
import type { BareWatch } from "./bare-watch.ts";
import { during } from "./during.ts";
import { revocations, uninvolvedTeams } from "./revocation.ts";
import type { Revocations } from "./revocation.ts";
import type { Times } from "./stopwatch.ts";

/** Milliseconds of CPU time that no turn of the controller may take, whatever a tenant does. */
const mostTurnMs = 50;

const usage = `usage: attacks.ts [--rounds 20] [--only PATTERN]
  A tenant attacks by amount, in one way after the other (those with this regular expression in their name). Meanwhile a team that has nothing to do with it takes a
  share back and gives it again: how long is the host served after that? In turns with it a route is removed by hand as soon as
  a watch of all claims shows a change, which is as slow as API server and machine are by then. And how long was the controller's longest turn of the event loop? Prints
  milliseconds, median (worst); how often the median without an attack goes into it, in the same run; and what is left of that ratio
  where that of the calls by hand is taken out of it. Of a turn, how long it was, and the most CPU time that one took: others have the
  processor, too. Ends with 1 where that is over ${String(mostTurnMs)} ms, or where an attack itself failed.`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else await bench(Number(values.rounds), values.only);

/** What was felt while something happened. */
interface Felt extends Revocations {
  readonly longestTurn: LongestTurn;
}

/** Milliseconds; `cpuMs` is NaN where Node does not tell. */
interface LongestTurn {
  readonly ms: number;
  readonly cpuMs: number;
}

async function bench(rounds: number, only: string): Promise<void> {
  if (!(rounds >= 1)) throw new Error(usage);
  const pattern = new RegExp(only, "i");
  const world = await startWorld({ controller: true });
  try {
    for (const name of hostile) await world.cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name } });
    for (const namespace of hostile) await world.backend({ namespace, service: "web" });
    await uninvolvedTeams(world);
    const watch = await bareWatch(world);
    try {
      await underEach(
        world,
        watch,
        attacks.filter(({ what }) => pattern.test(what)),
        rounds,
      );
    } finally {
      await watch.stop();
    }
  } finally {
    await world.stop();
  }
}

async function underEach(world: World, watch: BareWatch, chosen: readonly Attack[], rounds: number): Promise<void> {
  // The first ones compile the controller's code.
  await revocations(world, watch, (count) => count >= rounds);
  const idle = await felt(world, watch, rounds, () => Promise.resolve());
  const rows: Record<string, object> = { "nothing (idle)": row(idle, idle) };
  const tooLong: string[] = [];
  for (const attack of chosen) {
    onStderr(attack.what);
    await attack.prepare?.(world);
    const one = await felt(world, watch, rounds, () => attack.run(world));
    await cleanUp(world);
    rows[attack.what] = row(one, idle);
    if (one.longestTurn.cpuMs > mostTurnMs) tooLong.push(attack.what);
  }
  console.log("\nWhat an uninvolved team feels of an attack: ms, median (worst), and the worst as often as when idle");
  console.table(rows);
  for (const what of tooLong) console.error(`a turn of more than ${String(mostTurnMs)} ms of CPU time: ${what}`);
  if (tooLong.length > 0) process.exitCode = 1;
}

/** What is felt from the beginning of something to its end, and for so many rounds at least. */
async function felt(world: World, watch: BareWatch, rounds: number, happen: () => Promise<void>): Promise<Felt> {
  await longestTurn(world);
  const taken = await during(happen, (state) =>
    revocations(world, watch, (count) => state.failed || (state.over && count >= rounds)),
  );
  return { ...taken, longestTurn: await longestTurn(world) };
}

/** The controller's longest turn since the last call. */
async function longestTurn(world: World): Promise<LongestTurn> {
  const [controller] = world.runningControllers();
  const metrics = await (await fetch(`${controller?.healthUrl ?? ""}/metrics`)).text();
  const milliseconds = (what: string): number =>
    Number(new RegExp(`^domain_claims_event_loop_longest_turn_${what} (\\S+)$`, "m").exec(metrics)?.[1]) * 1_000;
  return { ms: milliseconds("seconds"), cpuMs: milliseconds("cpu_seconds") };
}

function row(felt: Felt, idle: Felt): Readonly<Record<string, string>> {
  const shown = (one: Times): string => `${one.at(50).toFixed(1)} (${one.at(100).toFixed(1)})`;
  const times = felt.ours.at(50) / idle.ours.at(50);
  return {
    revocation: shown(felt.ours),
    "by hand": shown(felt.bare),
    "times idle": times.toFixed(2),
    "beside by hand": (times / (felt.bare.at(50) / idle.bare.at(50))).toFixed(2),
    "longest turn": felt.longestTurn.ms.toFixed(1),
    "CPU of a turn": Number.isNaN(felt.longestTurn.cpuMs) ? "-" : felt.longestTurn.cpuMs.toFixed(1),
  };
}
