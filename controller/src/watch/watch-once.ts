import type { Clock } from "../time/clock.ts";
import { errorOf, statusObject } from "../kube/errors.ts";
import type { KubeTransport } from "../kube/calls.ts";
import type { EventLoop } from "../time/event-loop.ts";
import type { Differences } from "./differences.ts";
import { parsedHead } from "./event-head.ts";
import type { LongObjects } from "./long-objects.ts";
import { parsedEvent } from "./watch-event.ts";
import { watchdog } from "./watchdog.ts";

/** How a watch ended. */
export interface WatchEnd {
  /**
   * `closed`: by the server, in order. `silent`: nothing came for too long. `expired`: the server no longer knows the
   * resourceVersion (410). `failed`: anything else; `error` says what.
   */
  readonly kind: "closed" | "silent" | "expired" | "failed";
  readonly error?: Error;
  /** From where to go on; undefined if not everything that was to come first has come. */
  readonly resourceVersion: string | undefined;
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
  /** Which objects: `labelSelector`, `fieldSelector`. */
  readonly selectors: Readonly<Record<string, string>>;
  /** In which form they are asked for; undefined: as they are. */
  readonly accept?: string | undefined;
  /** From where; undefined: everything that there is comes first, as of now. */
  readonly resourceVersion: string | undefined;
  /** How long the server is asked to keep the watch open; 10 s later we end it ourselves. */
  readonly timeoutSeconds: number;
  /** Bookmarks come about once a minute: this long without a line means that the connection is dead. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  readonly differences: Differences;
  /** Who reads what is too long to keep the others of the kind waiting. */
  readonly longObjects: LongObjects;
  /** Objects may come faster than they are taken in, and be long: between two pieces of that others have their turn. */
  readonly eventLoop: EventLoop;
  /** Called whenever the server gives a sign of life. */
  readonly onActivity: () => void;
  /** Called when everything that was to come first has come, with the version from which the watch goes on. */
  readonly onListed: (resourceVersion: string) => void;
}

const connectTimeoutMs = 30_000;
/** Characters of a line that are read at once, in some milliseconds: a source of two hundred paths. */
export const longLine = 65_536;
/** Between two objects of a list, and before its end, a server that knows such lists is not silent for so long. */
const listSilenceMs = 20_000;

/**
 * Follows one kind's changes until the watch ends for any reason; without a resourceVersion, first everything that there
 * is, which the server sends one by one and as fresh as a list that reads past its cache (Kubernetes API concepts,
 * "Streaming lists"). Never throws.
 */
export async function watchOnce(options: WatchOnceOptions): Promise<WatchEnd> {
  const { clock, differences, eventLoop, longObjects, onActivity, path, transport } = options;
  const call = `WATCH ${path}`;
  const timeoutSeconds = String(options.timeoutSeconds);
  const query = { watch: "true", allowWatchBookmarks: "true", timeoutSeconds, ...options.selectors };
  let { resourceVersion } = options;
  const since = resourceVersion === undefined ? everythingFirst : { resourceVersion };
  const dog = watchdog({
    ...{ clock, signal: options.signal, mostMs: (options.timeoutSeconds + 10) * 1000 },
    silenceMs: resourceVersion === undefined ? connectTimeoutMs : options.silenceMs,
  });
  let opened: number | undefined;
  let heard = false;
  const end = (kind: WatchEnd["kind"], error?: Error): WatchEnd => {
    const livedMs = opened === undefined ? 0 : clock.monotonic() - opened;
    return { kind, resourceVersion, livedMs, heard, ...(error === undefined ? {} : { error }) };
  };
  try {
    const asked = { method: "GET", path, query: { ...query, ...since }, accept: options.accept } as const;
    const request = { ...asked, timeoutMs: connectTimeoutMs };
    if (resourceVersion === undefined) differences.beginList();
    const stream = await transport.stream({ ...request, signal: dog.signal });
    if (stream.status === 410) return end("expired");
    if (stream.status !== 200) throw errorOf(call, { ...stream, body: stream.body });
    opened = clock.monotonic();
    dog.heard();
    if (resourceVersion === undefined) {
      dog.allow(listSilenceMs);
      longObjects.forget();
    }
    onActivity();
    for await (const line of stream.lines) {
      dog.heard();
      // Of a list everything is read, so nobody gains by another order.
      const isLong = resourceVersion !== undefined && line.length > longLine;
      // It may say that something has to leave; whatever it is, no more than one of each kind is read at once.
      const event = await eventLoop.inPieces(isLong ? parsedHead(call, line) : parsedEvent(call, line), "urgent");
      if (event.type === "ERROR") {
        const { code, retryAfterSeconds } = statusObject(event.object);
        if (code === 410) return end("expired");
        const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
        throw errorOf(call, { status: code ?? 500, headers, body: event.object });
      }
      if (event.type !== "BOOKMARK" && longObjects.isNews(event.object)) {
        if (isLong && event.type !== "DELETED") longObjects.read(event.object);
        else {
          longObjects.outdate(event.object);
          if (event.type === "DELETED") differences.remove(event.object);
          else await differences.set(event.object);
        }
      }
      if (resourceVersion !== undefined) resourceVersion = event.resourceVersion;
      else if (event.type === "BOOKMARK" && event.initialEventsEnd) {
        resourceVersion = event.resourceVersion;
        await differences.endList(resourceVersion);
        dog.allow(options.silenceMs);
        options.onListed(resourceVersion);
      }
      heard = true;
      onActivity();
    }
    return end(dog.ended() ?? "closed");
  } catch (error) {
    const why = dog.ended();
    return why === undefined ? end("failed", error instanceof Error ? error : new Error(String(error))) : end(why);
  } finally {
    dog.stop();
  }
}

const everythingFirst = { resourceVersion: "", resourceVersionMatch: "NotOlderThan", sendInitialEvents: "true" };
