import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { Handshakes } from "../../src/apply/kong/handshakes.ts";
import type { LiveTls } from "../../src/world/kong-state.ts";
import { FakeClock } from "../support/fake-clock.ts";

const host = "acme.org" as Host;
const of = (namespace: string): LiveTls => ({ tls: { namespace, name: "web-tls" } });
const nothing: LiveTls = {};

test("a certificate where there was none is missing until it is shown; how many are is known", () => {
  const handshakes = new Handshakes(new FakeClock());
  expect(handshakes.of(host, "one", of("a"), nothing)).toEqual({ kind: "missing" });
  expect(handshakes.missing).toBe(1);
  handshakes.shows(host, "one");
  expect(handshakes.of(host, "one", of("a"), of("a"))).toEqual({ kind: "shown" });
  expect(handshakes.missing).toBe(0);
});

test("one in place of another is awaited, and missing when it has not been shown for ten seconds of trying", () => {
  const clock = new FakeClock();
  const handshakes = new Handshakes(clock);
  handshakes.shows(host, "one");
  expect(handshakes.of(host, "two", of("a"), of("a"))).toEqual({ kind: "awaited" });
  handshakes.misses(host, "answers with another one");
  clock.stall(9_999);
  handshakes.misses(host, "answers with another one");
  expect(handshakes.of(host, "two", of("a"), of("a"))).toEqual({ kind: "awaited" });
  clock.stall(1);
  handshakes.misses(host, "answers with another one");
  expect(handshakes.of(host, "two", of("a"), of("a"))).toEqual({
    kind: "missing",
    problem: "answers with another one",
  });
  expect(handshakes.missing).toBe(1);
});

test("one of another namespace is missing, whatever was shown for the last holder", () => {
  const handshakes = new Handshakes(new FakeClock());
  handshakes.shows(host, "one");
  expect(handshakes.of(host, "two", of("b"), of("a"))).toEqual({ kind: "missing" });
});

test("the first pause is a quarter of a second, and no pause is longer than a minute, however many tries fail", () => {
  const clock = new FakeClock();
  const handshakes = new Handshakes(clock);
  handshakes.of(host, "one", of("a"), nothing);
  expect(handshakes.pauseMs(host)).toBe(0);
  handshakes.misses(host, "hangs");
  expect(handshakes.pauseMs(host)).toBe(250);
  for (let i = 0; i < 2_000; i++) handshakes.misses(host, "hangs");
  expect(handshakes.pauseMs(host)).toBe(60_000);
});

test("of a host that Kong has nothing for any more nothing is kept", () => {
  const handshakes = new Handshakes(new FakeClock());
  handshakes.of(host, "one", of("a"), nothing);
  expect(handshakes.of(host, undefined, nothing, of("a"))).toBeUndefined();
  expect(handshakes.missing).toBe(0);
  handshakes.misses(host, "late");
  expect(handshakes.pauseMs(host)).toBe(0);
  handshakes.shows(host, "one");
  handshakes.of(host, undefined, nothing, of("a"));
  expect(handshakes.of(host, "one", of("a"), nothing)).toEqual({ kind: "missing" });
});
