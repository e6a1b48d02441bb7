import fc from "fast-check";
import { KongError } from "../../src/kong/errors.ts";
import { KubeError } from "../../src/kube/errors.ts";
import type { WatchedKind } from "../../src/world/event.ts";
import { settings } from "../support/builders.ts";
import type { AllowedRegisters } from "./allowed-registers.ts";
import { chance } from "./draw.ts";
import type { Draw } from "./draw.ts";
import type { Leaders } from "./leaders.ts";
import type { Stage } from "./stage.ts";

const someKind = () =>
  fc.constantFrom<WatchedKind[]>("Domain", "HostRecord", "Namespace", "Ingress", "Service", "Secret");
const someKubeFailure = () => fc.constantFrom("unavailable", "conflict");

/**
 * What goes wrong in a history: calls fail before or after they took effect, watches lag, routes are deleted by somebody
 * else, Kong goes away, leaders crash or overlap. From the beginning no call fails; {@link setFaultRate} changes that.
 */
export class Mishaps {
  readonly #stage: Stage;
  readonly #leaders: Leaders;
  readonly #allowed: AllowedRegisters;
  /** In how many of a hundred calls one fails before it takes effect, and again its answer is lost after it. */
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

  /** From now on so many of a hundred calls fail. */
  setFaultRate(rate: number): void {
    this.#faultRate = rate;
    this.#stage.chronicle.note("faults", String(this.#faultRate));
  }

  /** A watch lags behind, or all catch up. */
  lag(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const kind = draw(someKind);
    chronicle.note("lag", kind);
    this.#repeatsExcused = true;
    chronicle.count(`watch of ${kind} lags`);
    if (draw(fc.boolean)) cluster.release();
    else {
      cluster.hold(kind);
      // A delegate may then be bound to a namespace that is gone already: the grant is stale at once, which is safe, but
      // not among the outcomes of a model that sees everything at once.
      if (kind === "Namespace") this.#allowed.loseTrack();
    }
  }

  /** Somebody deletes a route of ours in Kong (guards are left: without them no promise can hold). */
  drift(): void {
    const { kong, draw, chronicle } = this.#stage;
    const routes = [...kong.stored.routes.values()].filter(
      ({ name, tags }) => tags.includes(settings.kongTag) && !name.startsWith("guard~"),
    );
    const lost = routes[draw(fc.nat, Math.max(routes.length - 1, 0))];
    if (lost === undefined) return;
    chronicle.note("drift", lost.name);
    chronicle.count("route deleted behind our back");
    kong.stored.routes.delete(lost.id);
    kong.onWrite();
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
    const { draw, chronicle } = this.#stage;
    const overlap = draw(chance, 40) && !this.#leaders.overlap;
    chronicle.note("crash", overlap ? "a second leader" : "one leader again");
    chronicle.count(overlap ? "two leaders" : "crash");
    this.#repeatsExcused = true;
    if (!overlap) this.#leaders.crash();
    this.#leaders.start();
    await this.#leaders.progress(draw(fc.nat, 9));
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
    const { cluster, kong, draw } = this.#stage;
    cluster.fault = (call) => {
      this.#leaders.called();
      if (this.#strikes(`Kubernetes ${call.split(" ")[0] ?? ""} before`)) throw kubeFault(draw);
    };
    cluster.answerLost = (call) => this.#strikes(`Kubernetes ${call.split(" ")[0] ?? ""} after`);
    kong.fault = (call) => {
      this.#leaders.called();
      if (this.#strikes(`Kong ${call.split("/")[0] ?? ""} before`)) throw kongFault(draw);
    };
    kong.answerLost = (call) => this.#strikes(`Kong ${call} after`);
  }

  #strikes(fault: string): boolean {
    if (this.#faultRate === 0 || !this.#stage.draw(chance, this.#faultRate)) return false;
    this.#stage.chronicle.count(fault);
    this.#repeatsExcused = true;
    return true;
  }
}

function kubeFault(draw: Draw): KubeError {
  const kind = draw(someKubeFailure);
  return new KubeError(`induced: ${kind}`, { status: kind === "conflict" ? 409 : 503, reason: kind, kind });
}

function kongFault(draw: Draw): KongError {
  return new KongError("induced: unavailable", { kind: "unavailable", outcomeUnknown: draw(fc.boolean) });
}
