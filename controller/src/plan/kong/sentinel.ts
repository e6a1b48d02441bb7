import { everyRequest, nowhere, preFunction } from "./cover.ts";
import type { KongPlugin, KongRoute, KongService } from "./entities.ts";
import { entityId } from "./ids.ts";
import { leadingNowhere } from "./service.ts";

/** The route by which the gateway shows how much of what was written it has in effect, and how to ask for it. */
export interface Sentinel {
  readonly service: KongService;
  /** Undefined where Kong has no `pre-function`. */
  readonly plugin: KongPlugin | undefined;
  readonly route: KongRoute;
  readonly host: string;
  readonly path: string;
}

/** The tag of the sentinel's entities: not that of all others, whose listing is for hosts. */
export function sentinelTag(tag: string): string {
  return `${tag}.sentinel`;
}

/**
 * A route for a host under `.invalid`, answered by Kong itself. Its path has the value, and the answer of its plugin has it,
 * too: routes and plugins are taken over by separate timers, so a request for the new path is answered with the new value
 * only when both are in effect, and with them everything that was written before.
 */
export function sentinelOf(kongTag: string, value: string, plugins: boolean): Sentinel {
  const tag = sentinelTag(kongTag);
  const id = entityId(kongTag, "sentinel");
  const host = `sentinel-${id.slice(0, 8)}.invalid`;
  const service: KongService = {
    ...leadingNowhere,
    id: entityId(kongTag, "sentinel-service"),
    name: `${tag}.service`,
    host: nowhere,
    tags: [tag],
  };
  const answer = `return kong.response.exit(200, { sentinel = "${value}" })`;
  return {
    service,
    plugin: plugins ? preFunction(kongTag, service, answer) : undefined,
    route: {
      ...everyRequest,
      id,
      name: tag,
      service: { id: service.id },
      hosts: [host],
      paths: [`/${value}`],
      regex_priority: 0,
      tags: [tag],
    },
    host,
    path: `/${value}`,
  };
}

/** True if the answer shows that the sentinel with the value is in effect. */
export function showsSentinel(value: string, plugins: boolean, answer: { status: number; body: string }): boolean {
  return plugins ? answer.status === 200 && answer.body.includes(`"${value}"`) : answer.status !== 404;
}
