import { settings } from "../support/builders.ts";
import type { FakeKong } from "../support/fake-kong.ts";

/** Where Kong sends requests for each host that has a redirect of ours there. */
export function actualRedirects({ stored }: FakeKong): ReadonlyMap<string, string> {
  return new Map(
    [...stored.routes.values()]
      .filter(({ tags }) => tags.includes(settings.kongTag))
      .flatMap((route) => {
        const plugin = [...stored.plugins.values()].find(({ service }) => service.id === route.service.id);
        const [, to] = /Location = "https?:\/\/([^"/]+)"/.exec(plugin?.config.access.join() ?? "") ?? [];
        return to === undefined ? [] : (route.hosts ?? []).map((host) => [host, to] as const);
      }),
  );
}
