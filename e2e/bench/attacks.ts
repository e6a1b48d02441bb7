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
import { revocations, uninvolvedTeams } from "./revocation.ts";
import type { Revocations } from "./revocation.ts";
import type { Times } from "./stopwatch.ts";

const usage = `usage: attacks.ts [--rounds 20] [--only PATTERN]
  A tenant attacks by amount, in one way after the other (those with this regular expression in their name). Meanwhile a team that has nothing to do with it takes a
  share back and gives it again: how long is the host served after that? In turns with it a route is removed by hand as soon as
  a watch of all claims shows a change, which is as slow as API server and machine are by then. And how long was the controller's longest turn of the event loop? Prints
  milliseconds, median (worst); how often the median without an attack goes into it, in the same run; and what is left of that ratio
  where that of the calls by hand is taken out of it.`;

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
  readonly longestTurnMs: number;
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
    // The first ones compile the controller's code.
    await revocations(world, watch, (count) => count >= rounds);
    const idle = await felt(world, watch, rounds, () => Promise.resolve());
    const rows: Record<string, object> = { "nothing (idle)": row(idle, idle) };
    for (const attack of attacks.filter(({ what }) => pattern.test(what))) {
      onStderr(attack.what);
      rows[attack.what] = row(await under(world, watch, attack, rounds), idle);
    }
    console.log(
      "\nWhat an uninvolved team feels of an attack: ms, median (worst), and the worst as often as when idle",
    );
    console.table(rows);
    await watch.stop();
  } finally {
    await world.stop();
  }
}

async function under(world: World, watch: BareWatch, attack: Attack, rounds: number): Promise<Felt> {
  await attack.prepare?.(world);
  try {
    return await felt(world, watch, rounds, () => attack.run(world));
  } finally {
    await cleanUp(world);
  }
}

/** What is felt from the beginning of something to its end, and for so many rounds at least. */
async function felt(world: World, watch: BareWatch, rounds: number, happen: () => Promise<void>): Promise<Felt> {
  await longestTurn(world);
  let over = false;
  const happening = happen().finally(() => {
    over = true;
  });
  const [taken] = await Promise.all([revocations(world, watch, (count) => over && count >= rounds), happening]);
  return { ...taken, longestTurnMs: (await longestTurn(world)) * 1_000 };
}

/** Seconds of the controller's longest turn since the last call. */
async function longestTurn(world: World): Promise<number> {
  const [controller] = world.runningControllers();
  const metrics = await (await fetch(`${controller?.healthUrl ?? ""}/metrics`)).text();
  return Number(/^domain_claims_event_loop_longest_turn_seconds (\S+)$/m.exec(metrics)?.[1]);
}

function row(felt: Felt, idle: Felt): Readonly<Record<string, string>> {
  const shown = (one: Times): string => `${one.at(50).toFixed(1)} (${one.at(100).toFixed(1)})`;
  const times = felt.ours.at(50) / idle.ours.at(50);
  return {
    revocation: shown(felt.ours),
    "by hand": shown(felt.bare),
    "times idle": times.toFixed(2),
    "beside by hand": (times / (felt.bare.at(50) / idle.bare.at(50))).toFixed(2),
    "longest turn": felt.longestTurnMs.toFixed(1),
  };
}
