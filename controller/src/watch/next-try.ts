import { KubeError } from "../kube/errors.ts";
import { decorrelatedBackoff } from "./backoff.ts";
import type { WatchEnd } from "./watch-once.ts";

/** From where a kind is followed next, and after how long, by how its lists and watches have ended. */
export interface NextTry {
  /** From where to watch; undefined: list first. */
  readonly from: () => string | undefined;
  /** False once the server turned out not to stream lists: they are asked for in pages. */
  readonly streams: () => boolean;
  /** A watch was given up that had come so far. */
  readonly goOnFrom: (resourceVersion: string) => void;
  /** Everything is listed first, whatever was known. */
  readonly listFirst: () => void;
  /** A list is complete, as of that version. */
  readonly listed: (resourceVersion: string) => void;
  /** A watch has ended after everything was listed. Returns the milliseconds to wait. */
  readonly afterWatch: (end: WatchEnd) => number;
  /** A list in pages has failed. */
  readonly afterFailedList: (error: unknown) => AfterList;
  /** A list that was to be streamed ended before everything had come. */
  readonly afterBrokenList: (end: WatchEnd) => AfterList;
}

/** What comes after a list that is not complete. */
export interface AfterList {
  readonly waitMs: number;
  /**
   * What it means. `unstreamed`: the server does not stream lists. `notServed`: it does not serve the kind. Of an optional kind
   * that is `unsure` the first time, as the server may only be starting, and `absent` when it is said again: there is nothing of it.
   */
  readonly means: "failed" | "unstreamed" | "notServed" | "unsure" | "absent";
}

/** What the next try depends on beside that. */
export interface NextTryOptions {
  readonly random: () => number;
  /** A cluster may do without the kind. */
  readonly optional: boolean;
  /** After how many milliseconds, up to twice as many, an optional kind that is not installed is looked for again. */
  readonly lookAgainMs: number;
}

/** A watch that ends sooner is no proof that things are well. */
const shortMs = 5_000;
const minBackoffMs = 800;
const maxBackoffMs = 30_000;
const maxRetryAfterMs = 300_000;
/** Watches in a row after which something may have been missed: then everything is listed. */
const enoughDoubts = 2;
/** Answers in a row by which the API server does not serve a kind. */
const enoughAbsences = 2;

/** The first try lists. */
export function nextTry({ random, optional, lookAgainMs }: NextTryOptions): NextTry {
  const backoff = decorrelatedBackoff(random, minBackoffMs, maxBackoffMs);
  const waitAfter = (error: unknown): number => Math.max(backoff.next(), retryAfterOf(error));
  let from: string | undefined;
  let streams = true;
  let doubts = 0;
  /** Lists in a row from which no watch lived long. */
  let expired = 0;
  let absences = 0;
  const afterFailedList = (error: unknown): AfterList => {
    absences = isNotFound(error) ? absences + 1 : 0;
    if (absences === 0) return { waitMs: waitAfter(error), means: "failed" };
    if (!optional) return { waitMs: waitAfter(error), means: "notServed" };
    if (absences < enoughAbsences) return { waitMs: waitAfter(error), means: "unsure" };
    backoff.reset();
    return { waitMs: lookAgainMs * (1 + random()), means: "absent" };
  };
  return {
    from: () => from,
    streams: () => streams,
    goOnFrom: (resourceVersion) => {
      from = resourceVersion;
    },
    listFirst: () => {
      from = undefined;
    },
    listed: (resourceVersion) => {
      from = resourceVersion;
      doubts = 0;
      absences = 0;
    },
    afterWatch: ({ error, heard, kind, livedMs, resourceVersion }) => {
      from = resourceVersion;
      if (heard) doubts = 0;
      if (livedMs >= shortMs) {
        backoff.reset();
        expired = 0;
      }
      if (kind === "expired") {
        from = undefined;
        expired += 1;
        return expired === 1 ? 0 : backoff.next();
      }
      if (kind === "silent" || mayHaveMissed(error)) doubts += 1;
      if (doubts >= enoughDoubts || isNotFound(error)) from = undefined;
      const endedWell = kind === "closed" && livedMs >= shortMs;
      return endedWell || kind === "silent" ? 0 : waitAfter(error);
    },
    afterFailedList,
    afterBrokenList: (end) => {
      if (!doesNotStream(end)) return afterFailedList(end.error);
      streams = false;
      return { waitMs: end.kind === "closed" ? backoff.next() : 0, means: "unstreamed" };
    },
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.kind === "notFound";
}

/** Nonsense, and statuses by which the server rejects what we asked for (its data may be older than ours). */
function mayHaveMissed(error: Error | undefined): boolean {
  if (!(error instanceof KubeError)) return error !== undefined;
  if (error.reason === "Malformed" || error.status === 504) return true;
  return error.kind !== "unavailable";
}

/** True where the server refused to send everything first, or was done, or had no more to say, without having done so. */
function doesNotStream({ error, kind, livedMs }: WatchEnd): boolean {
  if (error instanceof KubeError) return error.status === 400 || error.status === 422;
  return kind === "closed" || (kind === "silent" && livedMs > 0);
}

function retryAfterOf(error: unknown): number {
  return Math.min(error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0, maxRetryAfterMs);
}
