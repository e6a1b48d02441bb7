import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { byAge, equalIgnoring } from "./compare.ts";
import { Crowds } from "./crowds.ts";
import { hostsOf, mentionedBy, tlsOf } from "./source-hosts.ts";
import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import type { Source, SourceRef } from "./source.ts";
import { SourcesByHost } from "./sources-by-host.ts";
import type { Place } from "./sources-by-host.ts";

const nowhere: ReadonlySet<RouteHost> = new Set();

/** The sources of all kinds: by name, and by namespace and host. */
export class Sources {
  readonly #byName = new Map<string, Place>();
  readonly #byHost = new SourcesByHost();
  readonly #byTlsHost = new SourcesByHost();
  readonly #crowds: Crowds;

  constructor(routesPerNamespace: number) {
    this.#crowds = new Crowds(routesPerNamespace);
  }

  /** Takes in a source, new or changed; returns the keys of the facts that changed. */
  set(source: Source): readonly FactKey[] {
    const known = this.#byName.get(nameOf(source));
    const before = known?.source;
    // What it shows as its addresses is written by us, and decides nothing.
    const same = equalIgnoring(before, source, "addresses", "resourceVersion");
    const stays = known !== undefined && byAge(known, source) === 0;
    if (known !== undefined && !stays) this.#move(known, before, undefined);
    const place: Place = stays ? known : { created: source.created, uid: source.uid, source };
    this.#move(place, stays ? before : undefined, source);
    place.source = source;
    this.#byName.set(nameOf(source), place);
    const crowd = this.#crowds.replace(before, source);
    return same ? crowd : [...(before === undefined ? [] : keysOf(before)), ...keysOf(source), ...crowd];
  }

  /** Forgets a source; returns the keys of the facts that changed. */
  remove(ref: SourceRef): readonly FactKey[] {
    const known = this.#byName.get(nameOf(ref));
    if (known === undefined) return [];
    const { source } = known;
    this.#byName.delete(nameOf(ref));
    this.#move(known, source, undefined);
    return [...keysOf(source), ...this.#crowds.replace(source, undefined)];
  }

  /** The source of that name; undefined: there is none. */
  get(ref: SourceRef): Source | undefined {
    return this.#byName.get(nameOf(ref))?.source;
  }

  /** The sources of a namespace that name the host and count, oldest first. */
  for(namespace: string, host: RouteHost): readonly Source[] {
    return this.#byHost.of(namespace, host);
  }

  /** True if so many older sources of its namespace name the host that this one does not count for it. */
  isBeyond(host: RouteHost, source: Source): boolean {
    return this.#byHost.isBeyond(host, source);
  }

  /** The sources of a namespace that have a Secret for the host, and count, oldest first. */
  withTlsFor(namespace: string, host: Host): readonly Source[] {
    return this.#byTlsHost.of(namespace, host);
  }

  /** True if the source asks for more routes than those before it have left of what its namespace may have. */
  isLeftOut(source: Source): boolean {
    return this.#crowds.isLeftOut(source);
  }

  /** All of them. */
  *all(): IterableIterator<Source> {
    for (const { source } of this.#byName.values()) yield source;
  }

  /** Has the place stand in the lines of what the one says something about, where it stood in those of the other. */
  #move(place: Place, from: Source | undefined, to: Source | undefined): void {
    this.#byHost.move(place, from === undefined ? nowhere : hostsOf(from), to === undefined ? nowhere : hostsOf(to));
    this.#byTlsHost.move(place, from === undefined ? nowhere : tlsOf(from), to === undefined ? nowhere : tlsOf(to));
  }
}

function keysOf(source: Source): readonly FactKey[] {
  const hosts = [...mentionedBy(source)].map((host) => factKeys.sources(source.namespace, host));
  return [factKeys.source(source), ...hosts];
}

function nameOf({ kind, namespace, name }: SourceRef): string {
  return `${kind} ${namespace}/${name}`;
}
