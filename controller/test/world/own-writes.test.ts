import { expect, test } from "vitest";
import type { Claim } from "../../src/world/claim.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import { World } from "../../src/world/world.ts";
import { claim } from "../support/builders.ts";

const acme = claim("acme-org/acme", "acme.org");
const at = (resourceVersion: string, more: Partial<Claim> = {}): Extract<WorldEvent, { type: "set" }> => ({
  type: "set",
  kind: "Domain",
  object: { ...acme, resourceVersion, ...more },
});
const deleted = (uid = acme.uid): WorldEvent => ({
  type: "delete",
  kind: "Domain",
  namespace: "acme-org",
  name: "acme",
  uid,
});

/** A world, and how often it told somebody of a change. */
function worldThatTells(): { readonly world: World; readonly told: () => number; readonly version: () => string } {
  const world = new World();
  let told = 0;
  world.subscribe(() => {
    told += 1;
  });
  return { world, told: () => told, version: () => world.claim("acme-org", "acme")?.resourceVersion ?? "none" };
}

test("what the API server answered counts at once, and nobody is told again when the watch shows the same", () => {
  const { world, told, version } = worldThatTells();
  world.apply(at("3"));
  world.learn(at("5"));
  expect(version()).toBe("5");
  world.apply(at("5"));
  expect(told()).toBe(2);
});

test("a watch that lags behind an answer is not believed, one that is ahead of it is", () => {
  const { world, version } = worldThatTells();
  world.learn(at("10"));
  world.apply(at("9"));
  expect(version()).toBe("10");
  world.apply(at("11"));
  world.apply(at("12"));
  expect(version()).toBe("12");
});

test("an answer that comes after the watch has shown something newer changes nothing", () => {
  const { world, version, told } = worldThatTells();
  world.apply(at("12"));
  world.learn(at("9"));
  world.learn(at("12"));
  expect([version(), told()]).toEqual(["12", 1]);
});

test("an answer that comes after the deletion brings nothing back", () => {
  const { world, version } = worldThatTells();
  world.apply(at("3"));
  world.apply(deleted());
  world.learn(at("4"));
  expect(version()).toBe("none");
});

test("the late deletion of an earlier object of the name does not take away the one that was answered with", () => {
  const { world, version } = worldThatTells();
  world.apply(at("3"));
  world.learn(at("7", { uid: "uid-again" }));
  world.apply(deleted());
  expect(version()).toBe("7");
  world.apply(deleted("uid-again"));
  expect(version()).toBe("none");
});

test("ten thousand deletions leave a bounded memory behind", () => {
  const { world, version } = worldThatTells();
  for (let i = 0; i < 10_002; i++) {
    world.apply(at("3", { uid: `uid-${String(i)}` }));
    world.apply(deleted(`uid-${String(i)}`));
  }
  world.learn(at("4", { uid: "uid-10001" }));
  expect(version()).toBe("none");
  world.learn(at("4", { uid: "uid-0" }));
  expect(version()).toBe("4");
});
