/** @module-tag long */
import { expect, test } from "vitest";
import { translate } from "../../src/translate/translate.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

const backend = { service: { name: "web", port: { number: 80 } } };
const metadata = { namespace: "mallory-org", name: "i", uid: "u", resourceVersion: "1", creationTimestamp: "t" };
const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** An Ingress, and how much of it has been read: each host and each path counts once for each time that it is looked at. */
function watched(spec: (seen: (text: string) => object) => object, annotations: object = {}) {
  let reads = 0;
  const seen = (text: string): object =>
    Object.defineProperty({ pathType: "Exact", backend }, "path", {
      get: () => {
        reads += 1;
        return text;
      },
    });
  return { raw: { metadata: { ...metadata, annotations }, spec: spec(seen) }, reads: () => reads };
}

test.each([
  [
    "57,000 paths",
    (seen: (text: string) => object) => [
      { host: "a.example", http: { paths: many(57_000, (i) => seen(`/${String(i)}`)) } },
    ],
  ],
  [
    "10,000 rules of five paths",
    (seen: (text: string) => object) =>
      many(10_000, (i) => ({
        host: `h${String(i % 900)}.example`,
        http: { paths: many(5, (j) => seen(`/${String(i)}/${String(j)}`)) },
      })),
  ],
  [
    "a thousand long paths with escapes",
    (seen: (text: string) => object) => [
      { host: "a.example", http: { paths: many(1_000, (i) => seen(`/${String(i)}${"%C3%A9".repeat(300)}`)) } },
    ],
  ],
])("X2: an Ingress with %s is read in pieces of a hundred at most, and comes to the same as at once", (_, rules) => {
  const { raw, reads } = watched((seen) => ({ rules: rules(seen) }));
  const pieces = translate.inPieces("Ingress", raw);
  let before = 0;
  let most = 0;
  for (;;) {
    const { done, value } = pieces.next();
    most = Math.max(most, reads() - before);
    before = reads();
    if (done !== true) continue;
    expect(value).toEqual(translate.Ingress(raw));
    break;
  }
  expect(before).toBeGreaterThanOrEqual(1_000);
  expect(most).toBeLessThanOrEqual(100);
});

test("X2: so are host aliases and hosts of certificates in any script", () => {
  const aliases = many(1_000, (i) => `hä${String(i)}é.example`).join();
  const tls = [{ secretName: "s", hosts: many(2_000, (i) => `ü${String(i)}.example`) }];
  const { raw } = watched((seen) => ({ rules: [{ host: "a.example", http: { paths: [seen("/")] } }], tls }), {
    "konghq.com/host-aliases": aliases,
  });
  // Each is parsed, and then what they say together is read.
  expect([...translate.inPieces("Ingress", raw)].length).toBeGreaterThanOrEqual((1_000 + 2_000) / 10 + 3_000 / 100);
});

test.each([
  ["a ligature that stands for eighteen characters", "\ufdfa", 500],
  ["combining characters", "\u0f73\u0344", 250],
  ["A-labels that decode to nothing", "xn--99999a.", 45],
])("X2: an Ingress full of aliases of %s costs little more than to normalize them once", (_, part, times) => {
  const alias = part.repeat(times);
  const count = Math.floor(240_000 / Buffer.byteLength(alias));
  // What was mapped is remembered: each run has names of its own.
  const aliases = (run: number): readonly string[] => many(count, (i) => `${alias}${String(run * count + i)}`);
  const plain = (run: number): readonly string[] =>
    many(1_000, (i) => `${"a".repeat(60)}.${"b".repeat(60)}.${String(run)}-${String(i)}.example`);
  const cost = (names: (run: number) => readonly string[]): number => {
    const ingresses = many(10, (run) =>
      watched(() => ({ rules: [] }), { "konghq.com/host-aliases": names(run).join() }),
    );
    return cpuMilliseconds((run) => {
      for (const { raw } of ingresses.slice(run, run + 1)) translate.Ingress(raw);
    }, ingresses.length);
  };
  const normalizing = cpuMilliseconds((run) => {
    for (const name of aliases(run)) name.normalize("NFKC");
  });
  expect(cost(aliases)).toBeLessThan(50 + 5 * cost(plain) + 2 * normalizing);
});

test("X2: so are tens of thousands of annotations, of which only those with a meaning are told", () => {
  const strange = Object.fromEntries(many(30_000, (i) => [`a${String(i)}`, ""]));
  const { raw } = watched(() => ({ rules: [] }), { ...strange, "konghq.com/odd": "x" });
  const pieces = translate.inPieces("Ingress", raw);
  let count = 0;
  while (pieces.next().done !== true) count += 1;
  expect(count).toBeGreaterThanOrEqual(60);
  expect(translate.Ingress(raw).notes).toMatchObject([{ reason: "UnsupportedAnnotation" }]);
});
