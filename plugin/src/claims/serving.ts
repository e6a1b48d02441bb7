import type { V1HTTPIngressPath, V1Ingress } from "@kubernetes/client-node";
import { parseHost } from "@domain-claims/crds/lazy-hostname";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject } from "../kube/objects.ts";
import { ingresses } from "../kube/resources.ts";

/** An Ingress, with what it says about which hosts. */
export interface Read {
  readonly ingress: V1Ingress;
  readonly rules: readonly ReadRule[];
  readonly aliases: readonly Host[];
  /** What stands for a host in a rule or an alias, and is none. */
  readonly invalid: readonly string[];
}

/** One rule; `host` is undefined where it has none that can be one. */
export interface ReadRule {
  readonly host: Host | undefined;
  readonly paths: readonly V1HTTPIngressPath[];
}

/** The Ingresses of the cluster's namespace that name the host, in a rule or in `konghq.com/host-aliases`. */
export async function ingressesFor(cluster: Cluster, host: Host): Promise<readonly V1Ingress[]> {
  const { namespace } = cluster;
  const found = await cluster.list<V1Ingress & ApiObject>(ingresses, { namespace });
  const read = await Promise.all(found.map(readIngress));
  return read.filter((one) => hostsOf(one).includes(host)).map(({ ingress }) => ingress);
}

/** Every host that an Ingress names, once, in its order. */
export function hostsOf({ rules, aliases }: Read): readonly Host[] {
  return [...new Set([...rules.flatMap(({ host }) => (host === undefined ? [] : [host])), ...aliases])];
}

/** The paths that an Ingress has for a host: of its rules for it and, for an alias, of every rule with a host. */
export function pathsOf({ rules, aliases }: Read, host: Host): readonly V1HTTPIngressPath[] {
  const own = rules.filter((rule) => rule.host === host).flatMap(({ paths }) => paths);
  const named = rules.filter((rule) => rule.host !== undefined).flatMap(({ paths }) => paths);
  return aliases.includes(host) ? [...own, ...named] : own;
}

/** Reads the hosts of an Ingress as the controller does. */
export async function readIngress(ingress: V1Ingress): Promise<Read> {
  const invalid: string[] = [];
  const hostOf = async (text: string): Promise<Host | undefined> => {
    const parsed = await parseHost(text);
    if (parsed.ok) return parsed.host;
    invalid.push(text);
    return undefined;
  };
  const texts = ingress.metadata?.annotations?.["konghq.com/host-aliases"]?.split(",") ?? [];
  const rules = await Promise.all(
    (ingress.spec?.rules ?? []).map(async ({ host, http }) => ({
      host: host === undefined ? undefined : await hostOf(host),
      paths: http?.paths ?? [],
    })),
  );
  const aliases = await Promise.all(
    texts
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .map(hostOf),
  );
  return { ingress, rules, aliases: aliases.filter((host) => host !== undefined), invalid };
}
