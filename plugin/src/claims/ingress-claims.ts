import type { V1Ingress } from "@kubernetes/client-node";
import type { Host, Hostname } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject, Domain } from "../kube/objects.ts";
import { domains, ingresses } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { UserError } from "../user-error.ts";
import { typedHost } from "./host-input.ts";
import { planMigration } from "./migration.ts";
import type { Holding, Migration } from "./migration.ts";
import { heldRecords } from "./register.ts";
import { servedHosts } from "./served-hosts.ts";
import type { Unclaimable } from "./served-hosts.ts";

/** Which Ingresses are claimed for, and what a person has decided. */
export interface FromIngresses {
  /** Undefined for those of all namespaces. */
  readonly namespace: string | undefined;
  /** `--class`. */
  readonly className: string | undefined;
  /** `--holder`: `acme.org=acme-org`, each once. */
  readonly holders: readonly string[];
}

/** What the Ingresses of a cluster need. */
export interface IngressClaims extends Migration {
  readonly unclaimable: readonly Unclaimable[];
}

/** Reads Ingresses, claims and the register, and plans what to claim. Throws UserError where a `--holder` can't be read, and ApiError. */
export async function claimsForIngresses(
  cluster: Cluster,
  { namespace, className, holders }: FromIngresses,
): Promise<IngressClaims> {
  const given = await holdersOf(holders);
  const [found, claims, records, { registrableDomain }] = await Promise.all([
    cluster.list<V1Ingress & ApiObject>(ingresses, { namespace }),
    cluster.list<Domain>(domains, { namespace }),
    heldRecords(cluster, () => true),
    import("@domain-claims/crds/suffix"),
  ]);
  const register = new Map<string, Holding>(records.map(({ spec: { host, holder } }) => [host, holder]));
  const { served, unclaimable } = await servedHosts(found, className);
  const holder = (host: Host): Holding | undefined => register.get(host);
  const migration = planMigration({ served, claims, holder, holders: given, registrable: registrableDomain });
  return { ...migration, unclaimable };
}

async function holdersOf(texts: readonly string[]): Promise<ReadonlyMap<Hostname, string>> {
  const holders = new Map<Hostname, string>();
  for (const text of texts) {
    const [name = "", namespace = ""] = text.split("=");
    const { host } = await typedHost(name);
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace) || host.startsWith("*."))
      throw new UserError(`--holder ${text}: write DOMAIN=NAMESPACE, such as acme.org=acme-org`);
    if (holders.has(host as Hostname) && holders.get(host as Hostname) !== namespace)
      throw new UserError(`--holder names two namespaces for ${display(host)}`);
    holders.set(host as Hostname, namespace);
  }
  return holders;
}
