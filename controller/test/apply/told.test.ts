import { expect, test } from "vitest";
import { Told } from "../../src/apply/kube/told.ts";

const life = (uid: string) => ({ namespace: "acme-org", name: "web", uid });
const messages = new Set(["acme.org is live"]);

test("an object that is made anew under its old name begins without what the old one was told", () => {
  const told = new Told<ReadonlySet<string>>();
  told.set(life("first"), messages);
  expect(told.get(life("first"))).toBe(messages);
  expect(told.get(life("second"))).toBeUndefined();
});

test("thousands of lives under one name leave no more behind than one, and none when it is gone", () => {
  const told = new Told<ReadonlySet<string>>();
  for (let i = 0; i < 5000; i++) told.set(life(String(i)), messages);
  expect(told.size).toBe(1);
  told.forget("acme-org", "web");
  expect(told.size).toBe(0);
});
