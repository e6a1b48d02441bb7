import { parentPort, workerData } from "node:worker_threads";
import { play } from "./play.ts";

/** Seeds to play, in order. */
export interface Portion {
  readonly from: number;
  readonly count: number;
}

/** What a portion of histories came to. It ends early with the first history that broke something. */
export interface Played {
  readonly from: number;
  readonly histories: number;
  readonly faults: Readonly<Record<string, number>>;
  /** How many of them reached each milestone. */
  readonly reached: Readonly<Record<string, number>>;
  /** How often the invariants were looked at after a change, and how often the whole was judged at rest. */
  readonly checks: number;
  readonly rests: number;
  readonly broken: { readonly seed: number; readonly violations: readonly string[]; readonly log: readonly string[] }[];
}

const port = parentPort;
if (port === null) throw new Error("soak.ts starts this as a worker");

/** The seed that is being played: the other side sees when it stays the same. */
const now = new Float64Array(workerData as SharedArrayBuffer);
// Errors are part of the game here, and nobody reads where they come from.
Error.stackTraceLimit = 0;

port.on("message", (portion: Portion) => {
  void playPortion(portion).then((played) => port.postMessage(played));
});

async function playPortion({ from, count }: Portion): Promise<Played> {
  const faults: Record<string, number> = {};
  const reached: Record<string, number> = {};
  let [histories, checks, rests] = [0, 0, 0];
  for (let seed = from; seed < from + count; seed++) {
    now[0] = seed;
    const report = await play(seed);
    histories += 1;
    checks += report.checks;
    rests += report.rests;
    for (const [fault, times] of report.faults) faults[fault] = (faults[fault] ?? 0) + times;
    for (const milestone of report.reached) reached[milestone] = (reached[milestone] ?? 0) + 1;
    if (report.violations.length > 0)
      return { from, histories, faults, reached, checks, rests, broken: [{ seed, ...report }] };
  }
  now[0] = 0;
  return { from, histories, faults, reached, checks, rests, broken: [] };
}
