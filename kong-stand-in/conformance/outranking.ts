import type { Scenario } from "./proxy-recording.ts";

type Matchers = {
  readonly regex_priority?: number;
  readonly hosts?: unknown;
  readonly paths?: unknown;
  readonly methods?: unknown;
  readonly headers?: unknown;
  readonly snis?: unknown;
};

/**
 * Whether a route may go before one with a plain host: with four kinds of matchers, or a `regex_priority` that is
 * negative or large. Such routes can freeze the router of a real Kong's worker until Kong is started again.
 */
export function mayOutrank(route: unknown): boolean {
  const { regex_priority = 0, ...rest } = (route ?? {}) as Matchers;
  const kinds = [rest.hosts, rest.paths, rest.methods, rest.headers, rest.snis].filter((kind) => kind != null);
  return kinds.length >= 4 || regex_priority < 0 || regex_priority >= 2048;
}

/**
 * The scenarios with those at the end that can freeze a real Kong's router, which would spoil all that come after them.
 * One that continues another stays behind it.
 */
export function riskyLast(scenarios: readonly Scenario[]): readonly Scenario[] {
  const chains: Scenario[][] = [];
  for (const scenario of scenarios) {
    if (scenario.continues === true) chains.at(-1)!.push(scenario);
    else chains.push([scenario]);
  }
  const isRisky = (scenario: Scenario): boolean =>
    scenario.name.startsWith("pair-") || scenario.entities.some(({ body }) => mayOutrank(body));
  const [safe, risky] = [false, true].map((wanted) => chains.filter((chain) => chain.some(isRisky) === wanted));
  return [...safe!, ...risky!].flat();
}
