import { tokenBuckets } from "../../kube/token-buckets.ts";
import type { Clock } from "../../time/clock.ts";
import type { Log } from "./logger.ts";

/** Warnings that are alike: so many at once, then one a minute. */
const alike = { burst: 20, perSecond: 1 / 60, maxKeys: 10_000 };

/**
 * The log, where warnings about what tenants have are rare: of those that say the same of one namespace some have a line each,
 * and the others are a number in the next one. Whoever changes what can't be understood ten times a second makes no more lines.
 */
export function sparingLog(log: Log, clock: Pick<Clock, "monotonic">): Log {
  const allows = tokenBuckets(clock, alike);
  const leftOut = new Map<string, number>();
  return {
    ...log,
    warn: (fields, message) => {
      const namespace = namespaceOf(fields);
      if (namespace === undefined) {
        log.warn(fields, message);
        return;
      }
      const key = `${namespace} ${message}`;
      const left = leftOut.get(key) ?? 0;
      leftOut.delete(key);
      if (allows(key)) log.warn(left === 0 ? fields : { ...fields, leftOut: left }, message);
      else leftOut.set(key, left + 1);
      for (const quiet of leftOut.keys()) {
        if (leftOut.size <= alike.maxKeys) break;
        leftOut.delete(quiet);
      }
    },
  };
}

/** The namespace of what the line is about: by itself, or in the name of an object, or of a key of work; undefined: none. */
function namespaceOf(fields: object): string | undefined {
  const { namespace, object, key }: Readonly<Record<string, unknown>> = { ...fields };
  const [, named] = /^([^/]+)\//.exec(String(object ?? key)) ?? [];
  return typeof namespace === "string" ? namespace : named;
}
