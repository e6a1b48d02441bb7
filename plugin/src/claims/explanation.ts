import type { CoreV1Event, V1Ingress } from "@kubernetes/client-node";
import { kindOf } from "@domain-claims/crds/domain";
import type { Host, Hostname } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import { ApiError, isDenied } from "../kube/errors.ts";
import { fixes } from "./fixes.ts";
import type { Fix } from "./fixes.ts";
import type { ApiObject, Domain, HostRecord } from "../kube/objects.ts";
import { enclosing, isHeld, recordOf } from "./register.ts";
import type { HeldRecord } from "./register.ts";
import { events } from "../kube/resources.ts";
import { searchOfPrimary, searchOfShared } from "./search.ts";
import type { SearchStep } from "./search.ts";
import { ingressesFor } from "./serving.ts";

/** Everything that tells why a host is served for a namespace, or not. */
export interface Explanation {
  readonly host: Host;
  readonly namespace: string;
  readonly claim: Domain | undefined;
  /** The register's entry for the host. */
  readonly record: HostRecord | undefined;
  readonly search: readonly SearchStep[];
  readonly ingresses: readonly V1Ingress[];
  /** Newest last. */
  readonly events: readonly CoreV1Event[];
  readonly fixes: readonly Fix[];
  /** What could not be read, in the API server's words. */
  readonly denied: readonly string[];
}

/** Collects the explanation of a host in the cluster's namespace. Reads that RBAC denies are named and left out. */
export async function explanation(cluster: Cluster, host: Host, claim: Domain | undefined): Promise<Explanation> {
  const denied: string[] = [];
  const allowed = async <T>(read: Promise<T>, otherwise: T): Promise<T> =>
    await read.catch((error: unknown) => {
      // an API server without Ingresses is a cluster where nothing is served, not a failure
      if (!isDenied(error) && !(error instanceof ApiError && error.reason === "NotInstalled")) throw error;
      denied.push(error.message);
      return otherwise;
    });
  const shared = claim !== undefined && kindOf(claim.spec) === "shared";
  const [record, above, ingresses, told] = await Promise.all([
    allowed<HostRecord | undefined>(recordOf(cluster, host), undefined),
    allowed(shared ? primaryOf(cluster, claim) : enclosing(cluster, host), undefined),
    allowed<readonly V1Ingress[]>(ingressesFor(cluster, host), []),
    claim === undefined ? [] : allowed(eventsOf(cluster, claim), []),
  ]);
  const { namespace } = cluster;
  const primary = above === undefined ? undefined : { host: above.spec.host, namespace: above.spec.holder.namespace };
  return {
    host,
    namespace,
    claim,
    record,
    search: claim === undefined ? [] : shared ? searchOfShared(claim, above) : searchOfPrimary(claim, above, record),
    ingresses,
    events: told,
    fixes: claim === undefined ? fixesOfNoClaim(host, namespace, record) : fixes(claim, primary),
    denied,
  };
}

async function primaryOf(cluster: Cluster, { spec }: Domain): Promise<HeldRecord | undefined> {
  const record = await recordOf(cluster, spec.primary as Hostname);
  return isHeld(record) ? record : undefined;
}

async function eventsOf(cluster: Cluster, { metadata }: Domain): Promise<readonly CoreV1Event[]> {
  const fieldSelector = `involvedObject.kind=Domain,involvedObject.name=${metadata.name}`;
  const found = await cluster.list<CoreV1Event & ApiObject>(events, { namespace: metadata.namespace, fieldSelector });
  const own = found.filter(
    ({ involvedObject }) => involvedObject.uid === undefined || involvedObject.uid === metadata.uid,
  );
  return [...own].sort((a, b) => (eventTime(a) < eventTime(b) ? -1 : 1));
}

/** When an event was last seen (RFC 3339), whichever of the API's fields has it. */
export function eventTime(event: CoreV1Event): string {
  const {
    series,
    lastTimestamp,
    eventTime: first,
    metadata,
  } = event as unknown as {
    series?: { lastObservedTime?: string };
    lastTimestamp?: string;
    eventTime?: string;
    metadata: { creationTimestamp?: string };
  };
  return series?.lastObservedTime ?? lastTimestamp ?? first ?? metadata.creationTimestamp ?? "";
}

function fixesOfNoClaim(host: Host, namespace: string, record: HostRecord | undefined): readonly Fix[] {
  const claim = { who: "you", command: `kubectl domain claim ${hostWord(host)} -n ${namespace}`, what: "claim it" };
  if (!isHeld(record)) return [claim];
  const holder = record.spec.holder.namespace;
  return [
    { who: `${holder}'s team`, command: `kubectl domain release ${hostWord(host)} -n ${holder}`, what: "give it up" },
    { ...claim, what: "claim it; until then the claim waits in line" },
  ];
}

function hostWord(host: Host): string {
  return host.startsWith("*") ? `"${host}"` : host;
}
