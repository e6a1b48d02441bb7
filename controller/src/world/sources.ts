import type { Host } from "@domain-claims/crds/hostname";
import { byAge, equalIgnoring } from "./compare.ts";
import { Groups } from "./groups.ts";
import { namedHosts } from "./source-hosts.ts";
import type { FactKey } from "./keys.ts";
import { factKeys, objectKey } from "./keys.ts";
import type { Ingress } from "./types.ts";

/** The Ingresses: by name, and by namespace and host. */
export class Ingresses {
  readonly #byName = new Map<string, Ingress>();
  readonly #byHost = new Groups<string, string, Ingress>();

  /** Takes in an Ingress, new or changed; returns the keys of the facts that changed. */
  set(ingress: Ingress): readonly FactKey[] {
    // What it shows as its addresses is written by us, and decides nothing.
    const same = equalIgnoring(this.get(ingress.namespace, ingress.name), ingress, "addresses", "resourceVersion");
    const changed = this.remove(ingress.namespace, ingress.name);
    const own = objectKey(ingress.namespace, ingress.name);
    this.#byName.set(own, ingress);
    const hosts = hostsOf(ingress);
    for (const host of hosts) this.#byHost.put(hostKey(ingress.namespace, host), own, ingress);
    return same ? [] : [...changed, ...keysOf(ingress, hosts)];
  }

  /** Forgets an Ingress; returns the keys of the facts that changed. */
  remove(namespace: string, name: string): readonly FactKey[] {
    const own = objectKey(namespace, name);
    const old = this.#byName.get(own);
    if (old === undefined) return [];
    this.#byName.delete(own);
    const hosts = hostsOf(old);
    for (const host of hosts) this.#byHost.drop(hostKey(namespace, host), own);
    return keysOf(old, hosts);
  }

  /** The Ingress of that name. */
  get(namespace: string, name: string): Ingress | undefined {
    return this.#byName.get(objectKey(namespace, name));
  }

  /** The Ingresses of a namespace that name the host, oldest first. */
  for(namespace: string, host: Host): readonly Ingress[] {
    return [...this.#byHost.of(hostKey(namespace, host))].sort(byAge);
  }

  /** All of them. */
  all(): IterableIterator<Ingress> {
    return this.#byName.values();
  }
}

function hostsOf(ingress: Ingress): readonly Host[] {
  return [...namedHosts(ingress).hosts];
}

function keysOf({ namespace, name }: Ingress, hosts: readonly Host[]): readonly FactKey[] {
  return [factKeys.ingress(namespace, name), ...hosts.map((host) => factKeys.ingresses(namespace, host))];
}

function hostKey(namespace: string, host: Host): string {
  return `${namespace} ${host}`;
}
