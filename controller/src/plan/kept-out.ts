import { sourceMessages } from "@domain-claims/crds/messages/sources";
import { isIgnored } from "../decide/ignored.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import { routeCount } from "../world/source-hosts.ts";
import type { Source, SourceNote } from "../world/source.ts";

/**
 * Why nothing of a source is served, whoever holds its hosts; empty: nothing keeps it out. It asks for more routes than its
 * namespace may have (rule X1), or for less access than its routes would give (rule X6).
 */
export function keptOut(facts: Facts, settings: Settings, source: Source): readonly SourceNote[] {
  const restricted = restrictionsOf(settings, source);
  if (!facts.isLeftOut(source)) return restricted;
  const message = sourceMessages.tooManyRoutes(routeCount(source), settings.routesPerNamespace);
  return [...restricted, { reason: "TooManyPaths", message }];
}

/** Where a source asks for less access than its routes would give (rule X6). */
export function restrictionsOf(settings: Settings, { restrictions }: Source): Source["restrictions"] {
  return restrictions.filter(({ annotation }) => !isIgnored(settings, annotation));
}
