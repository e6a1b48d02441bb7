import type { Kong } from "../../kong/client.ts";
import { KongError } from "../../kong/errors.ts";
import type { ProxyClient } from "../../kong/proxy.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import { sentinelOf, showsSentinel } from "../../plan/kong/sentinel.ts";
import type { Sentinel, SentinelValue } from "../../plan/kong/sentinel.ts";
import type { Clock } from "../../time/clock.ts";
import { sleep } from "../../time/sleep.ts";
import type { Prover } from "./proof.ts";

/** What {@link sentinelProver} needs. */
export interface SentinelOptions {
  /** A client whose tag is the sentinel's. */
  readonly kong: Pick<Kong, "create" | "get" | "update">;
  readonly proxies: Pick<ProxyClient, "ask">;
  /** The gateway's own addresses: each has to show it. */
  readonly urls: readonly string[];
  readonly kongTag: string;
  readonly clock: Clock;
  /** What it has given tells nobody what it will give. */
  readonly random: () => number;
}

/** Right answers in a row, each over a connection of its own, after which an address's workers are taken to agree. */
const agreement = 20;
/** Milliseconds between two questions while the answer is wrong: from the first to the longest. */
const wait = { first: 25, longest: 250 };
/** Milliseconds after which the gateway is said to be behind. */
const patienceMs = 60_000;

/**
 * Asks the gateway itself: the sentinel gets a new value, and each address is asked for it until all answers agree. A worker
 * takes over everything that was written before the value with it. Another one of the same address may lag behind; requests
 * without keep-alive find it out as far as that can be.
 */
export function sentinelProver(options: SentinelOptions): Prover {
  const { clock, kongTag, random, urls } = options;
  return {
    how: `by asking ${urls.join(" and ")}`,
    asks: true,
    prove: async (signal) => {
      const unique = (): string => `${clock.now().toString(36)}-${Math.floor(random() * 2 ** 52).toString(36)}`;
      const value = { asked: unique(), answered: unique() };
      const sentinel = sentinelOf(kongTag, value);
      await write(options, sentinel, signal);
      const until = clock.monotonic() + patienceMs;
      const shown = (url: string): Promise<void> => agreed(options, url, sentinel, value, until, signal);
      await Promise.all(urls.map(shown));
    },
  };
}

async function write(
  { kong }: SentinelOptions,
  { plugin, route, service }: Sentinel,
  signal: AbortSignal,
): Promise<void> {
  await put(kong, "services", service, signal);
  await put(kong, "plugins", plugin, signal);
  await put(kong, "routes", route, signal);
}

/** Makes Kong have the entity; one that is there already is the sentinel of before. */
async function put<C extends Collection>(
  kong: SentinelOptions["kong"],
  collection: C,
  entity: Entities[C],
  signal: AbortSignal,
): Promise<void> {
  const { id, ...fields } = entity;
  try {
    await kong.update(collection, id, fields as unknown as Partial<Entities[C]>, { signal });
  } catch (error) {
    if (!(error instanceof KongError) || error.kind !== "notFound") throw error;
    await kong.create(collection, entity, { signal });
  }
}

async function agreed(
  { clock, proxies }: SentinelOptions,
  url: string,
  { host, path }: Sentinel,
  value: SentinelValue,
  until: number,
  signal: AbortSignal,
): Promise<void> {
  let inARow = 0;
  let waitMs = wait.first;
  let last = "";
  while (inARow < agreement) {
    signal.throwIfAborted();
    const answer = await proxies.ask(url, host, path, signal).catch((error: unknown) => {
      last = error instanceof Error ? error.message : String(error);
      return undefined;
    });
    if (answer !== undefined && showsSentinel(value, answer)) {
      inARow += 1;
      continue;
    }
    inARow = 0;
    if (answer !== undefined) last = `it answers ${String(answer.status)}`;
    if (clock.monotonic() > until) throw new Error(`${url} does not show what Kong has had for a minute: ${last}`);
    await sleep(clock, waitMs, signal);
    waitMs = Math.min(wait.longest, waitMs * 2);
  }
}
