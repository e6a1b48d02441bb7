import { finalizer } from "@domain-claims/crds/domain";
import { KongError } from "../../src/kong/errors.ts";
import { KubeError } from "../../src/kube/errors.ts";
import type { Claim, WatchedKind } from "../../src/world/types.ts";
import { claim, ingress, namespace, service, settings } from "../support/builders.ts";
import type { Running } from "../support/controller.ts";
import { run } from "../support/controller.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { foreignEntities } from "./foreign.ts";
import type { Foreign } from "./foreign.ts";
import { watchdog } from "./invariants.ts";
import { actualRoutes, clusterOf, expectedRoutes, registerOf, wrongStatuses } from "./observed.ts";
import type { ModelCluster, ModelRegister } from "./ownership.ts";
import { describeRegister, steps } from "./ownership.ts";
import { Random } from "./random.ts";

/** What a history did, and what it broke. */
export interface Report {
  readonly seed: number;
  /** What happened, in order: enough to read what a failing seed does. */
  readonly log: readonly string[];
  readonly faults: ReadonlyMap<string, number>;
  /** How often the invariants were looked at, after each change, and how often the whole was judged at rest. */
  readonly checks: number;
  readonly rests: number;
  readonly violations: readonly string[];
}

/** What a history is made of. */
export interface SimulationOptions {
  /** How many things users do. */
  readonly length?: number;
  /** Breaks the controller on purpose, to show that the checks notice. */
  readonly sabotage?: (running: Running) => void;
}

/** The name that ours need for the Service `web` of the namespace `b`. */
const takenName = "b.web.80";
const namespaces = ["a", "b", "c"] as const;
const kinds: readonly WatchedKind[] = ["Domain", "HostRecord", "Namespace", "Ingress", "Service"];
const domains: readonly (readonly [primary: string, sub: string | undefined])[] = [
  ["acme.org", undefined],
  ["acme.org", undefined],
  ["b.acme.org", undefined],
  ["c.b.acme.org", undefined],
  ["acme.org", "b"],
  ["acme.org", "x"],
  ["acme.org", "*"],
  ["b.acme.org", "*"],
  ["b.acme.org", "c"],
  ["co.uk", undefined],
];
const hosts = ["acme.org", "b.acme.org", "x.acme.org", "*.acme.org", "c.b.acme.org", "*.b.acme.org"] as const;

