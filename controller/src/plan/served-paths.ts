import type { RouteHost } from "@domain-claims/crds/hostname";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { SourceReason } from "@domain-claims/crds/reasons";
import type { Settings } from "../decide/settings.ts";
import { isOurs } from "../decide/source-class.ts";
import { byAge } from "../world/compare.ts";
import type { Facts } from "../world/facts.ts";
import { matchKey, sourceName } from "../world/source.ts";
import type { SourceRef } from "../world/source.ts";
import { pathsWithin } from "../world/source-hosts.ts";
import { backendOf } from "./backend.ts";
import { isForHttpsAlone } from "./https.ts";
import { keptOut, restrictionsOf } from "./kept-out.ts";
import type { NamedSource, PlannedRoute, SourceRefusal } from "./route.ts";
import type { AskedPath, Asking } from "./staying.ts";

/** What of its sources a host serves. */
export interface ServedPaths {
  readonly served: readonly PlannedRoute[];
  readonly refusals: readonly SourceRefusal[];
  /** The keys of the paths that are served. */
  readonly keys: ReadonlySet<string>;
  /** All paths that were looked at. */
  readonly asked: readonly AskedPath[];
  /** Those of them whose Services may not be served. */
  readonly barred: readonly AskedPath[];
  /** Those of them that are for HTTP, too. */
  readonly open: readonly AskedPath[];
}

/**
 * Goes through the sources, oldest first, those that name the host itself before those that have a name of before: each path
 * is served by the first that has it, and no more than are allowed.
 */
export function servedPaths(
  facts: Facts,
  settings: Settings,
  host: RouteHost,
  named: readonly NamedSource[],
): ServedPaths {
  const served = new Map<string, PlannedRoute>();
  const refusals: SourceRefusal[] = [];
  const asked: AskedPath[] = [];
  const barred: AskedPath[] = [];
  const open: AskedPath[] = [];
  let taken = 0;
  for (const { source, as } of named) {
    const { kind, namespace, name, options } = source;
    const ref: SourceRef = { kind, namespace, name };
    const refuse = (reason: SourceReason, message: string, path?: string, refused = 1): void =>
      void refusals.push({ source: ref, reason, message, path, refused });
    const { paths, routes, left } = pathsWithin(source, as, settings.pathsPerHost - taken);
    taken += routes;
    const told = new Set<string>();
    for (const path of paths) {
      const key = matchKey(path.match);
      const asks = { source: ref, match: path.match };
      asked.push(asks);
      if (!isForHttpsAlone(source)) open.push(asks);
      const first = served.get(key);
      if (first !== undefined) {
        // What names the new name itself stands before what has the old one: nobody has to be told.
        if (as === host && !isSame(first.source, ref)) {
          const message = sourceMessages.pathConflict(host, path.text, first.source.kind, sourceName(first.source));
          refuse("PathConflict", message, path.text);
        }
        continue;
      }
      const found = backendOf(facts, settings, source, host, path);
      if (!found.ok) {
        refuse(found.reason, found.message, path.text);
        if (found.reason === "ServiceRefused" || found.reason === "UnsupportedAnnotation") barred.push(asks);
        continue;
      }
      served.set(key, { match: path.match, backend: found.backend, options, source: ref });
      for (const { reason, message } of found.problems) {
        if (!told.has(message)) refuse(reason, message, path.text, 0);
        told.add(message);
      }
    }
    if (left > 0)
      refuse("TooManyPaths", sourceMessages.tooManyPaths(host, settings.pathsPerHost, left), undefined, left);
  }
  return { served: [...served.values()], refusals, keys: new Set(served.keys()), asked, barred, open };
}

/** That nothing is served, since the refusals say why. */
export function servingNothing(refusals: readonly SourceRefusal[]): ServedPaths {
  return { served: [], refusals, keys: new Set(), asked: [], barred: [], open: [] };
}

/** The sources that name a host by this name and are served, oldest first. */
export function namedSources(
  facts: Facts,
  settings: Settings,
  namespaces: readonly string[],
  as: RouteHost,
): readonly NamedSource[] {
  return namespaces
    .flatMap((namespace) => facts.sourcesFor(namespace, as))
    .filter((source) => isOurs(facts, settings, source) && keptOut(facts, settings, source).length === 0)
    .sort(byAge)
    .map((source) => ({ source, as }));
}

/** What of a namespace asks for the host by these names. */
export function askingIn(
  facts: Facts,
  settings: Settings,
  host: RouteHost,
  namespace: string,
  names: readonly RouteHost[],
): Asking {
  const sources = names.flatMap((as) => namedSources(facts, settings, [namespace], as));
  const { asked, barred, open } = servedPaths(facts, settings, host, sources);
  return {
    asked,
    barred,
    open,
    restricts: names.some((as) =>
      facts
        .sourcesFor(namespace, as)
        .some((source) => isOurs(facts, settings, source) && restrictionsOf(settings, source).length > 0),
    ),
  };
}

function isSame(a: SourceRef, b: SourceRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
