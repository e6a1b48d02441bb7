import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { byAge, equalIgnoring } from "./compare.ts";
import { Crowds } from "./crowds.ts";
import { Groups } from "./groups.ts";
import { hostsOf, mentionedBy, tlsOf } from "./source-hosts.ts";
import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import type { Source, SourceRef } from "./source.ts";

/** The sources of all kinds: by name, and by namespace and host. */
export class Sources {
  readonly #byName = new Map<string, Source>();
  readonly #byHost = new Groups<string, string, Source>();
  readonly #byTlsHost = new Groups<string, string, Source>();
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
    const own = nameOf(source);
    this.#byName.set(own, source);
    for (const host of hostsOf(source)) this.#byHost.put(hostKey(source.namespace, host), own, source);
    for (const host of tlsOf(source).keys()) this.#byTlsHost.put(hostKey(source.namespace, host), own, source);
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

  /** The sources of a namespace that name the host, oldest first. */
  for(namespace: string, host: RouteHost): readonly Source[] {
    return [...this.#byHost.of(hostKey(namespace, host))].sort(byAge);
  }

  /** The sources of a namespace that have a Secret for the host, oldest first. */
  withTlsFor(namespace: string, host: Host): readonly Source[] {
    return [...this.#byTlsHost.of(hostKey(namespace, host))].sort(byAge);
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
    const own = nameOf(old);
    this.#byName.delete(own);
    for (const host of hostsOf(old)) this.#byHost.drop(hostKey(old.namespace, host), own);
    for (const host of tlsOf(old).keys()) this.#byTlsHost.drop(hostKey(old.namespace, host), own);
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

function hostKey(namespace: string, host: RouteHost): string {
  return `${namespace} ${host}`;
}
