import { nowhere } from "../../src/plan/kong/cover.ts";
import type { KongPlugin, KongRoute, KongService } from "../../src/plan/kong/entities.ts";
import type { FakeClock } from "./fake-clock.ts";
import type { FakeKong } from "./fake-kong.ts";

/** What Kong had from a moment on. */
interface State<T> {
  readonly since: number;
  readonly entities: readonly T[];
}

/** A route, and the service to which it leads: both are taken over together. */
interface Routed {
  readonly route: KongRoute;
  readonly service: KongService | undefined;
}

/**
 * The workers of a Kong, each of which takes over routes and plugins by two timers of its own, at some time before the lag is
 * over: so what some worker may answer is any routes of that time with any plugins of it.
 */
export class LateWorkers {
  readonly #kong: FakeKong;
  readonly #clock: FakeClock;
  readonly #lagMs: number;
  #routes: State<Routed>[] = [];
  #plugins: State<KongPlugin>[] = [];

  constructor(kong: FakeKong, clock: FakeClock, lagMs: number) {
    this.#kong = kong;
    this.#clock = clock;
    this.#lagMs = lagMs;
    kong.onWrite = () => this.#look();
    this.#look();
  }

  /** Every answer that a request for the path of the host may get now: a service's name, a location, `404` or `error`. */
  answers(host: string, path = "/"): readonly string[] {
    const answers = new Set<string>();
    for (const { entities: routed } of this.#possible(this.#routes)) {
      for (const { entities: plugins } of this.#possible(this.#plugins))
        answers.add(this.#answer(routed, plugins, host, path));
    }
    return [...answers].sort();
  }

  #look(): void {
    const since = this.#clock.monotonic();
    this.#routes = [...this.#possible(this.#routes), { since, entities: this.#routed() }];
    this.#plugins = [...this.#possible(this.#plugins), { since, entities: [...this.#kong.stored.plugins.values()] }];
  }

  #routed(): readonly Routed[] {
    const { routes, services } = this.#kong.stored;
    return [...routes.values()].map((route) => ({ route, service: services.get(route.service.id) }));
  }

  /** The states that some worker may have: those that were Kong's at some time within the lag. */
  #possible<T>(states: readonly State<T>[]): State<T>[] {
    const from = this.#clock.monotonic() - this.#lagMs;
    return states.filter((_, i) => (states[i + 1]?.since ?? Infinity) > from);
  }

  #answer(routed: readonly Routed[], plugins: readonly KongPlugin[], host: string, path: string): string {
    const [exact = [], wildcard = []] = [host, host.replace(/^[^.]+/, "*")].map((name) =>
      routed.filter(({ route }) => route.hosts?.includes(name)),
    );
    const [, found] =
      (exact.length > 0 ? exact : wildcard)
        .flatMap((one) =>
          one.route.paths.filter((text) => matches(text, path)).map((text) => [text.length, one] as const),
        )
        .sort(([a], [b]) => b - a)[0] ?? [];
    if (found === undefined) return "404";
    const { route, service } = found;
    const lua = plugins.find((plugin) => plugin.service.id === route.service.id)?.config.access.join() ?? "";
    const [, location] = /Location = "([^"]+)"/.exec(lua) ?? [];
    if (location !== undefined) return location;
    const [, name, namespace, port] = /set_target\("([^.]+)\.([^.]+)\.[^"]*", (\d+)\)/.exec(lua) ?? [];
    if (name !== undefined) return `${namespace ?? ""}.${name}.${port ?? ""}`;
    return service === undefined || service.host === nowhere ? "error" : service.name;
  }
}

function matches(text: string, path: string): boolean {
  return text.startsWith("~") ? new RegExp(`^(?:${text.slice(1)})`).test(path) : path.startsWith(text);
}
