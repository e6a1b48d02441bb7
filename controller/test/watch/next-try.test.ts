import { describe, expect, test } from "vitest";
import { errorOf, unavailable } from "../../src/kube/errors.ts";
import { nextTry } from "../../src/watch/next-try.ts";
import type { NextTry } from "../../src/watch/next-try.ts";
import type { WatchEnd } from "../../src/watch/watch-once.ts";

const half = 0.5;
const minute = 60_000;

/** What follows a kind that was listed as of 10; of waits that are drawn each is the middle one. */
function listed(optional = false): NextTry {
  const next = nextTry({ random: () => half, optional, lookAgainMs: 20_000 });
  next.listed("10");
  return next;
}

/** A watch that has lived for a minute and heard something up to 12. */
function end(kind: WatchEnd["kind"], more: Partial<WatchEnd> = {}): WatchEnd {
  return { kind, resourceVersion: "12", livedMs: minute, heard: true, ...more };
}

/** The error that an answer of this status is. */
function answer(status: number, retryAfterSeconds?: number): Error {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return errorOf("GET /api/v1/services", { status, headers, body: {} });
}

const reset = unavailable("WATCH /api/v1/services");
const nonsense = new Error("a line that is no JSON");

describe("after a watch", () => {
  test.each([
    { what: "that the server closed in time", ended: end("closed"), from: "12", waitMs: 0 },
    { what: "that the server closed at once", ended: end("closed", { livedMs: 4_999 }), from: "12", waitMs: 1_600 },
    { what: "that fell silent", ended: end("silent"), from: "12", waitMs: 0 },
    { what: "that broke off", ended: end("failed", { error: reset }), from: "12", waitMs: 1_600 },
    { what: "that came to nonsense", ended: end("failed", { error: nonsense }), from: "12", waitMs: 1_600 },
    { what: "whose version is not known any more", ended: end("expired"), from: undefined, waitMs: 0 },
    { what: "of what is not there", ended: end("failed", { error: answer(404) }), from: undefined, waitMs: 1_600 },
    { what: "that is to wait 9 s", ended: end("failed", { error: answer(429, 9) }), from: "12", waitMs: 9_000 },
    {
      what: "that is to wait an hour",
      ended: end("failed", { error: answer(503, 3_600) }),
      from: "12",
      waitMs: 300_000,
    },
  ])("$what it goes on from $from in $waitMs ms", ({ ended, from, waitMs }) => {
    const next = listed();
    expect(next.afterWatch(ended)).toBe(waitMs);
    expect(next.from()).toBe(from);
  });
});

describe("everything is listed", () => {
  /** From where it goes on after each of the ends. */
  const course = (...ends: readonly WatchEnd[]): readonly (string | undefined)[] => {
    const next = listed();
    return ends.map((one) => {
      next.afterWatch(one);
      return next.from();
    });
  };
  const deaf = { heard: false };

  test("at first, when that is asked for, and from then on not", () => {
    const next = nextTry({ random: () => half, optional: false, lookAgainMs: 20_000 });
    expect(next.from()).toBeUndefined();
    next.listed("10");
    expect(next.from()).toBe("10");
    next.listFirst();
    expect(next.from()).toBeUndefined();
  });

  test.each([
    { what: "silence", ended: end("silent", deaf) },
    { what: "nonsense", ended: end("failed", { ...deaf, error: nonsense }) },
    { what: "data that are older than ours", ended: end("failed", { ...deaf, error: answer(504) }) },
    { what: "a refusal", ended: end("failed", { ...deaf, error: answer(403) }) },
  ])("after two watches in a row that ended in $what, and then again only after two", ({ ended }) => {
    expect(course(ended, ended)).toEqual(["12", undefined]);
    const next = listed();
    next.afterWatch(ended);
    next.listed("10");
    next.afterWatch(ended);
    expect(next.from()).toBe("12");
  });

  test("not where one of the two was heard of, or could not be had at all", () => {
    const silent = end("silent", deaf);
    expect(course(silent, end("silent"), silent)).toEqual(["12", "12", undefined]);
    expect(course(silent, end("closed"), silent)).toEqual(["12", "12", "12"]);
    const away = end("failed", { ...deaf, error: reset });
    expect(course(away, away, away)).toEqual(["12", "12", "12"]);
  });
});

