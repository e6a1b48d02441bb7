import type { Entities } from "../../plan/kong/entities.ts";
import { worthAnotherTry } from "./outcome.ts";
import type { OwnCollection, Step } from "./round.ts";

/** When a host's work is to end. */
export interface Ending {
  readonly signal: AbortSignal;
  /** True once the host is going to be decided anew right after this. */
  readonly askedAgain: () => boolean;
  /** True if nothing is to be written before what has to leave has left: what is to come has its turn later. */
  readonly urgent: boolean;
  /** True if nobody has asked for the host since the piece before. */
  readonly continued: boolean;
}

/** Routes of one host that are on their way to Kong at once: a tenant may have thousands, and others wait behind them. */
const mostAtOnce = 8;

/** Routes of one host that are written or removed before others have their turn. */
export const mostInPiece = 16;

/** A bounded part of the work on one host. */
export class Piece {
  superseded = false;
  readonly #failures: Map<string, unknown>;
  readonly #ending: Ending;
  #begun = 0;
  #failedForNow = 0;
  #over = false;

  constructor(failures: Map<string, unknown>, ending: Ending) {
    this.#failures = failures;
    this.#ending = ending;
  }

  /** False if nothing went well that may go well another time: more of the same is left until then. */
  get wentWell(): boolean {
    return this.#begun === 0 || this.#failedForNow < this.#begun;
  }

  /**
   * Does it for what the step has, a few at once, as far as the piece goes; what fails stops no other. When the host is to
   * be decided anew meanwhile, no further one is begun, as it may have been revoked (rule L4).
   */
  async work<C extends OwnCollection>(step: Step<C>, act: (entity: Entities[C]) => Promise<void>): Promise<void> {
    if (this.#over) return;
    const entities = step.take(mostInPiece - this.#begun);
    let next = 0;
    const oneByOne = async (): Promise<void> => {
      for (let entity = entities[next]; entity !== undefined; entity = entities[next]) {
        if (next >= mostAtOnce && this.#ending.askedAgain()) return;
        next += 1;
        await this.#attempt(entity, act);
      }
    };
    await Promise.all(Array.from({ length: Math.min(mostAtOnce, entities.length) }, oneByOne));
    this.superseded = next < entities.length;
    this.#over = this.superseded || step.left > 0;
  }

  async #attempt<E extends { readonly id: string }>(entity: E, act: (entity: E) => Promise<void>): Promise<void> {
    this.#begun += 1;
    try {
      await act(entity);
    } catch (error) {
      this.#failures.set(entity.id, error);
      if (worthAnotherTry(error)) this.#failedForNow += 1;
    }
  }
}
