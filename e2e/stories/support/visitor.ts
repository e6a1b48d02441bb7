import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Story } from "./story.ts";

/** Somebody who asks for one address again and again. */
export interface Visitor {
  /** Asks once more, goes away, and tells every answer that came, each once and in the order of its first coming. */
  readonly leave: () => Promise<readonly string[]>;
}

/** Begins to ask for `url` every few milliseconds, at most until the test ends; resolves when the first answer is there. */
export async function visitor(story: Story, url: string): Promise<Visitor> {
  const answers = new Set([await story.visit(url)]);
  let stays = true;
  onTestFinished(() => void (stays = false));
  const visits = (async () => {
    while (stays) {
      answers.add(await story.visit(url));
      await sleep(5);
    }
  })();
  // A failure is told by `leave`.
  visits.catch(() => undefined);
  return {
    leave: async () => {
      stays = false;
      await visits;
      return [...answers.add(await story.visit(url))];
    },
  };
}
