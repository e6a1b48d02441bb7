import { taggedNamespace } from "../../src/plan/kong/tags.ts";
import type { KongRoute } from "../../src/plan/kong/entities.ts";
import { expectedRoutes } from "./observed.ts";
import type { ModelRegister } from "./ownership.ts";
import type { Stage } from "./stage.ts";

/** A host that was handed over, perhaps more than once, and the routes of whoever gave it that were there then. */
interface Handover {
  readonly receiver: string;
  /** By the namespace of the giver. */
  readonly routes: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Transfers, followed from one look to the next. N-b: a host goes from one claim to another without being free in between
 * only if it is handed over to that one's namespace. N-a: a route that the receiver serves, too, is changed and not removed.
 * What the giver had there may stay until it is changed; nothing of it may come anew.
 */
export class Handovers {
  readonly #stage: Stage;
  readonly #handovers = new Map<string, Handover>();
  #before: ModelRegister = new Map();
  /** What the receivers were to serve at the last look. */
  #expected: ReadonlySet<string> = new Set();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Sentences about what was broken since the last look. That calls fail or watches lag excuses nothing. */
  look(register: ModelRegister, routes: readonly KongRoute[]): readonly string[] {
    const broken = [...register].flatMap(([host, now]) => {
      const last = this.#before.get(host);
      if (last === undefined || last.kept || now.kept || last.uid === now.uid) return [];
      const left = routesOf(routes, host, last.namespace);
      const earlier = this.#handovers.get(host)?.routes ?? new Map<string, ReadonlySet<string>>();
      const givers = [...earlier, [last.namespace, left] as const].filter(([giver]) => giver !== now.namespace);
      this.#handovers.set(host, { receiver: now.namespace, routes: new Map(givers) });
      if (last.transfer?.uid === now.namespaceUid) return [];
      return [`N-b: ${host} went from ${last.uid} to ${now.uid}, to whose namespace it was not handed over`];
    });
    const removed = this.#looked(register, routes);
    this.#before = register;
    const before = this.#expected;
    this.#expected = this.#handovers.size === 0 ? new Set() : new Set(expectedRoutes(this.#stage));
    const lost = removed.filter((served) => before.has(served) && this.#expected.has(served));
    return [
      ...broken,
      ...lost.map((served) => `N-a: a route that ${served} was to have in place of the giver's was removed`),
    ];
  }

  /** True if the route is one that whoever handed the host over had there. */
  mayStay({ id, tags }: KongRoute, host: string): boolean {
    return (
      this.#handovers
        .get(host)
        ?.routes.get(taggedNamespace(tags) ?? "")
        ?.has(id) === true
    );
  }

  /** Takes note of which routes of givers have gone or changed; those that a write of ours removed, as "host receiver". */
  #looked(register: ModelRegister, routes: readonly KongRoute[]): readonly string[] {
    const removed: string[] = [];
    for (const [host, { receiver, routes: before }] of this.#handovers) {
      const left = new Map(
        [...before].map(([giver, ids]) => {
          const there = routesOf(routes, host, giver);
          return [giver, new Set([...ids].filter((id) => there.has(id)))] as const;
        }),
      );
      const gone = [...before].flatMap(([giver, ids]) => [...ids].filter((id) => left.get(giver)?.has(id) !== true));
      const isRemoved = gone.some((id) => !this.#stage.kong.stored.routes.has(id));
      const byUs = this.#stage.kong.writes.at(-1)?.startsWith(`remove routes ${host} `) === true;
      if (isRemoved && byUs) removed.push(`${host} ${receiver}`);
      const isOver = [...left.values()].every(({ size }) => size === 0);
      if (isOver || register.get(host) === undefined) this.#handovers.delete(host);
      else this.#handovers.set(host, { receiver, routes: left });
    }
    return removed;
  }
}

function routesOf(routes: readonly KongRoute[], host: string, namespace: string): ReadonlySet<string> {
  return new Set(
    routes
      .filter(
        ({ hosts, name, tags }) =>
          hosts?.includes(host) === true && !name.startsWith("guard~") && taggedNamespace(tags) === namespace,
      )
      .map(({ id }) => id),
  );
}
