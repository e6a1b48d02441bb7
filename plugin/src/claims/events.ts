import type { CoreV1Event } from "@kubernetes/client-node";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject, Domain } from "../kube/objects.ts";
import { events } from "../kube/resources.ts";

/** Events on one claim that are read: whoever may write events in its namespace can make any number of them. */
const mostRead = 500;

/** What was told of a claim in events. */
export interface Told {
  /** Newest last. */
  readonly events: readonly CoreV1Event[];
  /** True if there are more than were read. */
  readonly moreEvents: boolean;
}

/**
 * The events on a claim. Nothing rests on them: the API server takes them from whoever may write events in the namespace, in
 * the name of any controller.
 */
export async function eventsOf(cluster: Cluster, { metadata }: Domain): Promise<Told> {
  const fieldSelector = `involvedObject.kind=Domain,involvedObject.name=${metadata.name}`;
  const read: CoreV1Event[] = [];
  let moreEvents = false;
  const scope = { namespace: metadata.namespace, fieldSelector };
  for await (const page of cluster.pages<CoreV1Event & ApiObject>(events, scope)) {
    moreEvents = read.length + page.length > mostRead;
    read.push(...page.slice(0, mostRead - read.length));
    if (moreEvents) break;
  }
  const own = read.filter(
    ({ involvedObject }) => involvedObject.uid === undefined || involvedObject.uid === metadata.uid,
  );
  return { events: own.sort((a, b) => (eventTime(a) < eventTime(b) ? -1 : 1)), moreEvents };
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
