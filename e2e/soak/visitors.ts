import { setTimeout as sleep } from "node:timers/promises";
import type { BackendAnswer } from "../support/world/backend.ts";
import { UnderWay } from "../support/under-way.ts";
import { proxyRequest } from "../support/world/proxy-request.ts";

/** People who ask for a host again and again. */
export interface Visitors {
  /** Sends them home; what they met and should not have, as sentences. */
  readonly leave: () => Promise<readonly string[]>;
}

/** How a host may be answered. */
export interface Expectation {
  readonly allowed: readonly string[];
  /** The name to which its redirects are followed; it is then to be answered by a site. */
  readonly follows: string | undefined;
}

/** Milliseconds between two requests. */
const everyMs = 40;

/** Begins to ask the gateway for a host, each time over a connection of its own, as long as the gateway keeps up. */
export function visitors(proxyUrl: string, host: string, { allowed, follows }: Expectation): Visitors {
  const missed = new Map<string, number>();
  const underWay = new UnderWay();
  let over = false;
  const miss = (what: string): void => void missed.set(what, (missed.get(what) ?? 0) + 1);
  const visit = async (): Promise<void> => {
    const answer = await answerFor(proxyUrl, host);
    if (!allowed.includes(answer)) miss(`${host} by ${answer}`);
    if (follows === undefined || answer !== `308 http://${follows}/`) return;
    const then = await answerFor(proxyUrl, follows);
    if (!allowed.includes(then) || then.startsWith("308")) miss(`${follows}, where ${host} leads, by ${then}`);
  };
  const asking = (async () => {
    while (!over) {
      underWay.begin(visit);
      await sleep(everyMs);
    }
  })();
  return {
    leave: async () => {
      over = true;
      await asking;
      await underWay.ended();
      return [...missed].map(([what, times]) => `N-a: visitors were answered for ${what}, ${String(times)} times`);
    },
  };
}

/** The namespace whose backend answers for the host, `308 http://host/`, or the gateway's status; `no answer` where the connection breaks. */
export async function answerFor(proxyUrl: string, host: string): Promise<string> {
  try {
    const { status, headers, body } = await proxyRequest({ proxyUrl, proxyTls: undefined }, { host });
    if (headers.location !== undefined) return `${String(status)} ${headers.location}`;
    return status === 200 ? (JSON.parse(body) as BackendAnswer).namespace : String(status);
  } catch {
    return "no answer";
  }
}
