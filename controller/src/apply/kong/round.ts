import type { RouteHost } from "@domain-claims/crds/hostname";
import type { KongRoute } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";

/** Routes of a host to which the same is done; all of one stage is done before the next begins. */
export class Stage {
  readonly act: "remove" | "put";
  readonly #routes: readonly KongRoute[];
  #next = 0;

  constructor(act: Stage["act"], routes: readonly KongRoute[]) {
    this.act = act;
    this.#routes = routes;
  }

  /** How many routes are left. */
  get left(): number {
    return this.#routes.length - this.#next;
  }

  /** Takes so many of those that are left. */
  take(count: number): readonly KongRoute[] {
    const taken = this.#routes.slice(this.#next, this.#next + count);
    this.#next += taken.length;
    return taken;
  }
}

/** All that a plan has to be done for in Kong, of which a piece is done at a time. */
export interface Round {
  readonly plan: HostPlan;
  readonly stages: readonly Stage[];
  /** What failed, by the id of the route. It is not tried again in the same round: others stand behind it. */
  readonly failures: Map<string, unknown>;
  /** Services that may be needed no longer. */
  readonly leftBehind: ReadonlySet<string>;
}

/** The rounds that go on, by host. */
export type Rounds = Map<RouteHost, Round>;
