import fc from "fast-check";
import { settle } from "../support/fake-clock.ts";
import { AllowedRegisters } from "./allowed-registers.ts";
import { chance } from "./draw.ts";
import type { Draw } from "./draw.ts";
import { watchdog } from "./invariants.ts";
import { Leaders } from "./leaders.ts";
import { Milestones } from "./milestones.ts";
import type { Milestone } from "./milestones.ts";
import { Mishaps } from "./mishaps.ts";
import { clusterOf } from "./observed.ts";
import { rest } from "./rest.ts";
import { stageOf } from "./stage.ts";
import { Users } from "./users.ts";

/** What a history did, and what it broke. */
export interface Report {
  /** What happened, in order: enough to read what a failing history does. */
  readonly log: readonly string[];
  readonly faults: ReadonlyMap<string, number>;
  readonly reached: ReadonlySet<Milestone>;
  /** How often the invariants were looked at, after each change, and how often the whole was judged at rest. */
  readonly checks: number;
  readonly rests: number;
  readonly violations: readonly string[];
}

/** How many things happen: a user does something, or something goes wrong. */
const length = 14;

/** How many of a hundred calls fail. */
const someRate = () => fc.constantFrom(0, 10, 30);
const someRateAfterRest = () => fc.constantFrom(0, 0, 10, 30);

/**
 * One random history, made of what is drawn: users make and unmake things while the controller works, calls fail
 * before or after they took effect, processes crash and overlap, watches lag. The invariants are looked at after every
 * change; from time to time everything comes to rest, and then the register must be one that the model allows, Kong must
 * have exactly what it asks for, and a further pass must write nothing.
 */
export async function simulate(draw: Draw): Promise<Report> {
  const stage = stageOf(draw);
  const { cluster, kong, chronicle } = stage;
  const leaders = new Leaders(stage);
  const allowed = new AllowedRegisters();
  const mishaps = new Mishaps(stage, leaders, allowed);
  const users = new Users(stage, allowed);
  const always = watchdog(stage, { overlapping: () => leaders.overlap });
  const milestones = new Milestones(stage);
  const look = (): void => {
    always.look();
    milestones.look();
  };
  cluster.onChange = look;
  kong.onWrite = look;
  cluster.onRepeat = (what) => {
    if (!mishaps.repeatsExcused) chronicle.violations.push(`I6: ${what} is written although it is there already`);
  };
  const violations = (): readonly string[] => [...always.violations, ...chronicle.violations];
  let rests = 0;

  const play = async (): Promise<void> => {
    users.prepare();
    leaders.start();
    for (let i = 0; i < length && violations().length === 0; i++) {
      allowed.follow(clusterOf(stage));
      if (stage.ofNames && draw(chance, 45)) namesChange(draw, users);
      else await somethingHappens(draw, users, mishaps);
      await leaders.progress(draw(fc.nat, 39));
      if (!draw(chance, 12)) continue;
      await rest(stage, leaders, mishaps, allowed);
      always.atRest();
      rests += 1;
      mishaps.setFaultRate(draw(someRateAfterRest));
    }
    await rest(stage, leaders, mishaps, allowed);
    rests += 1;
  };
  await play().catch((error: unknown) => chronicle.violations.push(`the history ended with ${String(error)}`));
  leaders.crash();
  await settle();
  const { log, faults } = chronicle;
  return { log, faults, reached: milestones.reached, checks: always.checks(), rests, violations: violations() };
}

/** Somebody gives a site another name, has it redirected, or hands it over. */
function namesChange(draw: Draw, users: Users): void {
  const what = draw(fc.nat, 99);
  if (what < 40) users.rename();
  else if (what < 75) users.redirect();
  else if (what < 90) users.transfer();
  else users.changeIngress();
}

/** One thing happens: a user does something, or something goes wrong; the simplest is that nothing does. */
async function somethingHappens(draw: Draw, users: Users, mishaps: Mishaps): Promise<void> {
  const what = draw(fc.nat, 99);
  if (what === 0) return;
  if (what < 20) users.claim();
  else if (what < 27) users.rename();
  else if (what < 32) users.share();
  else if (what < 37) users.redirect();
  else if (what < 44) users.transfer();
  else if (what < 48) users.accept();
  else if (what < 57) users.unclaim();
  else if (what < 66) users.changeIngress();
  else if (what < 71) users.changeSecret();
  else if (what < 75) users.changeService();
  else if (what < 80) users.renewNamespace();
  else if (what < 86) mishaps.setFaultRate(draw(someRate));
  else if (what < 91) mishaps.lag();
  else if (what < 94) mishaps.drift();
  else if (what < 96) mishaps.outage();
  else await mishaps.crash();
}
