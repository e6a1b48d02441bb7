import { setTimeout as sleep } from "node:timers/promises";
import { concurrently } from "../support/concurrently.ts";
import type { World } from "../support/world/start-world.ts";
import { byController } from "./by-controller.ts";
import { byHand } from "./by-hand.ts";
import { site, teams } from "./sites.ts";
import type { Team } from "./sites.ts";
import { row, times } from "./stopwatch.ts";
import { clear, open, shut } from "./way.ts";
import type { Way } from "./way.ts";

/** How many hosts there are already, and how many more come and go while the time is taken. */
export interface Amounts {
  readonly claims: number;
  readonly rounds: number;
}

/** So many sites are opened at once before the time is taken. */
const mostAtOnce = 16;

/** Milliseconds in which what follows a change (statuses, events) is done, so that the next one does not wait for it. */
const rest = 100;

/** How long it takes from a claim to its traffic, and back, by our controller and by hand, in turns. */
export async function traffic(ours: World, bare: World, { claims, rounds }: Amounts): Promise<object> {
  const [ourTeams, bareTeams] = [await teams(ours), await teams(bare)];
  const controller = byController(ours);
  const hand = await byHand(bare, bareTeams);
  await fill(controller, ourTeams, claims);
  await fill(hand, bareTeams, claims);
  const [opened, shutDown] = [
    [times(), times()],
    [times(), times()],
  ] as const;
  const turn = async (way: Way, all: readonly Team[], number: number, column: 0 | 1): Promise<void> => {
    const one = site(all, number);
    await opened[column].take(() => open(way, one));
    await sleep(rest);
    await shutDown[column].take(() => shut(way, one));
    await clear(way, one);
    await sleep(rest);
  };
  for (let round = 0; round < rounds; round++) {
    const number = claims + round;
    // Whoever comes second finds the processor's caches otherwise than whoever came first.
    if (round % 2 === 0) await turn(controller, ourTeams, number, 0);
    await turn(hand, bareTeams, number, 1);
    if (round % 2 === 1) await turn(controller, ourTeams, number, 0);
  }
  return {
    "claimed and routed, until it is served": row(...opened),
    "claim deleted, until it is not": row(...shutDown),
  };
}

function fill(way: Way, all: readonly Team[], claims: number): Promise<void> {
  const sites = Array.from({ length: claims }, (_, number) => site(all, number));
  return concurrently(mostAtOnce, sites, (one) => open(way, one));
}
