import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { equalIgnoring } from "./compare.ts";
import { Crowds } from "./crowds.ts";
import { hostsOf, mentionedBy, tlsOf } from "./source-hosts.ts";
import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import type { Source, SourceRef } from "./source.ts";
import { SourcesByHost } from "./sources-by-host.ts";

/** The sources of all kinds: by name, and by namespace and host. */
export class Sources {
  readonly #byName = new Map<string, Source>();
  readonly #byHost = new SourcesByHost();
  readonly #byTlsHost = new SourcesByHost();
  readonly #crowds: Crowds;

  constructor(routesPerNamespace: number) {
    this.#crowds = new Crowds(routesPerNamespace);
  }

  /** Takes in a source, new or changed; returns the keys of the facts that changed. */
  set(source: Source): readonly FactKey[] {
    // What it shows as its addresses is written by us, and decides nothing.
    const before = this.get(source);
    const same = equalIgnoring(before, source, "addresses", "resourceVersion");
    const changed = this.#forget(before);
    this.#byName.set(nameOf(source), source);
    for (const host of hostsOf(source)) this.#byHost.add(host, source);
    for (const host of tlsOf(source).keys()) this.#byTlsHost.add(host, source);
    const crowd = this.#crowds.replace(before, source);
    return same ? crowd : [...changed, ...keysOf(source), ...crowd];
  }

  /** Forgets a source; returns the keys of the facts that changed. */
  remove(ref: SourceRef): readonly FactKey[] {
    const old = this.get(ref);
    return [...this.#forget(old), ...this.#crowds.replace(old, undefined)];
  }

  /** The source of that name. */
  get(ref: SourceRef): Source | undefined {
    return this.#byName.get(nameOf(ref));
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
  all(): IterableIterator<Source> {
    return this.#byName.values();
  }

  #forget(old: Source | undefined): readonly FactKey[] {
    if (old === undefined) return [];
    this.#byName.delete(nameOf(old));
    for (const host of hostsOf(old)) this.#byHost.remove(host, old);
    for (const host of tlsOf(old).keys()) this.#byTlsHost.remove(host, old);
    return keysOf(old);
  }
}

function keysOf(source: Source): readonly FactKey[] {
  const hosts = [...mentionedBy(source)].map((host) => factKeys.sources(source.namespace, host));
  return [factKeys.source(source), ...hosts];
}

function nameOf({ kind, namespace, name }: SourceRef): string {
  return `${kind} ${namespace}/${name}`;
}
