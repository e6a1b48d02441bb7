import { expect, test } from "vitest";
import { FairQueue } from "../../src/queue/fair-queue.ts";

const byNamespace = (key: string): string => key.split("/")[0] ?? "";

function drained(set: FairQueue): readonly string[] {
  const keys: string[] = [];
  for (let next = set.take(); next !== undefined; next = set.take()) keys.push(next.key);
  return keys;
}

test("groups take turns, so that one with very many keys delays the others by one key at a time", () => {
  const set = new FairQueue(byNamespace);
  for (let i = 0; i < 1000; i++) set.add(`flood/${String(i)}`, 0);
  set.add("team/a", 0);
  set.add("team/b", 0);
  expect(drained(set).slice(0, 5)).toEqual(["flood/0", "team/a", "flood/1", "team/b", "flood/2"]);
});

test("within a group the first to come is the first to go, and a key waits once", () => {
  const set = new FairQueue(byNamespace);
  for (const key of ["a/1", "a/2", "a/1", "a/3"]) set.add(key, 0);
  expect(set.size).toBe(3);
  expect(drained(set)).toEqual(["a/1", "a/2", "a/3"]);
  expect(set.size).toBe(0);
});

test("a key that waits keeps its place, whoever's it has become", () => {
  const owners = new Map([["key", "a"]]);
  const set = new FairQueue((key) => owners.get(key) ?? "");
  set.add("key", 0);
  owners.set("key", "b");
  set.add("key", 0);
  expect(set.size).toBe(1);
  expect(drained(set)).toEqual(["key"]);
});

test("a group that may not have a turn loses no place, and holds up no other", () => {
  const set = new FairQueue(byNamespace);
  for (const key of ["a/1", "a/2", "b/1"]) set.add(key, 0);
  const notA = (group: string | undefined): boolean => group !== "a";
  expect(set.take(notA)).toEqual({ key: "b/1", group: "b" });
  expect(set.take(notA)).toBeUndefined();
  expect(drained(set)).toEqual(["a/1", "a/2"]);
});
