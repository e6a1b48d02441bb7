import type { KongRoute } from "../../src/plan/kong/entities.ts";
import { settings } from "../support/builders.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import type { FakeKong } from "../support/fake-kong.ts";

/**
 * What the gateway may have in effect, and what it surely has: its workers take over what is written some time after Kong
 * has said that it has it, and nobody knows when before that time is over.
 */
export class Gateway {
  readonly #clock: FakeClock;
  readonly #kong: FakeKong;
  readonly #lagMs: number;
  /** Every route of ours that Kong has, and since when. */
  #present = new Map<string, { readonly route: KongRoute; readonly since: number }>();
  /** Routes that were removed or changed, as they were, and until when a worker may have them. */
  #lingering: { readonly route: KongRoute; readonly until: number }[] = [];

  constructor(kong: FakeKong, clock: FakeClock, lagMs: number) {
    this.#kong = kong;
    this.#clock = clock;
    this.#lagMs = lagMs;
  }

  /** Takes note of what Kong has now: to be called after every write, and after whatever somebody else does. */
  look(): void {
    const now = this.#clock.monotonic();
    const present = new Map<string, { readonly route: KongRoute; readonly since: number }>();
    for (const route of this.#kong.stored.routes.values()) {
      if (!route.tags.includes(settings.kongTag)) continue;
      const before = this.#present.get(route.id);
      const served = before !== undefined && areServedAlike(before.route, route);
      present.set(route.id, { route, since: served ? before.since : now });
    }
    for (const [id, { route }] of this.#present) {
      const after = present.get(id)?.route;
      if (after === undefined || !areServedAlike(route, after))
        this.#lingering.push({ route, until: now + this.#lagMs });
    }
    this.#present = present;
    this.#lingering = this.#lingering.filter(({ until }) => until > now);
  }

  /** The routes of ours that some worker may have. */
  get possible(): readonly KongRoute[] {
    const now = this.#clock.monotonic();
    const lingering = this.#lingering.filter(({ until }) => until > now).map(({ route }) => route);
    return [...[...this.#present.values()].map(({ route }) => route), ...lingering];
  }

  /** The routes of ours that every worker has. */
  get certain(): readonly KongRoute[] {
    const now = this.#clock.monotonic();
    return [...this.#present.values()].filter(({ since }) => since + this.#lagMs <= now).map(({ route }) => route);
  }
}

/** True if a worker serves the same by both: tags are for people and for us. */
function areServedAlike(a: KongRoute, b: KongRoute): boolean {
  return a === b || JSON.stringify({ ...a, tags: [] }) === JSON.stringify({ ...b, tags: [] });
}
