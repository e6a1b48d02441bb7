import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import type { ServiceRef } from "../world/core-v1.ts";
import type { PathMatch, SourceRef } from "../world/source.ts";
import type { Standby } from "./standby.ts";

/**
 * Which routes that Kong has for a host stay as they are while what is to take their place can't do so yet: those of these
 * namespaces, as far as the rest says nothing else.
 */
export interface Staying {
  readonly namespaces: readonly string[];
  /** Those of them that handed the host over. */
  readonly givers: readonly string[];
  /** What is asked for still: no other routes stay, but whatever answers with a redirect does; undefined: any route does. */
  readonly asked: readonly AskedPath[] | undefined;
  /** Paths whose routes go: the Services behind them may be served no longer (rules L3 and X6). */
  readonly barred: readonly AskedPath[];
  /** Services to which a route may lead no longer, whatever its path leads to by now. */
  readonly barredServices: readonly ServiceRef[];
  /**
   * Paths whose routes may go on over HTTP; the others do over HTTPS alone, also those of what is gone: what took its place may
   * be what is for HTTPS alone. Undefined: all routes may, since nothing is.
   */
  readonly open: readonly AskedPath[] | undefined;
}

/** A path, and the source that asks for it. */
export interface AskedPath {
  readonly source: SourceRef;
  readonly match: PathMatch;
}

/** What asks for a host in a namespace. */
export interface Asking {
  /** True if some source is not served, since it asks for less access than its routes would give. */
  readonly restricts: boolean;
  /** The paths of those that are: no more than a host may have. */
  readonly asked: readonly AskedPath[];
  /** Those of them whose Services may not be served. */
  readonly barred: readonly AskedPath[];
  /** Those of them that are for HTTP, too. */
  readonly open: readonly AskedPath[];
}

/**
 * Which routes stay; undefined where nothing is waited for. `serving` is the namespace of the holder, `askingIn` says what asks
 * for the host in a namespace, `isBarred` whether a Service may not be served.
 *
 * Routes of sources and paths that are gone stay, too, for a time: a source is often deleted together with what makes it
 * needless. They don't once some source restricts access: what took the place of what is gone may be that one. Those of who
 * handed the host over stay for a longer time and no more, whatever becomes of what is to take their place: it is not their host.
 */
export function stayingOf(
  facts: Facts,
  {
    host,
    waitsForGuards,
    guardsWithheld,
    serving,
  }: {
    readonly host: RouteHost;
    readonly waitsForGuards: boolean;
    readonly guardsWithheld: boolean;
    readonly serving: string | undefined;
  },
  standby: Standby | undefined,
  askingIn: (namespace: string) => Asking,
  isBarred: (service: ServiceRef) => boolean,
): Staying | undefined {
  if (standby === undefined || guardsWithheld) return undefined;
  if (!waitsForGuards && facts.isStandbyInEffect(host, standby.name)) return undefined;
  const over = facts.stayOver(host);
  const { written = [] } = facts.live(host);
  const namespaces = written.filter((namespace) => over !== "givers" || namespace === serving);
  const asking = namespaces.map(askingIn);
  const all = over === undefined && !asking.some(({ restricts }) => restricts);
  return {
    namespaces,
    givers: namespaces.filter((namespace) => namespace !== serving),
    asked: all ? undefined : asking.flatMap(({ asked }) => asked),
    barred: asking.flatMap(({ barred }) => barred),
    barredServices: facts.staysOn(host).filter(isBarred),
    open: asking.every(({ asked, open }) => open.length === asked.length)
      ? undefined
      : asking.flatMap(({ open }) => open),
  };
}
