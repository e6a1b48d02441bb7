import { expect, test } from "vitest";
import { defaultLimits } from "../../src/world/limits.ts";
import { World } from "../../src/world/world.ts";
import { claim } from "../support/builders.ts";

test("X2: of claims that rename one the oldest count, as many as a namespace may have claims", () => {
  const world = new World({ ...defaultLimits, claimsPerNamespace: 3 });
  for (const second of [5, 1, 4, 2, 3]) {
    const created = `2026-01-01T00:00:0${String(second)}Z`;
    const object = claim(`acme-org/n${String(second)}`, `n${String(second)}.org`, { renames: "old", created });
    world.apply({ type: "set", kind: "Domain", object });
  }
  const renamers = (): readonly string[] => world.renamers("acme-org", "old").map(({ name }) => name);
  expect(renamers()).toEqual(["n1", "n2", "n3"]);
  world.apply({ type: "delete", kind: "Domain", namespace: "acme-org", name: "n2" });
  expect(renamers()).toEqual(["n1", "n3", "n4"]);
  expect(world.renamers("coyote-org", "old")).toEqual([]);
});
