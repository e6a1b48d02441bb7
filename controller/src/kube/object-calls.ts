import type { Raw } from "../translate/raw.ts";
import type { Watched, WatchedKind } from "../world/event.ts";
import type { KubeRequest, KubeTransport } from "./calls.ts";

/** Calls that are answered with objects, as `kubeApi` makes them for its parts. Each throws KubeError. */
export interface ObjectCalls {
  readonly transport: KubeTransport;
  /** The body of the answer, where it is no failure. */
  readonly call: (request: KubeRequest) => Promise<unknown>;
  /** As {@link call}: the object in our types. */
  readonly callFor: <K extends WatchedKind>(kind: K, request: KubeRequest) => Promise<Watched[K]>;
  /** The object at the path, read by `as`; undefined only if the API server says that the object of that name does not exist. */
  readonly readAs: <T>(
    kind: WatchedKind,
    path: string,
    name: string,
    as: (raw: Raw) => T,
    maxBytes?: number,
  ) => Promise<T | undefined>;
  /** What `read` makes of the body of an answer; `what` is the call, for the error where it is no object of the kind. */
  readonly translated: <T>(what: string, kind: WatchedKind, read: (raw: Raw) => T, body: unknown) => T;
}
