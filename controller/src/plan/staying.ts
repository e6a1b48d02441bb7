import type { Facts } from "../world/facts.ts";
import { matchKey, sourceKey } from "../world/source.ts";
import type { PathMatch } from "../world/source.ts";
import type { HostRoutes, NamedSource } from "./route.ts";
import type { Standby } from "./standby.ts";

/**
 * Which routes that Kong has for a host stay as they are while what is to take their place can't do so yet: those of these
 * namespaces, as far as the rest says nothing else.
 */
export interface Staying {
  readonly namespaces: readonly string[];
  /** Those of them that handed the host over. */
  readonly givers: readonly string[];
  /** The sources, by {@link sourceKey}, whose routes stay, and with them whatever answers with a redirect; undefined: anybody's. */
  readonly sources: ReadonlySet<string> | undefined;
  /** Paths, by {@link matchKey}, whose routes go: the Services behind them may be served no longer (rules L3 and X6). */
  readonly barred: ReadonlySet<string>;
}

/** What asks for a host in a namespace. */
export interface Asking {
  /** The sources that are served. */
  readonly sources: readonly NamedSource[];
  /** True if some source is not, since it asks for less access than its routes would give. */
  readonly restricts: boolean;
  /** Their paths whose Services may not be served. */
  readonly barred: () => readonly PathMatch[];
}

/**
 * Which routes stay; undefined where nothing is waited for. `serving` is the namespace of the holder, `askingIn` says what asks
 * for the host in a namespace.
 *
 * Routes of sources that are gone stay, too, for a time: an Ingress is often deleted together with what makes it needless. They
 * don't once some source restricts access: what took the place of the one that is gone may be that one. Those of who handed the
 * host over stay for a longer time and no more, whatever becomes of what is to take their place: it is not their host.
 */
export function stayingOf(
  facts: Facts,
  {
    host,
    waitsForGuards,
    guardsWithheld,
    serving,
  }: Pick<HostRoutes, "host" | "waitsForGuards" | "guardsWithheld"> & { readonly serving: string | undefined },
  standby: Standby | undefined,
  askingIn: (namespace: string) => Asking,
): Staying | undefined {
  if (standby === undefined || guardsWithheld) return undefined;
  if (!waitsForGuards && facts.isStandbyInEffect(host, standby.name)) return undefined;
  const over = facts.stayOver(host);
  const { written = [] } = facts.live(host);
  const namespaces = written.filter((namespace) => over !== "givers" || namespace === serving);
  const asking = namespaces.map(askingIn);
  const anybodys = over === undefined && !asking.some(({ restricts }) => restricts);
  return {
    namespaces,
    givers: namespaces.filter((namespace) => namespace !== serving),
    sources: anybodys
      ? undefined
      : new Set(asking.flatMap(({ sources }) => sources).map(({ source }) => sourceKey(source))),
    barred: new Set(asking.flatMap(({ barred }) => barred()).map(matchKey)),
  };
}
