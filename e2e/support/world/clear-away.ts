import { existsSync } from "node:fs";
import type { Progress } from "../progress.ts";
import { envFileOf, stateOf, takeDown } from "./run-folder.ts";

/** Asks a person; undefined: nobody is there who could answer. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/**
 * Clears away what is left of a world that broke. One that was up may have what somebody made by hand, so that is asked before;
 * throws where the answer is not yes, or nobody can answer, and then leaves it as it is.
 */
export async function clearAway(folder: string, progress: Progress, ask: Ask): Promise<void> {
  const ended = stateOf(folder).processes.filter(({ running }) => !running);
  const what = ended.map(({ name }) => name).join(", ") || "nothing of it runs";
  if (existsSync(envFileOf(folder))) {
    const question = `The world in ${folder} was up, and has broken (ended: ${what}). Wipe it, with all that was made in it? [y/N] `;
    const answer = await ask?.(question);
    if (!/^y(es)?$/i.test(answer?.trim() ?? ""))
      throw new Error(
        `the world in ${folder} is left as it is (ended: ${what}): make down wipes it, with all that was made in it`,
      );
  }
  progress(`clearing away what is left of an earlier one (${what})`);
  await takeDown(folder);
}
