import type { KongInfo } from "../../plan/kong/entities.ts";
import type { Prover } from "./proof.ts";
import { sentinelProver } from "./sentinel.ts";
import type { SentinelOptions } from "./sentinel.ts";
import { settleTime } from "./settle-time.ts";

/** What an administrator says of how it is found out what is in effect. */
export interface ProofSettings {
  /** The gateway's own addresses; none: it can't be asked. */
  readonly proxyUrls: readonly string[];
  /** Milliseconds to wait where it can't be asked; undefined: as Kong's own settings have it. */
  readonly settleMs: number | undefined;
}

/** A worker takes over what has changed by a timer that is due so long after its own last run, which takes its time. */
const periods = 2;

/**
 * What that run takes does not shrink with the period: the worker reads all routes, and may have to wait for a processor. With 0.1 s
 * between runs a busy Kong 3.9.1 was seen to need longer than two of them.
 */
const leastSettleMs = 2_000;

/**
 * How it is found out what the gateway has in effect (rule X3); undefined where it obeys at once. Without `pre-function` it is
 * not asked: all that Kong answers by itself a backend behind a route for any host can answer, too.
 */
export function proverFor(
  { proxyUrls, settleMs }: ProofSettings,
  info: KongInfo,
  parts: Pick<SentinelOptions, "clock" | "kong" | "kongTag" | "proxies" | "random">,
): Prover | undefined {
  if (proxyUrls.length > 0 && info.preFunction) return sentinelProver({ ...parts, urls: proxyUrls });
  const waitMs = settleMs ?? settleMsOf(info);
  const why = proxyUrls.length > 0 ? ", as what Kong answers without pre-function is no proof" : "";
  return waitMs === 0 ? undefined : settleTime(parts.clock, waitMs, why);
}

/**
 * How many nodes there are is not known to Kong: another one may have to hear of the change before it takes it over. It looks by
 * a timer of the same kind, so that there is time left also where it takes over at once what it hears of.
 */
function settleMsOf({ otherNodesMs, takeOverMs }: KongInfo): number {
  if (otherNodesMs === 0 && takeOverMs === 0) return 0;
  return otherNodesMs + Math.max(periods * takeOverMs, leastSettleMs);
}
