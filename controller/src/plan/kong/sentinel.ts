import { everyRequest, nowhere, preFunction } from "./cover.ts";
import type { KongPlugin, KongRoute, KongService } from "./entities.ts";
import { entityId } from "./ids.ts";
import { leadingNowhere } from "./service.ts";

/** The route by which the gateway shows how much of what was written it has in effect, and how to ask for it. */
export interface Sentinel {
  readonly service: KongService;
  readonly plugin: KongPlugin;
  readonly route: KongRoute;
  readonly host: string;
  readonly path: string;
}

/**
 * What one proof writes, and no other. `asked` is the path, which whoever gets the request sees; `answered` is what Kong's own
 * function answers, and nobody else knows: a route of others for any host, which takes the request while the sentinel is not
 * in effect, can't say it.
 */
export interface SentinelValue {
  readonly asked: string;
  readonly answered: string;
}

/** The tag of the sentinel's entities: not that of all others, whose listing is for hosts. */
export function sentinelTag(tag: string): string {
  return `${tag}.sentinel`;
}

/**
 * A route for a host under `.invalid`, answered by Kong itself. Its path has a value, and the answer of its plugin has one,
 * too: routes and plugins are taken over by separate timers, so a request for the new path is answered with the new value
 * only when both are in effect, and with them everything that was written before.
 */
export function sentinelOf(kongTag: string, { asked, answered }: SentinelValue): Sentinel {
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
  const answer = `return kong.response.exit(200, { sentinel = "${answered}" })`;
  return {
    service,
    plugin: preFunction(kongTag, service, answer),
    route: {
      ...everyRequest,
      id,
      name: tag,
      service: { id: service.id },
      hosts: [host],
      paths: [`/${asked}`],
      regex_priority: 0,
      tags: [tag],
    },
    host,
    path: `/${asked}`,
  };
}

/** True if the answer shows that the sentinel with the value is in effect; any other answer is somebody else's. */
export function showsSentinel(
  { answered }: SentinelValue,
  { body, status }: { readonly status: number; readonly body: string },
): boolean {
  return status === 200 && body.includes(`"${answered}"`);
}
