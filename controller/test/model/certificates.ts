import { wildcardFor } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { taggedName, taggedNamespace } from "../../src/plan/kong/tags.ts";
import type { PemPair } from "../../src/x509/key-pair.ts";
import { settings } from "../support/builders.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import { pairFor } from "../support/pki.ts";
import { isOthers } from "./foreign.ts";
import { namesOfHost } from "./renames.ts";
import type { Stage } from "./stage.ts";

const certified = [
  ["acme.org", "*.acme.org", "*.b.acme.org"],
  ["acme.org", "b.acme.org", "*.b.acme.org", "x.acme.org"],
  ["other.example"],
] as const;
const sound = await Promise.all(certified.map((some) => pairFor(some)));
const mixed: PemPair = { cert: sound[0]?.cert ?? "", key: sound[1]?.key ?? "" };

/** What Secrets have in a history: pairs for some of its names, or for none, and one whose key is another one's. */
export const somePairs: readonly PemPair[] = [...sound, mixed];

/** What a Secret can be served for. */
function namesOf(cluster: FakeCluster, key: string): readonly string[] {
  const content = cluster.secret(key);
  const found = sound.findIndex(({ cert, key: own }) => cert === content?.cert && own === content.key);
  return content?.type === "kubernetes.io/tls" ? (certified[found] ?? []) : [];
}

/**
 * What is wrong with the SNIs at rest, by the rules alone (T6 to T8) and without the planner: each held host has the first
 * Secret that can be served for it, and where none can be none, or one that exists; one that is left to others has none.
 */
export function wrongSnis({
  cluster,
  kong,
  foreign,
  handedOver,
}: Pick<Stage, "cluster" | "kong" | "foreign" | "handedOver">): readonly string[] {
  const actual = new Map(ourSnis(kong).map(({ name, secret }) => [name, secret]));
  const wrong: string[] = [];
  for (const { host, holder } of cluster.all("HostRecord")) {
    const left = holder === undefined || isOthers(host, foreign, handedOver);
    const names = namesOfHost(cluster, host);
    const secrets = left ? [] : names.flatMap((name) => secretsNamed(cluster, holder.namespace, name));
    const [wanted] = secrets.filter((secret) => covers(namesOf(cluster, secret), host));
    const found = actual.get(host);
    actual.delete(host);
    const keptRightly = wanted === undefined && secrets.length > 0 && found !== undefined && isThere(cluster, found);
    if (found === wanted || keptRightly) continue;
    wrong.push(`the SNI ${host} leads to ${found ?? "nothing"}, expected ${wanted ?? "nothing"}`);
  }
  for (const host of actual.keys()) wrong.push(`the SNI ${host} is left over`);
  for (const { id, tags } of kong.stored.certificates.values())
    if (kong.snisOf(id).length === 0) wrong.push(`the certificate of ${secretOf(tags)} is left over`);
  return wrong;
}

/** Our SNIs, with the Secret that each leads to and its namespace. */
export function ourSnis(
  kong: FakeKong,
): readonly { readonly id: string; readonly name: string; readonly namespace: string; readonly secret: string }[] {
  return [...kong.stored.snis.values()]
    .filter(({ tags }) => tags.includes(settings.kongTag))
    .map(({ id, name, tags, certificate }) => ({
      ...{ id, name, namespace: taggedNamespace(tags) ?? "?" },
      secret: secretOf(kong.stored.certificates.get(certificate.id)?.tags ?? []),
    }));
}

function secretsNamed(cluster: FakeCluster, namespace: string, host: string): readonly string[] {
  const wildcard = wildcardFor(host as Host);
  return cluster
    .all("Ingress")
    .filter((ingress) => ingress.namespace === namespace && ingress.class?.name === "kong")
    .sort((a, b) => (a.created + a.uid < b.created + b.uid ? -1 : 1))
    .flatMap(({ rules, tls }) => {
      const own = rules.some((rule) => rule.host === host);
      return tls
        .filter(({ hosts }) => {
          if (hosts === undefined) return own;
          return hosts.some((named) => named === host || (own && named === wildcard));
        })
        .map(({ secret }) => `${namespace}/${secret}`);
    });
}

function covers(names: readonly string[], host: string): boolean {
  return names.includes(host) || names.includes(host.replace(/^[^.]*/, "*"));
}

function isThere(cluster: FakeCluster, secret: string): boolean {
  return cluster.get("Secret", secret) !== undefined;
}

function secretOf(tags: readonly string[]): string {
  return `${taggedNamespace(tags) ?? "?"}/${taggedName(tags) ?? "?"}`;
}
