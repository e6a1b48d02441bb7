import type { Live } from "./proxy/live.ts";

/** Which routers are meant, counted from 0: one worker's, all of a node, or all there are. */
export type RouterPlace = { readonly node?: number; readonly worker?: number };

/** The routers of all workers of all nodes, which can be told to freeze as Kong's do when a rebuild goes wrong. */
export class Routers {
  #nodes: readonly (readonly Pick<Live, "freezeRouter" | "thawRouter">[])[];

  constructor(nodes: readonly (readonly Pick<Live, "freezeRouter" | "thawRouter">[])[]) {
    this.#nodes = nodes;
  }

  /** Keeps the routes there as they are, whatever is written; plugins and certificates go on. */
  freeze(place: RouterPlace = {}): void {
    for (const worker of this.#at(place)) worker.freezeRouter();
  }

  /** Lets them go on, as a restart of Kong does. */
  thaw(place: RouterPlace = {}): void {
    for (const worker of this.#at(place)) worker.thawRouter();
  }

  #at({ node, worker }: RouterPlace): readonly Pick<Live, "freezeRouter" | "thawRouter">[] {
    const found = this.#nodes
      .filter((_, index) => node === undefined || node === index)
      .flatMap((workers) => workers.filter((_, index) => worker === undefined || worker === index));
    if (found.length === 0) throw new Error(`there is no node ${node ?? "at all"} with a worker ${worker ?? "at all"}`);
    return found;
  }
}
