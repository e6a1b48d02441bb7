import type { Clock } from "../time/clock.ts";
import type { KubeTransport } from "./calls.ts";
import { errorOf } from "./errors.ts";
import { eventName, eventNamespace, eventObject, eventSeries } from "./event-object.ts";
import type { KubeEvent } from "./event-object.ts";

/** An event, when it was seen first and last (milliseconds since the epoch), and how often. */
export interface WrittenEvent {
  readonly event: KubeEvent;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** The Event object's name, once it exists. */
  name?: string;
}

/** What writes of events need. */
export interface EventWriterOptions {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly random: () => number;
  /** A qualified name: `reportingController`. */
  readonly controllerName: string;
  /** `reportingInstance`, such as the pod's name. */
  readonly instance: string;
}

/** Writes an event into an object of its own, or how often it was seen into the one that it has. It throws KubeError. */
export function eventWriter(
  options: EventWriterOptions,
): (written: WrittenEvent, signal: AbortSignal) => Promise<void> {
  const { clock, transport } = options;
  const reporter = { controller: options.controllerName, instance: options.instance };
  return async (written, signal) => {
    const { count, event, lastMs } = written;
    const path = `/apis/events.k8s.io/v1/namespaces/${eventNamespace(event)}/events`;
    const common = { timeoutMs: 10_000, signal } as const;
    if (written.name !== undefined) {
      const body = eventSeries(count, lastMs);
      const contentType = "application/merge-patch+json";
      const itsPath = `${path}/${written.name}`;
      const answer = await transport.request({ ...common, method: "PATCH", path: itsPath, contentType, body });
      // Events expire; the next one stands on its own.
      if (answer.status !== 404 && answer.status >= 300) throw errorOf(`PATCH ${itsPath}`, answer);
      if (answer.status === 404) delete written.name;
    }
    if (written.name === undefined) {
      const name = eventName(event, clock.now(), options.random());
      const body = eventObject(event, reporter, name, written);
      const answer = await transport.request({ ...common, method: "POST", path, body });
      if (answer.status >= 300) throw errorOf(`POST ${path}`, answer);
      written.name = name;
    }
  };
}
