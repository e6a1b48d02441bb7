import type { CoreV1Event } from "@kubernetes/client-node";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject, Domain } from "../kube/objects.ts";
import { events } from "../kube/resources.ts";

/** The events on a claim, newest last. */
export async function eventsOf(cluster: Cluster, { metadata }: Domain): Promise<readonly CoreV1Event[]> {
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
