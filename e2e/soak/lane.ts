import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Played } from "./lane-process.ts";

/** A process with a cluster, a Kong and controllers of its own, in which runs are played one after the other. */
export interface Lane {
  /** Plays the run of a seed. Throws where it could not be played, or the process is gone. */
  readonly play: (seed: number) => Promise<Exclude<Played, { readonly error: string }>>;
  /** Ends the process and what it has started. */
  readonly stop: () => Promise<void>;
}

/** Starts a lane. The gateway, the way to the API and whoever looks on are in its process: one for all lanes would be a core's. */
export function startLane(): Lane {
  const child = fork(join(import.meta.dirname, "lane-process.ts"));
  const ended = once(child, "exit");
  return {
    play: async (seed) => {
      const answer = once(child, "message");
      child.send(seed);
      const gone = ended.then(() =>
        Promise.reject(new Error(`the process that played seed ${String(seed)} has ended`)),
      );
      const [played] = (await Promise.race([answer, gone])) as [Played];
      if ("error" in played) throw new Error(`seed ${String(seed)} could not be played: ${played.error}`);
      return played;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
