import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import type { Source, SourceClass, SourceRef } from "./source.ts";
import type { Claim, HostRecord, Namespace, Service } from "./types.ts";
import type { KongState, PendingWrite, Live, Programmed } from "./kong-state.ts";
import type { World } from "./world.ts";

/** The world as one decision sees it: it remembers which facts were asked for, so that a change re-decides its readers. */
export class Facts {
  readonly reads = new Set<FactKey>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** What several decisions ask alike: it is decided once, by the settings, and again when anything has changed. */
  memoize<T>(settings: object, what: string, decide: (facts: Facts) => T): T {
    const { decided, reads } = this.#world.memoize(settings, what, () => {
      const facts = new Facts(this.#world);
      return { decided: decide(facts), reads: facts.reads };
    });
    for (const key of reads) this.reads.add(key);
    return decided;
  }

  claim(namespace: string, name: string): Claim | undefined {
    this.reads.add(factKeys.claim(namespace, name));
    return this.#world.claim(namespace, name);
  }
  /** Claims for the host, oldest first. */
  claimsFor(host: Host): readonly Claim[] {
    this.reads.add(factKeys.claims(host));
    return this.#world.claimsFor(host);
  }
  record(host: Host): HostRecord | undefined {
    this.reads.add(factKeys.record(host));
    return this.#world.record(host);
  }
  /** Primaries strictly below the host that stand on their own authority, by name. */
  carveOuts(host: Host): readonly HostRecord[] {
    this.reads.add(factKeys.carveOuts(host));
    return this.#world.carveOuts(host);
  }
  /** Records that the namespace held last and nobody holds now. */
  released(namespace: string): readonly HostRecord[] {
    this.reads.add(factKeys.released(namespace));
    return this.#world.released(namespace);
  }
  namespace(name: string): Namespace | undefined {
    this.reads.add(factKeys.namespace(name));
    return this.#world.namespace(name);
  }
  source(ref: SourceRef): Source | undefined {
    this.reads.add(factKeys.source(ref));
    return this.#world.source(ref);
  }
  /** The sources of the namespace that name the host, oldest first. */
  sourcesFor(namespace: string, host: RouteHost): readonly Source[] {
    this.reads.add(factKeys.sources(namespace, host));
    return this.#world.sourcesFor(namespace, host);
  }
  /** True if the source asks for more routes than its namespace may have beside those of older ones. */
  isLeftOut(source: Source): boolean {
    this.reads.add(factKeys.crowd(source.namespace, source.class?.name ?? ""));
    return this.#world.isLeftOut(source);
  }
  sourceClass(name: string): SourceClass | undefined {
    this.reads.add(factKeys.sourceClass(name));
    return this.#world.sourceClass(name);
  }
  service(namespace: string, name: string): Service | undefined {
    this.reads.add(factKeys.service(namespace, name));
    return this.#world.service(namespace, name);
  }
  live(host: RouteHost): Live {
    this.reads.add(factKeys.live(host));
    return this.#world.live(host);
  }
  programmed(host: RouteHost): Programmed | undefined {
    this.reads.add(factKeys.programmed(host));
    return this.#world.programmed(host);
  }
  pendingWrite(host: Host): PendingWrite | undefined {
    this.reads.add(factKeys.pendingWrite(host));
    return this.#world.pendingWrite(host);
  }
  /** True if the cover would serve a host of another namespace which has no guard in Kong yet. */
  hasUnguarded(cover: RouteHost, namespace: string): boolean {
    this.reads.add(factKeys.unguarded(cover));
    return this.#world.hasUnguarded(cover, namespace);
  }
  isGone(uid: string): boolean {
    this.reads.add(factKeys.gone(uid));
    return this.#world.isGone(uid);
  }
  get kong(): KongState {
    this.reads.add(factKeys.kong);
    return this.#world.kong;
  }
}
