import type { KongStandby } from "../../plan/kong/host.ts";
import type { KongContext } from "./context.ts";
import { putService, serviceStands } from "./service.ts";

/**
 * Has Kong know what is to take the place of a host's routes before a route leads there, and no more of it than `most` at once.
 * What fails goes to `failures`, by the id of the service; what is there already is not tried again.
 */
export async function putStandby(
  context: KongContext,
  standby: KongStandby,
  failures: Map<string, unknown>,
  most: number,
  signal: AbortSignal,
): Promise<void> {
  for (const { service, plugins } of missing(context, standby, failures).slice(0, most)) {
    try {
      await putService(context, service, plugins, signal);
    } catch (error) {
      failures.set(service.id, error);
    }
  }
}

/** True while something of it is not in Kong as it is wanted, and has not failed. */
export function lacksStandby(
  context: KongContext,
  standby: KongStandby,
  failures: ReadonlyMap<string, unknown> = new Map(),
): boolean {
  return missing(context, standby, failures).length > 0;
}

function missing(
  context: KongContext,
  { targets }: KongStandby,
  failures: ReadonlyMap<string, unknown>,
): KongStandby["targets"] {
  return targets.filter(
    ({ service, plugins }) => !failures.has(service.id) && !serviceStands(context, service, plugins),
  );
}
