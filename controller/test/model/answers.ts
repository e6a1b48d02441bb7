import { settings } from "../support/builders.ts";
import { clusterOf, expectedRoutes, registerOf } from "./observed.ts";
import { authorityOf, hostOf } from "./ownership.ts";
import { expectedRedirects } from "./redirects.ts";
import type { Stage } from "./stage.ts";

/**
 * N-a, for whatever becomes of a host: one that had an answer when everything was at rest, and was to have one at every moment
 * since, whether of its sources or a redirect, of its holder or of whom it was handed over to, has a route in Kong, and none that
 * is led to a function before the gateway has that in effect. That calls fail, watches lag or controllers crash excuses nothing:
 * what the host rests on has not changed. Only what another holder than then answers may be in Ingresses that no watch has shown, and whether it is
 * redirected in a claim that none has.
 */
export class Answers {
  readonly #stage: Stage;
  #answered: ReadonlySet<string> = new Set();
  /** The UIDs of the claims that held the hosts when everything was at rest. */
  #holders: ReadonlyMap<string, string> = new Map();
  /** The hosts that were redirected then. */
  #redirected: ReadonlySet<string> = new Set();
  /** Since when Kong has a function on each service, by its id. */
  #functions: ReadonlyMap<string, number> = new Map();
  /** The service to which each route led at the last look. */
  #led: ReadonlyMap<string, string> = new Map();
  /** How many writes there were at the last look. */
  #writes = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Everything is at rest: what is to be answered is. */
  atRest(): void {
    this.#answered = this.#toBeAnswered();
    this.#holders = new Map([...registerOf(this.#stage.cluster)].map(([host, { uid }]) => [host, uid]));
    this.#redirected = this.#toBeRedirected();
  }

  /** Sentences about hosts that have lost their last route since the last look; `overlapping`: while two leaders write nothing is promised. */
  look(overlapping: boolean): readonly string[] {
    if (overlapping) this.#answered = new Set();
    const write = this.#newWrite();
    const early = this.#ledTooEarly(write);
    if (this.#answered.size === 0) return [];
    const now = this.#toBeAnswered();
    this.#answered = new Set([...this.#answered].filter((host) => now.has(host) && this.#isShown(host)));
    const gone = [...this.#answered].filter((host) => !this.#hasRoute(host));
    // What somebody else deletes behind our back is no write of ours, also where a guard of the host went before it.
    const lost = gone.filter((host) => write.startsWith(`remove routes ${host} `));
    this.#answered = new Set([...this.#answered].filter((host) => !gone.includes(host)));
    return [
      ...lost.map((host) => `N-a: ${host} was to be answered all the time, and has no route any more`),
      ...early
        .filter((host) => this.#answered.has(host))
        .map((host) => `N-a: ${host} was led to a function that some worker may not have`),
    ];
  }

  /** The write since the last look, as there is one at most; empty where something else has happened. */
  #newWrite(): string {
    const { writes } = this.#stage.kong;
    const write = writes.length > this.#writes ? writes.at(-1) : undefined;
    this.#writes = writes.length;
    return write ?? "";
  }

  /** The hosts of which the write led a route to a function that is not surely in effect. */
  #ledTooEarly(write: string): readonly string[] {
    const { clock, kong, lagMs } = this.#stage;
    const { plugins, routes } = kong.stored;
    const now = clock.monotonic();
    const before = { functions: this.#functions, led: this.#led };
    const services = [...plugins.values()].map(({ service }) => service.id);
    this.#functions = new Map(services.map((id) => [id, before.functions.get(id) ?? now]));
    this.#led = new Map([...routes.values()].map(({ id, service }) => [id, service.id]));
    return [...routes.values()].flatMap(({ id, hosts, service }) => {
      const known = before.led.get(id);
      const since = this.#functions.get(service.id);
      if (known === undefined || known === service.id || since === undefined || since + lagMs <= now) return [];
      return (hosts ?? []).filter((host) => write.startsWith(`update routes ${host} `));
    });
  }

  /** The hosts whose holders may hold them, and that are to be served or redirected. */
  #toBeAnswered(): ReadonlySet<string> {
    const { cluster } = this.#stage;
    const [model, register] = [clusterOf(this.#stage), registerOf(cluster)];
    const expected = new Set(expectedRoutes(this.#stage));
    const held = model.claims.filter(
      (claim) => register.get(hostOf(claim))?.uid === claim.uid && authorityOf(model, register, claim) !== undefined,
    );
    return new Set(held.filter((claim) => expected.has(`${hostOf(claim)} ${claim.namespace}`)).map(hostOf));
  }

  /**
   * False while what the host is to be answered with may be in no watch: it has another holder, and the watch of Ingresses lags;
   * or it is redirected since, or is no more, and that of claims does, so that of two changes the second may be seen first.
   */
  #isShown(host: string): boolean {
    const { cluster } = this.#stage;
    const isHeldAsThen = registerOf(cluster).get(host)?.uid === this.#holders.get(host);
    const isRedirectedAsThen = this.#toBeRedirected().has(host) === this.#redirected.has(host);
    return (!cluster.holds("Ingress") || isHeldAsThen) && (!cluster.holds("Domain") || isRedirectedAsThen);
  }

  #toBeRedirected(): ReadonlySet<string> {
    return new Set(expectedRedirects(this.#stage.cluster).keys());
  }

  #hasRoute(host: string): boolean {
    return [...this.#stage.kong.stored.routes.values()].some(
      ({ hosts, name, tags }) =>
        hosts?.includes(host) === true && tags.includes(settings.kongTag) && !name.startsWith("guard~"),
    );
  }
}
