import type { Host } from "@domain-claims/crds/hostname";
import { beforeEach, expect, test } from "vitest";
import { Proof } from "../../src/apply/kong/proof.ts";
import type { Prover } from "../../src/apply/kong/proof.ts";
import type { Live } from "../../src/world/kong-state.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";

const host = "acme.org" as Host;
const other = "b.acme.org" as Host;
const nothing = (): void => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

let clock: FakeClock;
let asked: { done: () => void; fail: (error: Error) => void }[];
let proved: string[][];
let proof: Proof;

const byHand: Prover = {
  how: "by hand",
  asks: true,
  prove: () => new Promise((done, fail) => asked.push({ done, fail })),
};

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  proved = [];
  const onProved = (hosts: Iterable<string>): void => void proved.push([...hosts]);
  proof = new Proof({ clock, log, signal: new AbortController().signal, onProved });
  proof.useProver(byHand);
});

const live = (namespaces: readonly string[], guard = false): Live => ({ namespaces, guard });
const unprovedGuard: Live = { namespaces: [], guard: false, guardUnproved: true };

test("routes that were removed are taken for live until the gateway has proved that they are gone", async () => {
  expect(proof.live(host, live([]), live(["a"]))).toEqual(live(["a"]));
  await settle();
  expect(proof.live(host, live([]), live(["a"]))).toEqual(live(["a"]));
  asked[0]?.done();
  await settle();
  expect(proved).toEqual([[host]]);
  expect(proof.proved(host, live([]))).toEqual(live([]));
  expect(asked).toHaveLength(1);
});

test("a guard that was written is taken for one that does not stand until then", async () => {
  expect(proof.live(host, live([], true), live([]))).toEqual(unprovedGuard);
  await settle();
  asked[0]?.done();
  await settle();
  expect(proof.proved(host, live([], true))).toEqual(live([], true));
  expect(proof.live(host, live([], true), live([], true))).toEqual(live([], true));
});

test("a proof covers only what was written before it began", async () => {
  proof.live(host, live([]), live(["a"]));
  await settle();
  proof.live(other, live([]), live(["a"]));
  asked[0]?.done();
  await settle();
  expect(proved).toEqual([[host]]);
  expect(proof.proved(other, live([]))).toEqual(live(["a"]));
  asked[1]?.done();
  await settle();
  expect(proof.proved(other, live([]))).toEqual(live([]));
});

test("routes that came back and were removed again while a proof was under way are not covered by it", async () => {
  proof.live(host, live([]), live(["a"]));
  await settle();
  expect(proof.live(host, live(["a"]), live(["a"]))).toEqual(live(["a"]));
  expect(proof.live(host, live([]), live(["a"]))).toEqual(live(["a"]));
  asked[0]?.done();
  await settle();
  expect(proof.proved(host, live([]))).toEqual(live(["a"]));
});

test("a guard that was removed and written again while a proof was under way is not covered by it", async () => {
  proof.live(host, live([], true), live([]));
  await settle();
  proof.live(host, live([]), live([]));
  expect(proof.live(host, live([], true), live([]))).toEqual(unprovedGuard);
  asked[0]?.done();
  await settle();
  expect(proof.proved(host, live([], true))).toEqual(unprovedGuard);
});

test("what could not be proved is asked for again, and how long that takes is known", async () => {
  proof.live(host, live([]), live(["a"]));
  await settle();
  asked[0]?.fail(new Error("the gateway does not answer"));
  await settle();
  expect(proof.proved(host, live([]))).toEqual(live(["a"]));
  await clock.pass(1000);
  expect(asked).toHaveLength(2);
  expect(proof.behindMs).toBe(1000);
  asked[1]?.done();
  await settle();
  expect([proof.behindMs, proof.proved(host, live([]))]).toEqual([0, live([])]);
});

test("where the gateway obeys at once there is nothing to prove", () => {
  proof.useProver(undefined);
  expect(proof.live(host, live([], true), live(["a"]))).toEqual(live([], true));
  expect(asked).toEqual([]);
});

test("X1: of those who wait for the same thing the last one alone is called, however often it is asked while the gateway is away", async () => {
  const called: string[] = [];
  const ask = (about: string, who: string): void =>
    proof.whenProved(
      about,
      () => called.push(who),
      () => called.push(`${who} waits`),
    );
  ask("a service", "first");
  await settle();
  for (let i = 0; i < 1_000; i++) ask("a service", String(i));
  ask("another", "other");
  asked[0]?.done();
  await settle();
  expect(called).toEqual([]);
  asked[1]?.fail(new Error("the gateway does not answer"));
  await settle();
  ask("a service", "last");
  await clock.pass(1000);
  expect(called.splice(0)).toEqual(["999 waits", "other waits"]);
  asked[2]?.done();
  await settle();
  expect(called.sort()).toEqual(["last", "other"]);
});
