import { expect, test } from "vitest";
import { defaultLimits } from "../../src/world/limits.ts";
import { World } from "../../src/world/world.ts";
import { translator } from "../../src/translate/translate.ts";
import type { FactKey } from "../../src/world/keys.ts";
import type { WatchedKind, WorldEvent } from "../../src/world/event.ts";

const many = (count: number, text: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`example.com/${String(i)}`, text]));
const ports = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, i) => ({ name: `p${String(i)}`, port: i + 1, protocol: "TCP" }));
const finalizers = (name: string): readonly string[] =>
  Array.from({ length: 16_000 }, (_, i) => `${name}/${String(i)}`);
const rules = [{ host: "mallory.example", http: { paths: [] } }];

/** What a tenant changes of an object, as often as he likes: from what, to what. */
const changes: readonly (readonly [WatchedKind, string, object, object, object])[] = [
  [
    "Namespace",
    "250 kB of annotations",
    { annotations: many(2_500, "a".repeat(80)) },
    { annotations: many(2_500, "b".repeat(80)) },
    {},
  ],
  [
    "Namespace",
    "250 kB of labels",
    { labels: many(4_000, "a".repeat(50)) },
    { labels: many(4_000, "b".repeat(50)) },
    {},
  ],
  [
    "Service",
    "250 kB of annotations",
    { annotations: many(2_500, "a".repeat(80)) },
    { annotations: many(2_500, "b".repeat(80)) },
    { spec: { ports: ports(10_000) } },
  ],
  [
    "Ingress",
    "250 kB of annotations",
    { annotations: many(2_500, "a".repeat(80)) },
    { annotations: many(2_500, "b".repeat(80)) },
    { spec: { rules } },
  ],
  ["Ingress", "its labels", { labels: many(4_000, "a") }, { labels: many(4_000, "b") }, { spec: { rules } }],
  [
    "Domain",
    "250 kB of annotations",
    { annotations: many(2_500, "a".repeat(80)) },
    { annotations: many(2_500, "b".repeat(80)) },
    { spec: { primary: "mallory.example" } },
  ],
];

function changed(kind: WatchedKind, before: object, after: object, rest: object): readonly FactKey[] {
  const translate = translator(defaultLimits);
  const world = new World();
  const keys: FactKey[] = [];
  const show = (metadata: object, resourceVersion: string): void => {
    const always = {
      namespace: "mallory-org",
      name: "m",
      uid: "u",
      creationTimestamp: "2026-04-04T12:00:00Z",
      resourceVersion,
    };
    world.apply({
      type: "set",
      kind,
      object: translate[kind]({ metadata: { ...always, ...metadata }, ...rest }),
    } as WorldEvent);
  };
  show(before, "1");
  world.subscribe((_, now) => keys.push(...now));
  show(after, "2");
  return keys;
}

test.each(changes)(
  "X2: a %s of which %s change all the time changes no fact, so nobody decides anything",
  (kind, _, before, after, rest) => {
    expect(changed(kind, before, after, rest)).toEqual([]);
  },
);

test("X2: of a claim with 16,000 finalizers that are others each time nothing but their number is read", () => {
  const spec = { spec: { primary: "mallory.example" } };
  expect(changed("Domain", { finalizers: finalizers("a") }, { finalizers: finalizers("b") }, spec)).toEqual([]);
});

test("X1: of a Service with ten thousand ports a thousand are kept", () => {
  const metadata = { namespace: "mallory-org", name: "m", uid: "u" };
  expect(translator(defaultLimits).Service({ metadata, spec: { ports: ports(10_000) } }).ports).toHaveLength(1_000);
});
