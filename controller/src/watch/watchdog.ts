import type { Clock } from "../time/clock.ts";

/** Ends a watch that the server does not end: by its signal. */
export interface Watchdog {
  readonly signal: AbortSignal;
  /** The server gave a sign of life. */
  readonly heard: () => void;
  /** From now on the connection counts as dead after so many milliseconds without one. */
  readonly allow: (silenceMs: number) => void;
  /** What the watch was ended for, if it was. */
  readonly ended: () => "silent" | "closed" | undefined;
  readonly stop: () => void;
}

/** Ends the watch when the caller's signal does, when nothing came for `silenceMs`, and at the latest after `mostMs`. */
export function watchdog(options: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly silenceMs: number;
  readonly mostMs: number;
}): Watchdog {
  const { clock, signal } = options;
  const controller = new AbortController();
  let ended: "silent" | "closed" | undefined;
  const finish = (why: "silent" | "closed"): void => {
    ended ??= why;
    controller.abort();
  };
  const close = (): void => finish("closed");
  let { silenceMs } = options;
  let heardAt = clock.monotonic();
  const check = (): void => {
    const leftMs = heardAt + silenceMs - clock.monotonic();
    if (leftMs <= 0) finish("silent");
    else cancelCheck = clock.after(leftMs, check);
  };
  let cancelCheck = clock.after(silenceMs, check);
  const cancelKill = clock.after(options.mostMs, close);
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  return {
    signal: controller.signal,
    heard: () => {
      heardAt = clock.monotonic();
    },
    allow: (ms) => {
      silenceMs = ms;
      cancelCheck();
      check();
    },
    ended: () => ended,
    stop: () => {
      cancelCheck();
      cancelKill();
      signal.removeEventListener("abort", close);
    },
  };
}
