import { expect, test } from "vitest";
import { withTenure } from "../../src/apply/kube/history.ts";
import type { Tenure } from "../../src/world/host-record.ts";

const tenure = (namespace: string, n: number): Tenure => ({
  ...{ kind: "primary", namespace, name: `c${String(n)}`, uid: `uid-${namespace}-${String(n)}` },
  ...{ from: String(n), to: String(n), reason: "Deleted" },
});

/** The history after these namespaces held the host, one after the other. */
function after(...namespaces: readonly string[]): readonly string[] {
  let history: readonly Tenure[] = [];
  for (const [n, namespace] of namespaces.entries()) history = withTenure(tenure(namespace, n), history);
  return history.map(({ namespace, name }) => `${namespace} ${name}`);
}

const times = (count: number, namespace: string): readonly string[] => Array.from({ length: count }, () => namespace);

test("a namespace that takes and releases a host again and again pushes out nobody's past but its own", () => {
  const history = after("victim", ...times(200, "mallory"));
  expect(history).toHaveLength(20);
  expect(history.at(-1)).toBe("victim c0");
  expect(history.slice(0, 3)).toEqual(["mallory c200", "mallory c199", "mallory c198"]);
});

test("of two that take turns each keeps half, the newest", () => {
  const turns = Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? "a" : "b"));
  expect(after(...turns)).toEqual(
    turns
      .map((namespace, n) => `${namespace} c${String(n)}`)
      .slice(-20)
      .reverse(),
  );
});

test("the last tenure of each of the last twenty namespaces stays, and the oldest of them goes for the next", () => {
  const names = Array.from({ length: 20 }, (_, n) => `n${String(n).padStart(2, "0")}`);
  expect(after(...times(30, "n00"), ...names.slice(1)).map((entry) => entry.split(" ")[0])).toEqual(
    [...names].reverse(),
  );
  expect(after(...names, "late").map((entry) => entry.split(" ")[0])).toEqual(["late", ...names.slice(1).reverse()]);
});

test("a record that was longer before becomes as long as it may be, and a short one loses nothing", () => {
  const long = Array.from({ length: 25 }, (_, n) => tenure("a", 25 - n));
  expect(withTenure(tenure("b", 26), long)).toHaveLength(20);
  expect(after("a", "b", "a")).toEqual(["a c2", "b c1", "a c0"]);
});
