import { expect, test } from "vitest";
import { inHostOrder } from "../src/claims/host-order.ts";

test("hosts are sorted label by label from the right, numbers by their size, and a name before those below it", () => {
  const inOrder = ["acme.org", "web-2.acme.org", "web-10.acme.org", "a.web-10.acme.org", "2.zoo.org", "10.zoo.org"];
  expect(inHostOrder([...inOrder].reverse(), (host) => host)).toEqual(inOrder);
  expect(inHostOrder([...inOrder].sort(), (host) => host)).toEqual(inOrder);
});
