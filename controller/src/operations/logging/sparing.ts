import { tokenBuckets } from "../../kube/token-buckets.ts";
import type { Clock } from "../../time/clock.ts";
import type { Log } from "./logger.ts";

/** Lines that are alike: so many at once, and in the long run. */
const most = {
  info: { burst: 100, perSecond: 1 / 2, maxKeys: 10_000 },
  warn: { burst: 20, perSecond: 1 / 60, maxKeys: 10_000 },
} as const;

/**
 * The log, where what tenants do makes few lines: of those that say the same of one namespace, or of one host, some are written, and
 * the others are a number in the next one. Neither does a share that is given and taken back all the time fill the disk, nor
 * something that can't be understood and changes ten times a second.
 */
export function sparingLog(log: Log, clock: Pick<Clock, "monotonic">): Log {
  return { ...log, info: sparing(log.info, clock, most.info), warn: sparing(log.warn, clock, most.warn) };
}

type Write = Log["info"];

function sparing(write: Write, clock: Pick<Clock, "monotonic">, limits: (typeof most)[keyof typeof most]): Write {
  const allows = tokenBuckets(clock, limits);
  const leftOut = new Map<string, number>();
  return (fields, message) => {
    const subject = subjectOf(fields);
    if (subject === undefined) {
      write(fields, message);
      return;
    }
    const key = `${subject} ${message}`;
    const left = leftOut.get(key) ?? 0;
    leftOut.delete(key);
    if (allows(key)) write(left === 0 ? fields : { ...fields, leftOut: left }, message);
    else leftOut.set(key, left + 1);
    for (const quiet of leftOut.keys()) {
      if (leftOut.size <= limits.maxKeys) break;
      leftOut.delete(quiet);
    }
  };
}

/** The namespace of what the line is about, by itself or in a name, or else what work is for; undefined for neither. */
function subjectOf(fields: object): string | undefined {
  const { namespace, object, key }: Readonly<Record<string, unknown>> = { ...fields };
  if (typeof namespace === "string") return namespace;
  const [, named] = /^([^/]+)\//.exec(String(object ?? key)) ?? [];
  return named ?? (typeof key === "string" ? key : undefined);
}