describe("nothing spins:", () => {
  /** The waits after watches that all end so. */
  const waits = (times: number, ended: WatchEnd): readonly number[] => {
    const next = listed();
    return Array.from({ length: times }, () => next.afterWatch(ended));
  };
  const growing = [1_600, 2_800, 4_600, 7_300, 11_350, 17_425, 26_537.5, 30_000, 30_000];
  const short = { livedMs: 20 };

  test.each([
    { what: "watches that the server ends at once", ended: end("closed", short) },
    { what: "watches that break off at once", ended: end("failed", { ...short, error: reset }) },
    { what: "watches that are refused", ended: end("failed", { livedMs: 0, heard: false, error: answer(403) }) },
  ])("after $what there is more and more time", ({ ended }) => {
    expect(waits(9, ended)).toEqual(growing);
  });

  test("of lists from which no watch lives long the second one waits, and so on", () => {
    expect(waits(10, end("expired", short))).toEqual([0, ...growing]);
  });

  test("after a watch that lived it begins anew", () => {
    const next = listed();
    for (const kind of ["closed", "closed", "expired", "expired"] as const) next.afterWatch(end(kind, short));
    next.afterWatch(end("closed"));
    expect(next.afterWatch(end("expired", short))).toBe(0);
    expect(next.afterWatch(end("closed", short))).toBe(1_600);
  });
});

describe("after a list that failed", () => {
  test("it is tried again with more and more time, and not before the server wants it", () => {
    const next = listed();
    expect(next.afterFailedList(reset)).toEqual({ means: "failed", waitMs: 1_600 });
    expect(next.afterFailedList(nonsense)).toEqual({ means: "failed", waitMs: 2_800 });
    expect(next.afterFailedList(answer(429, 20))).toEqual({ means: "failed", waitMs: 20_000 });
  });

  test("a kind that there has to be is looked for as any other that can't be listed", () => {
    const next = listed();
    expect(next.afterFailedList(answer(404))).toEqual({ means: "notServed", waitMs: 1_600 });
    expect(next.afterFailedList(answer(404))).toEqual({ means: "notServed", waitMs: 2_800 });
  });

  test("an optional kind is absent when the server says so twice in a row, and is looked for now and then", () => {
    const next = listed(true);
    expect(next.afterFailedList(answer(404)).means).toBe("unsure");
    expect(next.afterFailedList(reset).means).toBe("failed");
    expect(next.afterFailedList(answer(404)).means).toBe("unsure");
    next.listed("20");
    expect(next.afterFailedList(answer(404)).means).toBe("unsure");
    expect(next.afterFailedList(answer(404))).toEqual({ means: "absent", waitMs: 30_000 });
    expect(next.afterFailedList(answer(404))).toEqual({ means: "absent", waitMs: 30_000 });
    expect(next.afterFailedList(reset)).toEqual({ means: "failed", waitMs: 1_600 });
  });
});

describe("a list that was to be streamed and is not complete", () => {
  const broken = (kind: WatchEnd["kind"], more: Partial<WatchEnd> = {}): WatchEnd =>
    end(kind, { resourceVersion: undefined, ...more });
  test.each([
    { what: "refused with 400", ended: broken("failed", { error: answer(400) }), waitMs: 0 },
    { what: "refused with 422", ended: broken("failed", { error: answer(422) }), waitMs: 0 },
    { what: "closed", ended: broken("closed"), waitMs: 1_600 },
    { what: "silent after an answer", ended: broken("silent"), waitMs: 0 },
  ])("is asked for in pages from then on where it was $what", ({ ended, waitMs }) => {
    const next = listed();
    expect(next.afterBrokenList(ended)).toEqual({ means: "unstreamed", waitMs });
    next.listed("20");
    expect(next.streams()).toBe(false);
  });

  test.each([
    { what: "silent before any answer", ended: broken("silent", { livedMs: 0 }), means: "failed" },
    { what: "broken off", ended: broken("failed", { error: reset }), means: "failed" },
    { what: "refused with 403", ended: broken("failed", { error: answer(403) }), means: "failed" },
    { what: "that of a kind that is not served", ended: broken("failed", { error: answer(404) }), means: "notServed" },
  ])("has failed as any other where it was $what", ({ ended, means }) => {
    const next = listed();
    expect(next.afterBrokenList(ended)).toEqual({ means, waitMs: 1_600 });
    expect(next.streams()).toBe(true);
  });
});
