import { expect, test } from "vitest";
import { Remembered } from "../../src/apply/kube/remembered.ts";
import { Written } from "../../src/apply/kube/newest.ts";

const life = (uid: string, resourceVersion = "1") => ({ namespace: "acme-org", name: "web", uid, resourceVersion });

test("an object that is made anew under its old name begins without what was remembered of the old one", () => {
  const remembered = new Remembered<string>();
  remembered.set(life("first"), "told");
  expect(remembered.get(life("first"))).toBe("told");
  expect(remembered.get(life("second"))).toBeUndefined();
});

test("thousands of lives under one name leave no more behind than one, and none when it is gone", () => {
  const remembered = new Remembered<string>();
  for (let i = 0; i < 5000; i++) remembered.set(life(String(i)), "told");
  expect(remembered.size).toBe(1);
  remembered.forget("acme-org", "web");
  expect(remembered.size).toBe(0);
});

test("what was written counts until the watch shows it, or something newer", () => {
  const written = new Written<string>();
  written.note(life("a"), "5", "ours");
  expect(written.newest(life("a", "4"), "shown")).toBe("ours");
  expect(written.newest(life("a", "6"), "shown")).toBe("shown");
  expect(written.size).toBe(0);
  written.note(life("a"), "7", "ours");
  expect(written.newest(life("b", "3"), "shown")).toBe("shown");
});
