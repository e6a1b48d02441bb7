import { settings } from "../support/builders.ts";
import { clusterOf, expectedRoutes, registerOf } from "./observed.ts";
import { authorityOf, hostOf } from "./ownership.ts";
import type { Stage } from "./stage.ts";

/**
 * N-a, for whatever becomes of a host: one that had an answer when everything was at rest, and was to have one at every moment
 * since, whether of its sources or a redirect, of its holder or of whom it was handed over to, has a route in Kong. That
 * calls fail, watches lag or controllers crash excuses nothing: what the host rests on has not changed.
 */
export class Answers {
  readonly #stage: Stage;
  #answered: ReadonlySet<string> = new Set();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Everything is at rest: what is to be answered is. */
  atRest(): void {
    this.#answered = this.#toBeAnswered();
  }

  /** Sentences about hosts that have lost their last route since the last look; `overlapping`: while two leaders write nothing is promised. */
  look(overlapping: boolean): readonly string[] {
    if (overlapping) this.#answered = new Set();
    if (this.#answered.size === 0) return [];
    const now = this.#toBeAnswered();
    this.#answered = new Set([...this.#answered].filter((host) => now.has(host)));
    // What somebody else deletes behind our back is no write of ours.
    const last = this.#stage.kong.writes.at(-1) ?? "";
    const removed = (host: string): boolean => last.startsWith(`remove routes ${host} `);
    const lost = [...this.#answered].filter((host) => removed(host) && !this.#hasRoute(host));
    this.#answered = new Set([...this.#answered].filter((host) => !lost.includes(host)));
    return lost.map((host) => `N-a: ${host} was to be answered all the time, and has no route any more`);
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

  #hasRoute(host: string): boolean {
    return [...this.#stage.kong.stored.routes.values()].some(
      ({ hosts, name, tags }) =>
        hosts?.includes(host) === true && tags.includes(settings.kongTag) && !name.startsWith("guard~"),
    );
  }
}
