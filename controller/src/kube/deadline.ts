import type { Clock } from "../time/clock.ts";
import type { KubeRequest } from "./calls.ts";

/** When a call ends at the latest. */
export interface Deadline {
  /** Aborts with the Error that says why. */
  readonly signal: AbortSignal;
  /** Lifts the time limit; the caller's signal still ends the call. */
  readonly stopTimer: () => void;
  /** To be called when the call is over. */
  readonly end: () => void;
}

/** The caller's signal and the request's own time limit in one. */
export function deadlineOf(request: KubeRequest, clock: Clock): Deadline {
  const controller = new AbortController();
  const ms = request.timeoutMs ?? 15_000;
  const stopTimer = clock.after(ms, () => controller.abort(new Error(`no whole answer within ${ms / 1000} s`)));
  const cancel = (): void => controller.abort(new Error("cancelled"));
  request.signal?.addEventListener("abort", cancel, { once: true });
  if (request.signal?.aborted) cancel();
  const end = (): void => {
    stopTimer();
    request.signal?.removeEventListener("abort", cancel);
  };
  return { signal: controller.signal, stopTimer, end };
}

/** The promise's value, or the signal's reason as soon as it aborts. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
