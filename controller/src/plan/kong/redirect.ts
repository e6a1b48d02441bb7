import { isWildcard, recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";
import { matchKey } from "../../world/source.ts";
import { challenges } from "../redirect.ts";
import { locationOf } from "../route.ts";
import type { PlannedRedirect } from "../route.ts";
import { answerNotFound, everyRequest, oneLabelOnly, preFunction, wildcardPriority } from "./cover.ts";
import type { KongPlugin, KongRoute, KongService } from "./entities.ts";
import { entityId } from "./ids.ts";
import { exactHostPaths, wildcardHostPaths } from "./paths.ts";
import { redirectService } from "./redirect-service.ts";
import { taggedKind, tagsOf } from "./tags.ts";

const everyPath = { kind: "prefix", path: "/" } as const;

/**
 * The route that answers every request for a host with a redirect. It is the route that a source's path `/` would have, so
 * that one becomes the other by one write. Its service leads nowhere and is the claim's own: while the function is not in
 * effect a request gets an error of Kong's (rule X6), and never where an earlier holder of the host sent it.
 */
export function redirectRoute(
  settings: Settings,
  host: Host,
  redirect: PlannedRedirect,
): { readonly service: KongService; readonly plugin: KongPlugin; readonly route: KongRoute } {
  const { namespace, name } = redirect.claim;
  const tag = settings.kongTag;
  const origin = { kind: "Domain", namespace, name };
  const service = redirectService(settings, host, redirect.claim);
  const id = entityId(tag, "route", host, matchKey(everyPath));
  const wildcard = isWildcard(host);
  const { paths, rank } = wildcard
    ? wildcardHostPaths(everyPath, false)
    : { paths: exactHostPaths(everyPath, false), rank: 0 };
  const answer = redirectAnswer(redirect);
  return {
    service,
    plugin: preFunction(tag, service, wildcard ? `${oneLabelOnly(host)} ${answer}` : answer),
    route: {
      ...everyRequest,
      id,
      name: `${namespace}~${recordName(host)}~${id}`,
      service: { id: service.id },
      hosts: [host],
      paths,
      regex_priority: wildcard ? wildcardPriority(host, rank) : 0,
      tags: tagsOf(settings, origin, host),
    },
  };
}

/** True for a route that answers with a claim's redirect: it gives access to nothing. */
export function isRedirect({ tags }: KongRoute): boolean {
  return taggedKind(tags) === "Domain";
}

/**
 * The Lua of the answer. What is kept is the request's target as it came (`get_path_with_query` is nginx's `$request_uri`):
 * Kong's own plugin `redirect` is there from 3.9 on only, and puts it together anew. A target in absolute form without a path
 * begins with its query, or is empty; whatever does not begin with a slash gets one, so that nothing in it becomes a part of the host.
 */
function redirectAnswer({ keepPath, statusCode, ...redirect }: PlannedRedirect): string {
  const root = locationOf(redirect);
  const target = `local target = kong.request.get_path_with_query() ${unlessChallenge}`;
  const exit = (location: string): string =>
    `return kong.response.exit(${String(statusCode)}, "redirecting", { Location = ${location} })`;
  if (!keepPath) return `${target} ${exit(`"${root}/"`)}`;
  return `${target} if target:sub(1, 1) ~= "/" then target = "/" .. target end ${exit(`"${root}" .. target`)}`;
}

/**
 * A certificate authority follows redirects, so whoever holds the other host could answer there, and have a certificate for
 * this one. What the host's own sources do not answer is answered by nobody.
 */
const unlessChallenge = `if target:sub(1, ${String(challenges.length)}) == "${challenges}" then ${answerNotFound} end`;
