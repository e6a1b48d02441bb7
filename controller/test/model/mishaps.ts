import { KongError } from "../../src/kong/errors.ts";
import { KubeError } from "../../src/kube/errors.ts";
import type { WatchedKind } from "../../src/world/types.ts";
import { settings } from "../support/builders.ts";
import type { AllowedRegisters } from "./allowed-registers.ts";
import type { Leaders } from "./leaders.ts";
import type { Random } from "./random.ts";
import type { Stage } from "./stage.ts";

const kinds: readonly WatchedKind[] = ["Domain", "HostRecord", "Namespace", "Ingress", "Service"];

/**
 * What goes wrong in a history: calls fail before or after they took effect, watches lag, routes are deleted by somebody
 * else, Kong goes away, leaders crash or overlap. From the beginning no call fails; {@link setFaultRate} changes that.
 */
export class Mishaps {
  readonly #stage: Stage;
  readonly #leaders: Leaders;
  readonly #allowed: AllowedRegisters;
  /** The probability that a call fails before it takes effect, and again that its answer is lost after it. */
  #faultRate = 0;
  /** True once something happened since the last rest after which a status may be written twice with good reason. */
  #repeatsExcused = false;

  constructor(stage: Stage, leaders: Leaders, allowed: AllowedRegisters) {
    this.#stage = stage;
    this.#leaders = leaders;
    this.#allowed = allowed;
    this.#failSomeCalls();
  }

  get repeatsExcused(): boolean {
    return this.#repeatsExcused;
  }

  /** From now on one of these is the share of calls that fail. */
  setFaultRate(choice: readonly number[]): void {
    this.#faultRate = this.#stage.random.pick(choice);
    this.#stage.chronicle.note("faults", String(this.#faultRate));
  }

  /** A watch lags behind, or all catch up. */
  lag(): void {
    const { cluster, random, chronicle } = this.#stage;
    const kind = random.pick(kinds);
    chronicle.note("lag", kind);
    this.#repeatsExcused = true;
    chronicle.count(`watch of ${kind} lags`);
    if (random.chance(0.5)) cluster.release();
    else {
      cluster.hold(kind);
      // A delegate may then be bound to a namespace that is gone already: the grant is stale at once, which is safe, but
      // not among the outcomes of a model that sees everything at once.
      if (kind === "Namespace") this.#allowed.loseTrack();
    }
  }

  /** Somebody deletes a route of ours in Kong (guards are left: without them no promise can hold). */
  drift(): void {
    const { kong, random, chronicle } = this.#stage;
    const routes = [...kong.stored.routes.values()].filter(
      ({ name, tags }) => tags.includes(settings.kongTag) && !name.startsWith("guard~"),
    );
    if (routes.length === 0) return;
    const lost = random.pick(routes);
    chronicle.note("drift", lost.name);
    chronicle.count("route deleted behind our back");
    kong.stored.routes.delete(lost.id);
  }

  /** Kong goes away, or comes back. */
  outage(): void {
    const { kong, chronicle } = this.#stage;
    kong.away = !kong.away;
    chronicle.note("Kong", kong.away ? "away" : "back");
    if (kong.away) chronicle.count("Kong away");
  }

  /** The leaders crash and another takes over; or that one starts while the old one still believes that it leads. */
  async crash(): Promise<void> {
    const { random, chronicle } = this.#stage;
    const overlap = random.chance(0.4) && !this.#leaders.overlap;
    chronicle.note("crash", overlap ? "a second leader" : "one leader again");
    chronicle.count(overlap ? "two leaders" : "crash");
    this.#repeatsExcused = true;
    if (!overlap) this.#leaders.crash();
    this.#leaders.start();
    await this.#leaders.progress(random.below(10));
  }

  /** No call fails any more, Kong is there, every watch is up to date. */
  cease(): void {
    this.#faultRate = 0;
    this.#stage.kong.away = false;
    this.#stage.cluster.release();
  }

  /** All that went wrong so far has been dealt with: nothing excuses a repeated write any more. */
  forget(): void {
    this.#repeatsExcused = false;
  }

  #failSomeCalls(): void {
    const { cluster, kong, random } = this.#stage;
    cluster.fault = (call) => {
      this.#leaders.called();
      if (this.#strikes(`Kubernetes ${call.split(" ")[0] ?? ""} before`)) throw kubeFault(random);
    };
    cluster.answerLost = (call) => this.#strikes(`Kubernetes ${call.split(" ")[0] ?? ""} after`);
    kong.fault = (call) => {
      this.#leaders.called();
      if (this.#strikes(`Kong ${call.split("/")[0] ?? ""} before`)) throw kongFault(random);
    };
    kong.answerLost = (call) => this.#strikes(`Kong ${call} after`);
  }

  #strikes(fault: string): boolean {
    if (this.#faultRate === 0 || !this.#stage.random.chance(this.#faultRate)) return false;
    this.#stage.chronicle.count(fault);
    this.#repeatsExcused = true;
    return true;
  }
}

function kubeFault(random: Random): KubeError {
  const kind = random.pick(["unavailable", "conflict"] as const);
  return new KubeError(`induced: ${kind}`, { status: kind === "conflict" ? 409 : 503, reason: kind, kind });
}

function kongFault(random: Random): KongError {
  return new KongError("induced: unavailable", { kind: "unavailable", outcomeUnknown: random.chance(0.5) });
}