/**
 * One random history, repeated exactly by its seed: users make and unmake things while the controller works, calls fail
 * before or after they took effect, processes crash and overlap, watches lag. The invariants are looked at after every
 * change; from time to time everything comes to rest, and then the register must be one that the model allows, Kong must
 * have exactly what it asks for, and a further pass must write nothing.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Report> {
  return new Simulation(seed, options).play();
}

class Simulation {
  readonly #random: Random;
  readonly #options: SimulationOptions;
  readonly #clock = new FakeClock();
  readonly #cluster = new FakeCluster();
  readonly #kong = new FakeKong();
  readonly #log: string[] = [];
  readonly #faults = new Map<string, number>();
  readonly #violations: string[] = [];
  readonly #watchdog;
  readonly #seed: number;
  #controllers: Running[] = [];
  #faultRate = 0;
  /** Calls since two leaders began to overlap. */
  #overlapped = 0;
  #life = 0;
  #rests = 0;
  /** True once something happened since the last rest after which a status may be written twice with good reason. */
  #blurred = false;
  /** What is in Kong beside ours; in every fourth history with a name that ours need. */
  readonly #foreign: Foreign;
  /** Registers that the rules may have led to by now, by their texts; undefined once there are too many to follow. */
  #possible: Map<string, ModelRegister> | undefined = new Map([["", new Map()]]);

  constructor(seed: number, options: SimulationOptions) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#options = options;
    this.#foreign = foreignEntities(seed % 4 === 0 ? takenName : "somebody-elses");
    this.#watchdog = watchdog(this.#cluster, this.#kong, {
      overlapping: () => this.#controllers.length > 1,
      foreign: this.#foreign,
    });
    this.#cluster.onChange = this.#watchdog.look;
    this.#kong.onWrite = this.#watchdog.look;
    this.#cluster.fault = (call) => {
      this.#endOverlap();
      if (this.#strikes(`Kubernetes ${call.split(" ")[0] ?? ""} before`)) throw kubeFault(this.#random);
    };
    this.#cluster.answerLost = (call) => this.#strikes(`Kubernetes ${call.split(" ")[0] ?? ""} after`);
    this.#kong.fault = (call) => {
      this.#endOverlap();
      if (this.#strikes(`Kong ${call.split("/")[0] ?? ""} before`)) throw kongFault(this.#random);
    };
    this.#kong.answerLost = (call) => this.#strikes(`Kong ${call} after`);
    this.#cluster.onRepeat = (what) => {
      if (!this.#blurred) this.#violations.push(`I6: ${what} is written although it is there already`);
    };
  }

  async play(): Promise<Report> {
    this.#kong.put("services", this.#foreign.service);
    this.#kong.put("routes", this.#foreign.route);
    this.#kong.put("plugins", this.#foreign.plugin);
    for (const name of namespaces) this.#cluster.put("Namespace", namespace(name, `uid-${name}-0`));
    this.#cluster.put("IngressClass", { name: "kong", controller: settings.ingressController });
    for (const ns of namespaces) if (this.#random.chance(0.8)) this.#service(ns);
    for (let i = 2 + this.#random.below(4); i > 0; i--) this.#claim();
    for (let i = 1 + this.#random.below(4); i > 0; i--) this.#ingress();
    this.#follow(clusterOf(this.#cluster));
    this.#start();
    const length = this.#options.length ?? 14;
    for (let i = 0; i < length && this.#broken().length === 0; i++) {
      await this.#happen();
      await this.#progress(this.#random.below(40));
      if (!this.#random.chance(0.12)) continue;
      await this.#rest();
      this.#faultRate = this.#note(this.#random.pick([0, 0, 0.1, 0.3]), "faults");
    }
    await this.#rest();
    for (const controller of this.#controllers) controller.crash();
    await settle();
    const { checks } = this.#watchdog;
    return {
      seed: this.#seed,
      log: this.#log,
      faults: this.#faults,
      checks: checks(),
      rests: this.#rests,
      violations: this.#broken(),
    };
  }

  #broken(): readonly string[] {
    return [...this.#watchdog.violations, ...this.#violations];
  }

  #start(): void {
    const controller = run({ cluster: this.#cluster, kong: this.#kong, clock: this.#clock });
    this.#options.sabotage?.(controller);
    this.#controllers.push(controller);
    this.#overlapped = 0;
  }

  /**
   * Two leaders never overlap for long: the Lease of the older one runs out. Without an end, two whose caches differ could
   * take and release the same host by turns for ever.
   */
  #endOverlap(): void {
    if (this.#controllers.length < 2 || ++this.#overlapped < longestOverlap) return;
    this.#controllers.shift()?.crash();
    this.#note("the older leader ends", "lease");
  }

  #strikes(fault: string): boolean {
    if (this.#faultRate === 0 || !this.#random.chance(this.#faultRate)) return false;
    this.#count(fault);
    this.#blurred = true;
    return true;
  }

  #count(fault: string): void {
    this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
  }

  /** Lets the controllers get on, but not necessarily to the end of anything. */
  async #progress(ticks: number): Promise<void> {
    for (let i = 0; i < ticks; i++) await Promise.resolve();
    if (this.#random.chance(0.3)) await this.#clock.pass(this.#random.pick([100, 1000, 5000]));
  }

  /** One thing happens: a user, an outage, a crash. */
  async #happen(): Promise<void> {
    const random = this.#random;
    const before = clusterOf(this.#cluster);
    const what = random.next();
    if (what < 0.3) this.#claim();
    else if (what < 0.42) this.#edit();
    else if (what < 0.54) this.#unclaim();
    else if (what < 0.68) this.#ingress();
    else if (what < 0.74) this.#service(random.pick(namespaces));
    else if (what < 0.8) this.#renewNamespace();
    else if (what < 0.86) this.#faultRate = this.#note(random.pick([0, 0.1, 0.3]), "faults");
    else if (what < 0.91) this.#lag();
    else if (what < 0.94) this.#drift();
    else if (what < 0.96) this.#outage();
    else await this.#crash();
    this.#follow(before);
  }

  #note<T>(value: T, what: string): T {
    this.#log.push(`${what} ${String(value)}`);
    return value;
  }

  #claim(): void {
    const random = this.#random;
    const at = `${random.pick(namespaces)}/${random.pick(["1", "2", "3"])}`;
    if (this.#cluster.get("Domain", at) !== undefined || !this.#exists(at)) return;
    const [primary, sub] = random.pick(domains);
    const life = String(++this.#life);
    const made = claim(at, primary, {
      uid: `uid-${at}-${life}`,
      sub,
      parent: sub !== undefined && random.chance(0.6) ? random.pick(namespaces) : undefined,
      delegates: sub === undefined && random.chance(0.6) ? random.some(["a", "b", "c", "*"]) : [],
      finalizers: [],
      created: `2026-01-01T00:00:0${String(random.below(4))}Z`,
    });
    this.#note(
      `${at} ${sub ?? ""}.${primary} parent ${made.parent ?? "-"} delegates ${made.delegates.join()}`,
      "claim",
    );
    this.#cluster.put("Domain", made);
  }

  #edit(): void {
    const made = this.#someClaim();
    if (made === undefined || made.sub !== undefined) return;
    const delegates = this.#random.some(["a", "b", "c", "*"]);
    this.#note(`${made.namespace}/${made.name} delegates ${delegates.join()}`, "share");
    this.#cluster.put("Domain", { ...made, delegates, generation: made.generation + 1 });
  }

  #unclaim(): void {
    const made = this.#someClaim();
    if (made === undefined) return;
    const byForce = this.#random.chance(0.15);
    this.#note(`${made.namespace}/${made.name}${byForce ? " by force" : ""}`, "unclaim");
    if (byForce) this.#cluster.put("Domain", { ...made, finalizers: made.finalizers.filter((f) => f !== finalizer) });
    this.#cluster.remove("Domain", made.namespace, made.name);
  }

  #ingress(): void {
    const random = this.#random;
    const at = `${random.pick(namespaces)}/${random.pick(["i", "j"])}`;
    const [ns = "", name = ""] = at.split("/");
    if (random.chance(0.3)) {
      this.#note(at, "no Ingress");
      this.#cluster.remove("Ingress", ns, name);
      return;
    }
    if (!this.#exists(at)) return;
    const named = random.some(hosts);
    this.#note(`${at} ${named.join()}`, "Ingress");
    this.#cluster.put("Ingress", ingress(at, named, { className: random.pick(["kong", "kong", "other"]) }));
  }

  #service(ns: string): void {
    const present = this.#cluster.get("Service", `${ns}/web`) !== undefined;
    this.#note(ns, present ? "no Service" : "Service");
    if (present) this.#cluster.remove("Service", ns, "web");
    else this.#cluster.put("Service", service(`${ns}/web`));
  }

  /** A namespace is deleted with all that is in it, or one of the same name is made by somebody else. */
  #renewNamespace(): void {
    const ns = this.#random.pick(namespaces);
    if (this.#cluster.get("Namespace", ns) === undefined) {
      this.#note(ns, "new namespace");
      this.#cluster.put("Namespace", namespace(ns, `uid-${ns}-${String(++this.#life)}`));
      if (this.#random.chance(0.8)) this.#service(ns);
      return;
    }
    this.#note(ns, "no namespace");
    for (const made of this.#cluster.all("Domain"))
      if (made.namespace === ns) this.#cluster.remove("Domain", ns, made.name);
    for (const made of this.#cluster.all("Ingress"))
      if (made.namespace === ns) this.#cluster.remove("Ingress", ns, made.name);
    this.#cluster.remove("Service", ns, "web");
    if (!this.#cluster.all("Domain").some((made) => made.namespace === ns)) this.#cluster.remove("Namespace", "", ns);
  }

  #lag(): void {
    const kind = this.#random.pick(kinds);
    this.#note(kind, "lag");
    this.#blurred = true;
    this.#count(`watch of ${kind} lags`);
    if (this.#random.chance(0.5)) this.#cluster.release();
    else {
      this.#cluster.hold(kind);
      // A delegate may then be bound to a namespace that is gone already: the grant is stale at once, which is safe, but
      // not among the outcomes of a model that sees everything at once.
      if (kind === "Namespace") this.#possible = undefined;
    }
  }

  /** Somebody deletes a route of ours in Kong (guards are left: without them no promise can hold). */
  #drift(): void {
    const routes = [...this.#kong.stored.routes.values()].filter(
      ({ name, tags }) => tags.includes(settings.kongTag) && !name.startsWith("guard~"),
    );
    if (routes.length === 0) return;
    const lost = this.#random.pick(routes);
    this.#note(lost.name, "drift");
    this.#count("route deleted behind our back");
    this.#kong.stored.routes.delete(lost.id);
  }

  /** Kong goes away, or comes back. */
  #outage(): void {
    this.#kong.away = !this.#kong.away;
    this.#note(this.#kong.away ? "away" : "back", "Kong");
    if (this.#kong.away) this.#count("Kong away");
  }

  async #crash(): Promise<void> {
    const overlap = this.#random.chance(0.4) && this.#controllers.length < 2;
    this.#note(overlap ? "a second leader" : "one leader again", "crash");
    this.#count(overlap ? "two leaders" : "crash");
    this.#blurred = true;
    if (!overlap) for (const controller of this.#controllers.splice(0)) controller.crash();
    this.#start();
    await this.#progress(this.#random.below(10));
  }

  /** Everything comes to rest: no faults, one leader, watches up to date. */
  async #rest(): Promise<void> {
    this.#faultRate = 0;
    this.#kong.away = false;
    this.#cluster.release();
    if (this.#controllers.length > 1) {
      for (const controller of this.#controllers.splice(0)) controller.crash();
      this.#start();
    }
    await settle();
    await this.#clock.pass(200_000);
    this.#rests += 1;
    this.#judge();
    const writes = this.#kong.writes.length + this.#cluster.writes.length;
    for (const controller of this.#controllers.splice(0)) controller.crash();
    this.#start();
    await settle();
    await this.#clock.pass(20_000);
    const more = [...this.#kong.writes, ...this.#cluster.writes].length - writes;
    if (more > 0) this.#violations.push(`I6: a further pass wrote ${String(more)} times`);
    this.#blurred = false;
  }

  /** I5: what must be true at rest. */
  #judge(): void {
    const register = registerOf(this.#cluster);
    const text = describeRegister(register);
    const settled = this.#settledOutcomes();
    if (settled !== undefined && !settled.has(text)) {
      this.#violations.push(`I5: the register is\n${text}\nbut the rules allow\n${[...settled.keys()].join("\nor\n")}`);
    }
    if (steps(clusterOf(this.#cluster), register).length > 0)
      this.#violations.push(`I5: the register is not settled:\n${text}`);
    const [expected, actual] = [expectedRoutes(this.#cluster, this.#foreign.service.name), actualRoutes(this.#kong)];
    if (expected.join("\n") !== actual.join("\n")) {
      this.#violations.push(`I5: Kong has [${actual.join("; ")}], expected [${expected.join("; ")}]`);
    }
    for (const wrong of wrongStatuses(this.#cluster)) this.#violations.push(`I5: ${wrong}`);
    const ours = [...this.#kong.stored.services.values()].filter(({ tags }) => tags.includes(settings.kongTag));
    const unused = ours.filter(
      ({ id }) => ![...this.#kong.stored.routes.values()].some((route) => route.service.id === id),
    );
    for (const { name } of unused) this.#violations.push(`I5: service ${name} is left over`);
    this.#possible = new Map([[text, register]]);
  }

  /** Follows what the rules allow: any number of their steps before this change, in any order. */
  #follow(before: ModelCluster): void {
    if (this.#possible !== undefined) this.#possible = reachable(before, this.#possible);
  }

  #settledOutcomes(): ReadonlySet<string> | undefined {
    const cluster = clusterOf(this.#cluster);
    const all = this.#possible === undefined ? undefined : reachable(cluster, this.#possible);
    if (all === undefined) return undefined;
    return new Set([...all].filter(([, register]) => steps(cluster, register).length === 0).map(([text]) => text));
  }

  #exists(at: string): boolean {
    return this.#cluster.get("Namespace", at.split("/")[0] ?? "") !== undefined;
  }

  #someClaim(): Claim | undefined {
    const made = this.#cluster.all("Domain").filter(({ deleting }) => !deleting);
    return made.length === 0 ? undefined : this.#random.pick(made);
  }
}

/** Calls to both worlds for which two leaders overlap at most. */
const longestOverlap = 400;

/** More registers than this are not followed: such a history is judged by the other checks alone. */
const mostFollowed = 400;

/** Every register that any number of the rules' steps can lead to. */
function reachable(
  cluster: ModelCluster,
  from: ReadonlyMap<string, ModelRegister>,
): Map<string, ModelRegister> | undefined {
  const all = new Map(from);
  const queue = [...from.values()];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const step of steps(cluster, next)) {
      const text = describeRegister(step);
      if (all.has(text)) continue;
      all.set(text, step);
      queue.push(step);
      if (all.size > mostFollowed) return undefined;
    }
  }
  return all;
}

function kubeFault(random: Random): KubeError {
  const kind = random.pick(["unavailable", "conflict"] as const);
  return new KubeError(`induced: ${kind}`, { status: kind === "conflict" ? 409 : 503, reason: kind, kind });
}

function kongFault(random: Random): KongError {
  return new KongError("induced: unavailable", { kind: "unavailable", outcomeUnknown: random.chance(0.5) });
}
