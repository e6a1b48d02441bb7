import fc from "fast-check";
import { settleTime } from "../../src/apply/kong/settle-time.ts";
import type { Running } from "../support/controller.ts";
import { run } from "../support/controller.ts";
import { chance } from "./draw.ts";
import type { Stage } from "./stage.ts";

/** Calls to both worlds for which two leaders overlap at most. */
const longestOverlap = 400;

/** The ticks after which a call that was begun has taken effect. */
const ticksToLand = 4;

/** Milliseconds that pass. */
const somePause = () => fc.constantFrom(100, 1000, 5000);

/** The controllers that lead in a history: one, or for a short while two. */
export class Leaders {
  readonly #stage: Stage;
  readonly #running: Running[] = [];
  /** Calls since two leaders began to overlap. */
  #overlapped = 0;
  /** True until the last calls of a leader whose time was over have landed, and those that the other began before it could know of them. */
  #landing = false;
  /** True if the watches were behind when one of two ended: the other may lack records that it wrote. */
  #behind = false;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /**
   * True while two believe that they lead, while calls are under way that were begun then, and while the other may lack what that
   * one wrote. A leader that begins alone lacks nothing: it lists the register first.
   */
  get overlap(): boolean {
    this.#behind &&= this.#stage.cluster.holds("HostRecord");
    return this.#running.length > 1 || this.#landing || this.#behind;
  }

  /** Starts a controller, beside the one that there may be. */
  start(): void {
    if (this.#running.length === 0) this.#behind = false;
    const { cluster, kong, clock, handedOver, lagMs, redemptionMs } = this.#stage;
    // A gateway that is behind can be asked: after that time it shows what it was asked for.
    const proverFor = () => (lagMs === 0 ? undefined : { ...settleTime(clock, lagMs), asks: true });
    const settings = { handedOverHosts: handedOver, redemptionMs };
    this.#running.push(run({ cluster, kong, clock, proverFor, settings }));
    this.#overlapped = 0;
  }

  /** Ends every controller as a killed process ends. */
  crash(): void {
    if (this.overlap) void this.#land();
    for (const controller of this.#running.splice(0)) controller.crash();
  }

  /**
   * To be told of every call of a leader. Two never overlap for long: the Lease of the older one runs out. Without an
   * end, two whose caches differ could take and release the same host by turns for ever.
   */
  called(): void {
    if (this.#running.length < 2 || ++this.#overlapped < longestOverlap) return;
    this.#running.shift()?.crash();
    this.#behind = this.#stage.cluster.holds("HostRecord");
    this.#stage.chronicle.note("lease", "the older leader ends");
    void this.#land();
  }

  /** The last calls of the one that has ended land, and then what the other one had begun before it could know of them. */
  async #land(): Promise<void> {
    this.#landing = true;
    for (let i = 0; i < 2 * ticksToLand; i++) await Promise.resolve();
    this.#landing = false;
  }

  /** Lets the controllers get on, but not necessarily to the end of anything. */
  async progress(ticks: number): Promise<void> {
    const { clock, draw } = this.#stage;
    for (let i = 0; i < ticks; i++) await Promise.resolve();
    if (draw(chance, 30)) await clock.pass(draw(somePause));
  }
}
