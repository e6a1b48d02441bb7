import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Entities } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";

/** The collections of which a host has entities of its own. */
export type OwnCollection = "routes" | "snis";

/** Entities of a host to which the same is done; all of one step is done before the next begins. */
export class Step<C extends OwnCollection = OwnCollection> {
  readonly collection: C;
  /** `narrow`: what stays in Kong is written so that it gives less access. */
  readonly act: "remove" | "put" | "narrow";
  readonly #entities: readonly Entities[C][];
  #next = 0;

  constructor(collection: C, act: Step["act"], entities: readonly Entities[C][]) {
    this.collection = collection;
    this.act = act;
    this.#entities = entities;
  }

  /** How many are left. */
  get left(): number {
    return this.#entities.length - this.#next;
  }

  /** Takes so many of those that are left. */
  take(count: number): readonly Entities[C][] {
    const taken = this.#entities.slice(this.#next, this.#next + count);
    this.#next += taken.length;
    return taken;
  }
}

/** All that a plan has to be done for in Kong, of which a piece is done at a time. */
export interface Round {
  readonly plan: HostPlan;
  readonly steps: readonly (Step<"routes"> | Step<"snis">)[];
  /** What failed, by the id of the route or SNI. It is not tried again in the same round: others stand behind it. */
  readonly failures: Map<string, unknown>;
}

/** The rounds that go on, by host. */
export type Rounds = Map<RouteHost, Round>;
