import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { BackendAnswer } from "../../support/world/backend.ts";
import { UnderWay } from "../../support/under-way.ts";
import { proxyRequest } from "../../support/world/proxy-request.ts";
import type { Story } from "./story.ts";

/** An answer of a node to one of the requests. */
export interface Probe {
  /** By `performance.now()`, when the request was sent. */
  readonly at: number;
  /** By the same clock, when the answer was there. */
  readonly answeredAt: number;
  readonly node: string;
  /** True for a request over TLS. */
  readonly tls: boolean;
  readonly path: string;
  /** `namespace/service`, `308 http://host/path`, or the gateway's status; `no answer`, and why, where the connection broke. */
  readonly answer: string;
}

/** Somebody who asks for a host at regular intervals, as long as the gateway keeps up. */
export interface Prober {
  readonly seen: readonly Probe[];
  /** Ends it; resolves when the last answer is in. */
  readonly stop: () => Promise<readonly Probe[]>;
}

/** How a prober asks. */
export interface Probing {
  /** A root (PEM): it asks over TLS, and a certificate that does not lead there, or is not the host's, is no answer. */
  readonly root?: string;
  /** Milliseconds between two requests; 20 unless given, which is fifty requests a second. */
  readonly everyMs?: number;
}

/**
 * Begins to ask the nodes of the gateway in turns for these paths of the host, each request over a connection of its own. A node
 * that does not keep up is left out until it does. It ends with the test at the latest.
 */
export function probe(
  story: Story,
  host: string,
  paths: readonly string[],
  { root, everyMs = 20 }: Probing = {},
): Prober {
  const seen: Probe[] = [];
  const underWay = story.nodeUrls.map(() => new UnderWay());
  let over = false;
  onTestFinished(() => void (over = true));
  const ask = async (node: number, n: number): Promise<void> => {
    const path = paths[Math.floor(n / story.nodeUrls.length) % paths.length] ?? "/";
    const at = performance.now();
    const answer = await answerOf(story, node, { host, path, root }).catch(
      (error: unknown) => `no answer (${error instanceof Error ? error.message : String(error)})`,
    );
    seen.push({
      at,
      answeredAt: performance.now(),
      node: story.nodeUrls[node] ?? "",
      tls: root !== undefined,
      path,
      answer,
    });
  };
  const asking = (async () => {
    for (let n = 0; !over; n++) {
      const node = n % story.nodeUrls.length;
      underWay[node]?.begin(() => ask(node, n));
      await sleep(everyMs);
    }
  })();
  return {
    seen,
    stop: async () => {
      over = true;
      await asking;
      await Promise.all(underWay.map((requests) => requests.ended()));
      return seen;
    },
  };
}

interface Asked {
  readonly host: string;
  readonly path: string;
  readonly root: string | undefined;
}

async function answerOf(story: Story, node: number, { host, path, root }: Asked): Promise<string> {
  const addresses = { ...story, proxyUrl: story.nodeUrls[node] ?? story.proxyUrl, proxyTls: story.nodeTls[node] };
  const secured = root === undefined ? {} : { tls: true, root };
  const { status, headers, body } = await proxyRequest(addresses, { host, path, ...secured });
  if (headers.location !== undefined) return `${String(status)} ${headers.location}`;
  if (status !== 200) return String(status);
  const { namespace, service } = JSON.parse(body) as BackendAnswer;
  return `${namespace}/${service}`;
}
