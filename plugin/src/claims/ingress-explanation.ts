import type { V1Ingress, V1Service } from "@kubernetes/client-node";
import { parseHost } from "@domain-claims/crds/lazy-hostname";
import type { Host } from "@domain-claims/crds/host";
import { tlsReasons } from "@domain-claims/crds/reasons";

import type { Cluster } from "../kube/cluster.ts";
import { isDenied } from "../kube/errors.ts";
import type { ApiObject, Domain, HostRecord } from "../kube/objects.ts";
import { ingresses, services } from "../kube/resources.ts";
import type { Services } from "./backend-problem.ts";
import { claimFor, claimsOf } from "./claims.ts";
import type { Fix } from "./fixes.ts";
import { hostProblem } from "./host-problem.ts";
import { classesOf, classNameOf, classProblem, unlistedProblem } from "./class-problem.ts";
import { byYou } from "./path-answer.ts";
import type { PathAnswer } from "./path-answer.ts";
import { pathAnswers } from "./path-answers.ts";
import { recordOf } from "./register.ts";
import { hostsOf, readIngress } from "./serving.ts";
import type { Read } from "./serving.ts";

/** Why each host and path of an Ingress is served, or not. */
export interface IngressExplanation {
  readonly ingress: string;
  readonly namespace: string;
  /** The class that it names. */
  readonly class: string | undefined;
  /** Why its class keeps it from being served. */
  readonly classProblem: string | undefined;
  readonly paths: readonly PathAnswer[];
  /** What else should be known of it. */
  readonly notes: readonly string[];
  readonly fixes: readonly Fix[];
  /** What could not be read, in the API server's words. */
  readonly denied: readonly string[];
}

/** So many hosts that nobody here claims are looked up in the register. */
const mostLookedUp = 50;

/** Explains an Ingress of the cluster's namespace, which has to be there. Reads that RBAC denies are named and left out. */
export async function ingressExplanation(cluster: Cluster, name: string): Promise<IngressExplanation> {
  const { namespace } = cluster;
  const denied: string[] = [];
  const allowed = async <T>(read: Promise<T>, otherwise: T): Promise<T> =>
    await read.catch((error: unknown) => {
      if (!isDenied(error)) throw error;
      denied.push(error.message);
      return otherwise;
    });
  const ingress = await cluster.read<V1Ingress & ApiObject>(ingresses, namespace, name);
  const [read, classes, claims, found] = await Promise.all([
    readIngress(ingress),
    classesOf(cluster, [ingress]),
    allowed<readonly Domain[]>(claimsOf(cluster, namespace), []),
    allowed(servicesOf(cluster), undefined),
  ]);
  const ofClass = await classProblem(ingress, classes);
  const unlisted = await unlistedProblem(ingress, classes);
  const hosts = hostsOf(read);
  const unclaimed = hosts.filter((host) => claimFor(claims, host) === undefined).slice(0, mostLookedUp);
  const records = new Map(
    await Promise.all(
      unclaimed.map(async (host): Promise<[Host, HostRecord | undefined]> => [
        host,
        await allowed(recordOf(cluster, host), undefined),
      ]),
    ),
  );
  const answers: PathAnswer[] = [];
  for (const host of hosts) {
    const claim = claimFor(claims, host);
    const problem = await hostProblem(host, namespace, claim, records.get(host));
    const around = { classProblem: ofClass, unlistedProblem: unlisted, hostProblem: problem, claim, services: found };
    answers.push(...(await pathAnswers(read, host, around)));
  }
  const paths = [...answers, ...(await invalidHosts(read)), ...(await anyHost(read))];
  return {
    ingress: name,
    namespace,
    class: classNameOf(ingress),
    classProblem: ofClass?.message,
    paths,
    notes: notesOf(name, claims),
    fixes: fixesOf(paths),
    denied: [...new Set(denied)],
  };
}

/** The namespace's Services by name. */
export async function servicesOf(cluster: Cluster): Promise<Services> {
  const found = await cluster.list<V1Service & ApiObject>(services, { namespace: cluster.namespace });
  return new Map(found.map((service) => [service.metadata.name, service]));
}

/** What helps the paths that are not served, each thing once. */
export function fixesOf(paths: readonly PathAnswer[]): readonly Fix[] {
  const all = paths.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  return [...new Map(all.map((fix) => [`${fix.what} ${fix.command ?? ""}`, fix])).values()];
}

/** What the claims of its hosts say of the certificates that the Ingress names. */
function notesOf(ingress: string, claims: readonly Domain[]): readonly string[] {
  const sources = claims.flatMap(({ status }) => status?.sources ?? []);
  const told = sources
    .filter(({ kind, name }) => kind === "Ingress" && name === ingress)
    .flatMap(({ refusals }) => refusals.filter(({ reason }) => tlsReasons.has(reason)));
  return [...new Set(told.map(({ message }) => message))];
}

async function invalidHosts({ ingress, invalid }: Read): Promise<readonly PathAnswer[]> {
  if (invalid.length === 0) return [];
  const { sourceMessages } = await import("@domain-claims/crds/messages/sources");
  const answers = invalid.map(async (text): Promise<PathAnswer> => {
    const parsed = await parseHost(text);
    const message = sourceMessages.invalidHost(parsed.ok ? "" : parsed.problem.message);
    const fix = byYou("write a hostname", edit(ingress));
    return { ...answerFor(ingress, text), reason: "InvalidHost", message, fix };
  });
  return await Promise.all(answers);
}

/** Whether the namespace may catch all hosts is the administrator's to know; that the Ingress has an address tells nothing of it. */
async function anyHost({ ingress }: Read): Promise<readonly PathAnswer[]> {
  const { spec } = ingress;
  const asks = spec?.defaultBackend !== undefined || spec?.rules?.some(({ host }) => host === undefined) === true;
  if (!asks) return [];
  const { sourceMessages } = await import("@domain-claims/crds/messages/sources");
  const fix = byYou("give it a host that the namespace holds", edit(ingress));
  return [{ ...answerFor(ingress, "*"), reason: "HostRequired", message: sourceMessages.hostRequired, fix }];
}

function answerFor({ metadata }: V1Ingress, host: string): Pick<PathAnswer, "ingress" | "host" | "path" | "live"> {
  return { ingress: metadata?.name ?? "", host, path: undefined, live: false };
}

function edit({ metadata }: V1Ingress): string {
  return `kubectl edit ingress ${metadata?.name ?? ""} -n ${metadata?.namespace ?? ""}`;
}
