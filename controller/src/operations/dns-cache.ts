import type { Log } from "./logging/logger.ts";

/** For how long Kong uses the addresses that names had. */
export interface DnsCache {
  /** How it is, in a sentence, and whether somebody should change it; undefined while Kong has not said it. */
  readonly state: () => { readonly long: boolean; readonly detail: string } | undefined;
  /** To be called with what Kong says, in milliseconds, each time that it is asked: logs it where it has become too long. */
  readonly note: (saidMs: number | undefined) => void;
}

/** Milliseconds that need no warning: by Kong's defaults, a route that was removed answers about as long. */
const shortMs = 10_000;

/**
 * Watches over how long requests may go to the address of a Service that is no more. The address is free for whoever asks
 * for it (`spec.clusterIP`), as the address of a pod that has gone is.
 */
export function dnsCache(log: Log): DnsCache {
  let cacheMs: number | undefined;
  const state: DnsCache["state"] = () => {
    if (cacheMs === undefined) return undefined;
    const long = cacheMs > shortMs;
    const seconds = String(cacheMs / 1000);
    const detail = long
      ? `Kong may send requests to an address for ${seconds} s after its Service has given it up, when somebody else may have it: set dns_valid_ttl = 1 and dns_stale_ttl = 4 in all Kong nodes (with new_dns_client: resolver_valid_ttl, resolver_stale_ttl)`
      : `Kong uses an address for ${seconds} s at most after DNS has another`;
    return { long, detail };
  };
  return {
    state,
    note: (saidMs) => {
      if (saidMs === cacheMs) return;
      cacheMs = saidMs;
      const now = state();
      if (now?.long === true) log.warn({}, now.detail);
    },
  };
}
