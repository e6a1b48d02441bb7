import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { Programmed, SourcesSummary, TlsFailure } from "../world/kong-state.ts";
import type { Facts } from "../world/facts.ts";
import { byAge } from "../world/compare.ts";
import { aliasesOf, pathsFor } from "../world/source-hosts.ts";
import type { Source, SourceNote } from "../world/source.ts";
import type { PathRefusal, SourceStatus } from "../world/claim-status.ts";
import type { HostDecision } from "../decide/host-decision.ts";
import type { Settings } from "../decide/settings.ts";
import { formerNames } from "../decide/former-names.ts";
import { isOurs } from "../decide/source-class.ts";
import { keptOut } from "./kept-out.ts";
import type { HostRoutes } from "./host-routes.ts";
import type { SourceRefusal } from "./route.ts";
import { bounded } from "./bounded.ts";

/** What becomes of one source, before it is bounded. */
export interface SourceOutcome {
  readonly source: Source;
  /** Paths that the gateway is to have. */
  readonly planned: number;
  readonly refused: number;
  readonly refusals: readonly PathRefusal[];
}

/** What the plan for a host makes of each source of its holder that names it, oldest first (rule X8). */
export function sourceOutcomes(
  facts: Facts,
  settings: Settings,
  { host, serving }: Pick<HostDecision, "host" | "serving">,
  planned: HostRoutes,
): readonly SourceOutcome[] {
  if (serving === undefined || host === anyHost) return [];
  const routes = new Map<string, number>();
  for (const { source } of planned.routes) routes.set(source.name, (routes.get(source.name) ?? 0) + 1);
  // What a source says for a name of before counts for this one (rule N2).
  const names = [host, ...formerNames(facts, host)];
  const named = new Set(
    names.flatMap((name) => [...facts.sourcesFor(serving, name), ...facts.tlsSourcesFor(serving, name)]),
  );
  const refusals = new Map<string, SourceRefusal[]>();
  for (const refusal of planned.refusals) {
    if (refusal.refused === 0 && refusal.tls !== "refused") continue;
    const key = keyOf(refusal.source);
    const own = refusals.get(key);
    if (own === undefined) refusals.set(key, [refusal]);
    else own.push(refusal);
  }
  return [...named]
    .filter((source) => isOurs(facts, settings, source))
    .sort(byAge)
    .map((source): SourceOutcome => {
      const out = keptOut(facts, settings, source);
      if (out.length > 0) {
        const why = out.map(({ reason, message }) => ({ reason, message }));
        const refused = names.reduce((sum, name) => sum + pathsFor(source, name).length, 0);
        return { source, planned: 0, refused, refusals: why };
      }
      const notes = source.notes.length === 0 ? [] : notesAbout(source, names);
      const own = refusals.get(keyOf(source)) ?? [];
      return {
        source,
        planned: routes.get(source.name) ?? 0,
        refused: notes.length + own.reduce((sum, { refused }) => sum + refused, 0),
        refusals: [...notes, ...own].map(({ path, reason, message }) => ({
          ...(path === undefined ? {} : { path }),
          ...{ reason, message },
        })),
      };
    });
}

/** The outcomes as the host's claim tells them, once it is known how Kong took the plan. Undefined: no source names the host. */
export function sourcesSummary(
  outcomes: readonly SourceOutcome[],
  { reason, tls }: Pick<Programmed, "reason" | "tls">,
): SourcesSummary | undefined {
  if (outcomes.length === 0) return undefined;
  const known = settled.has(reason);
  const statuses = outcomes.map(({ source: { kind, name }, planned, refused, refusals }): SourceStatus => ({
    ...{ kind, name },
    ...(known ? { live: planned } : {}),
    ...{
      refused,
      refusals:
        tls?.source !== undefined && keyOf(tls.source) === keyOf({ kind, name }) ? [...refusals, told(tls)] : refusals,
    },
  }));
  return bounded(statuses);
}

function told({ reason, message }: TlsFailure): PathRefusal {
  return { reason, message };
}

/** After these it is known what Kong has of the plan. */
const settled: ReadonlySet<Programmed["reason"]> = new Set([
  "Programmed",
  "NoRoutes",
  "WildcardUnsupported",
  "ForeignHost",
  "Redirecting",
  "Renamed",
  "RedirectCircle",
  "RedirectTooLong",
  "RedirectInvalid",
  "RedirectUnsupported",
]);

/**
 * What could not be read of a source's paths is left out: of one of the names, of a host whose paths one of them has as an alias, or of
 * nobody knows which.
 */
function notesAbout(source: Source, names: readonly Host[]): readonly SourceNote[] {
  const isAlias = names.some((name) => aliasesOf(source).has(name));
  const concerns = (of: RouteHost): boolean => (isAlias && of !== anyHost) || names.some((name) => name === of);
  return source.notes.filter(({ host, reason }) => (host === undefined ? aboutPaths.has(reason) : concerns(host)));
}

const aboutPaths: ReadonlySet<string> = new Set(["TooManyPaths", "InvalidPath", "PathConflict"]);

function keyOf({ kind, name }: Pick<Source, "kind" | "name">): string {
  return `${kind} ${name}`;
}
