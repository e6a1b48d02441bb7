import type { Place } from "../controlplane/place.ts";
import { startController } from "./controller-process.ts";
import type { Controller, ControllerSettings } from "./controller-process.ts";

/** The controllers of one world. */
export interface Controllers {
  /** Starts so many more controllers (one unless given) and returns them when all are ready. */
  readonly startController: (count?: number, args?: readonly string[]) => Promise<readonly Controller[]>;
  /** Ends the oldest running controller by a signal (SIGKILL unless given) and returns it when it is gone. */
  readonly killController: (signal?: NodeJS.Signals) => Promise<Controller>;
  /** Those that run, the oldest first. */
  readonly runningControllers: () => readonly Controller[];
}

/** A test that is not about redemption sees a host free as soon as its claim is gone, however it went. */
const freeAtOnce = ["--redemption=0"];

/** Starts and ends controllers which all have the same settings. */
export function controllers(place: Place, settings: ControllerSettings): Controllers {
  const all: Controller[] = [];
  let count = 0;
  const running = (): readonly Controller[] => all.filter(({ ended }) => ended() === undefined);
  const startOne = (args: readonly string[]): Promise<Controller> => {
    count += 1;
    const name = `controller-${count}`;
    return startController(place, { ...settings, name, args: [...freeAtOnce, ...(settings.args ?? []), ...args] });
  };
  return {
    startController: async (wanted = 1, args = []) => {
      const more = await Promise.all(Array.from({ length: wanted }, () => startOne(args)));
      all.push(...more);
      return more;
    },
    killController: async (signal) => {
      const [oldest] = running();
      if (oldest === undefined) throw new Error("no controller runs");
      await oldest.stop(signal);
      return oldest;
    },
    runningControllers: running,
  };
}
