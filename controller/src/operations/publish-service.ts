import type { Log } from "./logging/logger.ts";
import type { Service } from "../world/core-v1.ts";

/** The Service whose addresses are published. */
export interface PublishService {
  /** What keeps accepted sources from an address, in a sentence; undefined where nothing does. */
  readonly problem: () => string | undefined;
  /** To be called when everything has been listed once, and when a Service has changed: logs a problem that is new. */
  readonly look: () => void;
}

/** Watches over the Service that `--publish-service` names; `service` is what is known of it, if it exists. */
export function publishService(name: string, service: () => Service | undefined, log: Log): PublishService {
  let told: string | undefined;
  const problem = (): string | undefined => {
    const known = service();
    if (known === undefined) return `there is no Service ${name}, so what is accepted gets no address`;
    return known.addresses.length > 0
      ? undefined
      : `the Service ${name} has no address, so what is accepted gets none either`;
  };
  return {
    problem,
    look: () => {
      const now = problem();
      if (now !== undefined && now !== told) log.warn({ setting: "--publish-service" }, now);
      told = now;
    },
  };
}
