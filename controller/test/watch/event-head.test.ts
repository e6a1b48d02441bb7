import { expect, test } from "vitest";
import { atOnce } from "../../src/world/pieces.ts";
import { parsedHead } from "../../src/watch/event-head.ts";
import { parsedEvent } from "../../src/watch/watch-event.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

const identity = { name: "web", namespace: "shop", uid: "u-1", resourceVersion: "42" };
const head = (line: string) => atOnce(parsedHead("WATCH", line));
const lineOf = (object: object, type = "MODIFIED"): string => JSON.stringify({ type, object });

test.each([
  [
    "as the API server writes built-in kinds",
    { kind: "Ingress", metadata: { ...identity, labels: { a: "b" } }, spec: {} },
  ],
  [
    "as it writes custom resources, in order of the alphabet",
    { metadata: { annotations: { a: "b" }, finalizers: ["x/y"], ...identity } },
  ],
  [
    "with labels and annotations that are called as what is read",
    { metadata: { labels: identity, annotations: { name: "other" }, ...identity } },
  ],
  [
    "with texts that look like what is read",
    { metadata: { annotations: { a: '"},"metadata":{"name":"other"}' }, ...identity } },
  ],
  ["with texts that end in backslashes", { metadata: { annotations: { a: "\\", b: '\\"', c: '\\\\"' }, ...identity } }],
  ["with other objects' metadata beside", { spec: { template: { metadata: { name: "other" } } }, metadata: identity }],
  ["with lists in lists", { metadata: { managedFields: [[["name", { name: "other" }]], "uid"], ...identity } }],
  ["with a name in escapes", { metadata: { ...identity, name: "w\u0001eb" } }],
])("the head of an event says which object it is about: %s", (_, object) => {
  for (const type of ["ADDED", "MODIFIED", "DELETED"]) {
    const { object: whole, ...event } = atOnce(parsedEvent("WATCH", lineOf(object, type))) as { object: typeof object };
    const { name, namespace, uid, resourceVersion } = whole.metadata;
    expect(head(lineOf(object, type))).toEqual({
      ...event,
      object: { metadata: { name, namespace, uid, resourceVersion } },
    });
  }
});

test.each([
  ["no object", lineOf({ metadata: identity }, "ERROR")],
  ["no name", lineOf({ metadata: { ...identity, name: undefined } })],
  ["no version", lineOf({ metadata: { ...identity, resourceVersion: undefined } })],
  ["a line that breaks off", lineOf({ metadata: identity }).slice(0, 40)],
])("a long line with %s is malformed: something was missed", (_, line) => {
  expect(() => head(line)).toThrow(expect.objectContaining({ reason: "Malformed" }));
});

test("X2: the head is found in a small part of the time that all of it takes, and in pieces", () => {
  const finalizers = Array.from({ length: 30_000 }, (_, i) => `m.io/${String(i)}`);
  const line = lineOf({ metadata: { finalizers, ...identity } });
  let pieces = 0;
  for (const work = parsedHead("WATCH", line); work.next().done !== true;) pieces += 1;
  expect(pieces).toBe(3);
  const ofAll = cpuMilliseconds(() => void atOnce(parsedEvent("WATCH", line)));
  expect(cpuMilliseconds(() => void head(line))).toBeLessThan(ofAll / 3);
});
