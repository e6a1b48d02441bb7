import type { Running } from "../support/controller.ts";
import { settle } from "../support/fake-clock.ts";
import { AllowedRegisters } from "./allowed-registers.ts";
import { watchdog } from "./invariants.ts";
import { Leaders } from "./leaders.ts";
import { Mishaps } from "./mishaps.ts";
import { clusterOf } from "./observed.ts";
import { rest } from "./rest.ts";
import { stageOf } from "./stage.ts";
import { Users } from "./users.ts";

/** What a history did, and what it broke. */
export interface Report {
  readonly seed: number;
  /** What happened, in order: enough to read what a failing seed does. */
  readonly log: readonly string[];
  readonly faults: ReadonlyMap<string, number>;
  /** How often the invariants were looked at, after each change, and how often the whole was judged at rest. */
  readonly checks: number;
  readonly rests: number;
  readonly violations: readonly string[];
}

/** What a history is made of. */
export interface SimulationOptions {
  /** How many things happen: a user does something, or something goes wrong. */
  readonly length?: number;
  /** Breaks the controller on purpose, to show that the checks notice. */
  readonly sabotage?: (running: Running) => void;
}

/**
 * One random history, repeated exactly by its seed: users make and unmake things while the controller works, calls fail
 * before or after they took effect, processes crash and overlap, watches lag. The invariants are looked at after every
 * change; from time to time everything comes to rest, and then the register must be one that the model allows, Kong must
 * have exactly what it asks for, and a further pass must write nothing.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Report> {
  const stage = stageOf(seed);
  const { random, cluster, kong, foreign, chronicle } = stage;
  const leaders = new Leaders(stage, options.sabotage);
  const allowed = new AllowedRegisters();
  const mishaps = new Mishaps(stage, leaders, allowed);
  const users = new Users(stage, allowed);
  const always = watchdog(cluster, kong, { overlapping: () => leaders.overlap, foreign });
  cluster.onChange = always.look;
  kong.onWrite = always.look;
  cluster.onRepeat = (what) => {
    if (!mishaps.repeatsExcused) chronicle.violations.push(`I6: ${what} is written although it is there already`);
  };
  const violations = (): readonly string[] => [...always.violations, ...chronicle.violations];
  let rests = 0;

  users.prepare();
  leaders.start();
  const length = options.length ?? 14;
  for (let i = 0; i < length && violations().length === 0; i++) {
    allowed.follow(clusterOf(cluster));
    await somethingHappens(random.next(), users, mishaps);
    await leaders.progress(random.below(40));
    if (!random.chance(0.12)) continue;
    await rest(stage, leaders, mishaps, allowed);
    rests += 1;
    mishaps.setFaultRate([0, 0, 0.1, 0.3]);
  }
  await rest(stage, leaders, mishaps, allowed);
  rests += 1;
  leaders.crash();
  await settle();
  const { log, faults } = chronicle;
  return { seed, log, faults, checks: always.checks(), rests, violations: violations() };
}

/** One thing happens, by a number from 0 to below 1: a user does something, or something goes wrong. */
async function somethingHappens(what: number, users: Users, mishaps: Mishaps): Promise<void> {
  if (what < 0.3) users.claim();
  else if (what < 0.42) users.share();
  else if (what < 0.54) users.unclaim();
  else if (what < 0.68) users.changeIngress();
  else if (what < 0.74) users.changeService();
  else if (what < 0.8) users.renewNamespace();
  else if (what < 0.86) mishaps.setFaultRate([0, 0.1, 0.3]);
  else if (what < 0.91) mishaps.lag();
  else if (what < 0.94) mishaps.drift();
  else if (what < 0.96) mishaps.outage();
  else await mishaps.crash();
}
