import { expect, test } from "vitest";
import { Turns } from "../../src/queue/turns.ts";

test("groups take turns in the order in which they came, and what a group has beside its first key comes after all others", () => {
  const turns = new Turns();
  for (const key of ["a1", "a2", "b1"]) turns.wait(key.charAt(0), key, true);
  turns.wait("a", "a1", true);
  const order: string[] = [];
  for (let { next } = turns; next !== undefined; { next } = turns) {
    order.push(next);
    turns.leave(next.charAt(0), next);
  }
  expect(order).toEqual(["a1", "b1", "a2"]);
});

test("who has nothing yet comes before who has, whoever came first", () => {
  const turns = new Turns();
  turns.wait("a", "a1", false);
  turns.wait("b", "b1", true);
  expect(turns.next).toBe("b1");
  expect(turns.before("a")).toEqual({ newcomerWaits: true, anyoneWaits: true });
  expect(turns.before("b")).toEqual({ newcomerWaits: false, anyoneWaits: true });
  turns.wait("b", "b1", false);
  expect(turns.next).toBe("a1");
  expect(turns.before("a")).toEqual({ newcomerWaits: false, anyoneWaits: false });
  expect(turns.before("c")).toEqual({ newcomerWaits: false, anyoneWaits: true });
});

test("a key that leaves twice, or never waited, changes nothing", () => {
  const turns = new Turns();
  turns.wait("a", "a1", true);
  turns.leave("a", "a1");
  turns.leave("a", "a1");
  turns.leave("b", "b1");
  expect(turns.next).toBeUndefined();
});
