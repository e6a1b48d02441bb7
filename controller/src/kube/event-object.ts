import { microTime } from "./times.ts";

/** Something that people should read in `kubectl describe`. */
export interface KubeEvent {
  readonly regarding: {
    readonly apiVersion: string;
    readonly kind: string;
    /** Empty for cluster-scoped objects. */
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly action: string;
  /** Shortened to 1 kB. */
  readonly note: string;
}

/** Longest `note` in bytes (kubernetes/pkg/apis/core/validation/events.go). */
const maxNote = 1024;

/** Who reports an event. */
export interface Reporter {
  /** A qualified name. */
  readonly controller: string;
  readonly instance: string;
}

/** The object of `events.k8s.io/v1` for an event with a short note, seen `count` times between the two times (milliseconds since the epoch). */
export function eventObject(
  event: KubeEvent,
  reporter: Reporter,
  name: string,
  seen: { readonly count: number; readonly firstMs: number; readonly lastMs: number },
): object {
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { namespace: eventNamespace(event), name },
    eventTime: microTime(seen.firstMs),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, 128),
    type: event.type,
    reason: event.reason,
    action: event.action,
    note: event.note,
    regarding: event.regarding,
    ...(seen.count > 1 ? eventSeries(seen.count, seen.lastMs) : {}),
  };
}

/** The part of an event that changes when it is seen again; at least twice, as the API server wants it. */
export function eventSeries(count: number, lastMs: number): object {
  return { series: { count, lastObservedTime: microTime(lastMs) } };
}

/** Where the event lives: with its object, or in `default` for cluster-scoped ones. */
export function eventNamespace(event: KubeEvent): string {
  return event.regarding.namespace === "" ? "default" : event.regarding.namespace;
}

/** An event's name: its object's, shortened so that it stays a DNS subdomain, and something that no other event has. */
export function eventName(event: KubeEvent, nowMs: number, random: number): string {
  const base = event.regarding.name.slice(0, 200).replace(/[-.]+$/, "");
  return `${base}.${nowMs.toString(16)}${Math.floor(random * 2 ** 32)
    .toString(16)
    .padStart(8, "0")}`;
}

/** The note in at most 1 kB of UTF-8. */
export function shortNote(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= maxNote) return note;
  return `${bytes
    .subarray(0, maxNote - 3)
    .toString()
    .replace(/\uFFFD+$/, "")}...`;
}
