import { tokenBuckets } from "../../kube/token-buckets.ts";
import type { Clock } from "../../time/clock.ts";
import type { Log } from "./logger.ts";

/** Warnings that are alike: so many at once, then one a minute. */
const alike = { burst: 20, perSecond: 1 / 60, maxKeys: 10_000 };

/**
 * The log, where warnings about what tenants have are rare: of those that say the same of one namespace, or of one host, some have
 * a line each, and the others are a number in the next one. Whoever changes what can't be understood ten times a second makes no
 * more lines.
 */
export function sparingLog(log: Log, clock: Pick<Clock, "monotonic">): Log {
  const allows = tokenBuckets(clock, alike);
  const leftOut = new Map<string, number>();
  return {
    ...log,
    warn: (fields, message) => {
      const subject = subjectOf(fields);
      if (subject === undefined) {
        log.warn(fields, message);
        return;
      }
      const key = `${subject} ${message}`;
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

/** The namespace of what the line is about, by itself or in a name, or else what work is for; undefined for neither. */
function subjectOf(fields: object): string | undefined {
  const { namespace, object, key }: Readonly<Record<string, unknown>> = { ...fields };
  if (typeof namespace === "string") return namespace;
  const [, named] = /^([^/]+)\//.exec(String(object ?? key)) ?? [];
  return named ?? (typeof key === "string" ? key : undefined);
}
