import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { systemClock } from "../../src/time/clock.ts";

const day = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("what is further away than Node's timers reach comes when it should, and not at once", () => {
  const run = vi.fn();
  systemClock.after(60 * day, run);
  vi.advanceTimersByTime(60 * day - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test("it can be taken back at any time", () => {
  const run = vi.fn();
  const cancel = systemClock.after(60 * day, run);
  vi.advanceTimersByTime(50 * day);
  cancel();
  vi.advanceTimersByTime(20 * day);
  expect(run).not.toHaveBeenCalled();
});
