import { expect, test } from "vitest";
import { letsEncryptLimits as limits } from "../../../src/decide/certificates/limits.ts";
import { nextLookAt } from "../../../src/decide/certificates/looks.ts";

const second = 1_000;

/** The seconds after its order at which one of so many names is looked at, up to this. */
function looks(names: number, until: number): readonly number[] {
  const seconds: number[] = [];
  for (let at = nextLookAt(limits, names, 0, 0); at <= until * second; at = nextLookAt(limits, names, 0, at))
    seconds.push(Math.round(at / second));
  return seconds;
}

test("an order is looked at each second at first, then ever less often, and no less often than each minute", () => {
  expect(looks(3, 20)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 18]);
  const late = looks(3, 3_600);
  expect(late.at(-1)).toBeGreaterThan(3_600 - 61);
  expect(Math.max(...late.slice(1).map((at, index) => at - (late[index] ?? 0)))).toBe(60);
});

test("of one or two names it is looked at in time to know after a minute that nothing has moved", () => {
  expect(looks(2, 100)).toEqual([50, 56, 60, 68, 76, 85, 96]);
});
