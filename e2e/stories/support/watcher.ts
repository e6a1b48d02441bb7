import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { BackendAnswer } from "../../support/world/backend.ts";
import { proxyRequest } from "../../support/world/proxy-request.ts";
import type { Story } from "./story.ts";

/** One answer of one node. */
export interface Seen {
  /** By `performance.now()`, when the request was sent. */
  readonly at: number;
  readonly node: string;
  /** The namespace whose backend answered, or the gateway's status. */
  readonly by: string;
}

/** Asks every node for a host all the time. */
export interface Watcher {
  readonly seen: readonly Seen[];
  /** Ends it; resolves when the last answer is in. */
  readonly stop: () => Promise<void>;
}

/** Milliseconds after an answer: shorter than any time for which a node is behind. */
const pauseMs = 20;

/**
 * Begins to ask every node of the gateway for the host, over a connection of its own each time, again and again until it is
 * stopped. It ends with the test at the latest.
 */
export function watchAnswers(story: Story, host: string): Watcher {
  const seen: Seen[] = [];
  let over = false;
  onTestFinished(() => void (over = true));
  const ask = async (node: string): Promise<void> => {
    while (!over) {
      const at = performance.now();
      const { status, body } = await proxyRequest({ ...story, proxyUrl: node }, { host, path: "/" });
      const by = status === 200 ? (JSON.parse(body) as BackendAnswer).namespace : String(status);
      seen.push({ at, node, by });
      await sleep(pauseMs);
    }
  };
  const asking = Promise.all(story.nodeUrls.map(ask));
  // A failure is told by `stop`.
  asking.catch(() => undefined);
  return {
    seen,
    stop: async () => {
      over = true;
      await asking;
    },
  };
}
