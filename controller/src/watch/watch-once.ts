import type { Clock } from "../time/clock.ts";
import { KubeError, errorOf, statusObject, unavailable } from "../kube/errors.ts";
import type { KubeTransport } from "../kube/calls.ts";
import type { Differences } from "./differences.ts";
import { fieldsOf, textOf } from "../translate/raw.ts";

/** How a watch ended. */
export interface WatchEnd {
  /**
   * `closed`: by the server, in order. `silent`: nothing came for too long. `expired`: the server no longer knows the
   * resourceVersion (410). `failed`: anything else; `error` says what.
   */
  readonly kind: "closed" | "silent" | "expired" | "failed";
  readonly error?: Error;
  /** From where to go on. */
  readonly resourceVersion: string;
  /** Milliseconds from the server's first answer to the end. */
  readonly livedMs: number;
  /** True if at least one event or bookmark was understood. */
  readonly heard: boolean;
}

/** What one watch needs. */
export interface WatchOnceOptions {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly path: string;
  readonly resourceVersion: string;
  /** How long the server is asked to keep the watch open; 10 s later we end it ourselves. */
  readonly timeoutSeconds: number;
  /** Bookmarks come about once a minute: this long without a line means that the connection is dead. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  readonly differences: Differences;
  /** Called whenever the server gives a sign of life. */
  readonly onActivity: () => void;
}

const connectTimeoutMs = 30_000;

/** Follows one kind's changes until the watch ends for any reason. Never throws. */
export async function watchOnce(options: WatchOnceOptions): Promise<WatchEnd> {
  const { clock, differences, onActivity, path, transport } = options;
  const call = `WATCH ${path}`;
  const query = {
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion: options.resourceVersion,
    timeoutSeconds: String(options.timeoutSeconds),
  };
  const guard = silenceGuard(options);
  let { resourceVersion } = options;
  let opened: number | undefined;
  let heard = false;
  const end = (kind: WatchEnd["kind"], error?: Error): WatchEnd => {
    const livedMs = opened === undefined ? 0 : clock.monotonic() - opened;
    return { kind, resourceVersion, livedMs, heard, ...(error === undefined ? {} : { error }) };
  };
  try {
    const request = { method: "GET", path, query, signal: guard.signal, timeoutMs: connectTimeoutMs } as const;
    const stream = await transport.stream(request);
    if (stream.status === 410) return end("expired");
    if (stream.status !== 200) throw errorOf(call, { ...stream, body: stream.body });
    opened = clock.monotonic();
    guard.heard();
    onActivity();
    for await (const line of stream.lines) {
      guard.heard();
      onActivity();
      const event = parsedEvent(call, line);
      if (event.type === "ERROR") {
        const { code, retryAfterSeconds } = statusObject(event.object);
        if (code === 410) return end("expired");
        const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
        throw errorOf(call, { status: code ?? 500, headers, body: event.object });
      }
      if (event.type === "DELETED") differences.remove(event.object);
      else if (event.type !== "BOOKMARK") differences.set(event.object);
      resourceVersion = event.resourceVersion;
      heard = true;
    }
    return end(guard.ended() ?? "closed");
  } catch (error) {
    const why = guard.ended();
    return why === undefined ? end("failed", error instanceof Error ? error : new Error(String(error))) : end(why);
  } finally {
    guard.stop();
  }
}

/** Ends the watch by its signal: when the caller does, when nothing came for too long, when it is over time. */
function silenceGuard(options: WatchOnceOptions): {
  readonly signal: AbortSignal;
  readonly heard: () => void;
  /** What the guard ended the watch for, if it did. */
  readonly ended: () => "silent" | "closed" | undefined;
  readonly stop: () => void;
} {
  const { clock, silenceMs, signal } = options;
  const controller = new AbortController();
  let ended: "silent" | "closed" | undefined;
  const finish = (why: "silent" | "closed"): void => {
    ended ??= why;
    controller.abort();
  };
  const close = (): void => finish("closed");
  let heardAt = clock.monotonic();
  const check = (): void => {
    const leftMs = heardAt + silenceMs - clock.monotonic();
    if (leftMs <= 0) finish("silent");
    else cancelCheck = clock.after(leftMs, check);
  };
  let cancelCheck = clock.after(silenceMs, check);
  const cancelKill = clock.after((options.timeoutSeconds + 10) * 1000, close);
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  return {
    signal: controller.signal,
    heard: () => {
      heardAt = clock.monotonic();
    },
    ended: () => ended,
    stop: () => {
      cancelCheck();
      cancelKill();
      signal.removeEventListener("abort", close);
    },
  };
}

/** One line of a watch. Throws KubeError where it is no event that can be understood: then something was missed. */
function parsedEvent(
  call: string,
  line: string,
): { readonly type: string; readonly object: unknown; readonly resourceVersion: string } {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw malformed(call, "a line that is no JSON");
  }
  const { type, object } = fieldsOf(event);
  if (type === "ERROR") return { type, object, resourceVersion: "" };
  if (type !== "ADDED" && type !== "MODIFIED" && type !== "DELETED" && type !== "BOOKMARK") {
    throw malformed(call, "an event of unknown type");
  }
  const metadata = fieldsOf(fieldsOf(object)["metadata"]);
  const resourceVersion = textOf(metadata["resourceVersion"]);
  if (resourceVersion === undefined) throw malformed(call, "an event without resourceVersion");
  if (type !== "BOOKMARK" && textOf(metadata["name"]) === undefined) throw malformed(call, "an event without name");
  return { type, object, resourceVersion };
}

/** `Malformed` as reason marks the answers after which what is known may have a gap. */
function malformed(call: string, what: string): KubeError {
  const { message } = unavailable(`${call} brought ${what}`);
  return new KubeError(message, { status: 200, reason: "Malformed", kind: "unavailable" });
}
