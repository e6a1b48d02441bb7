import { expect, test } from "vitest";
import { remembering } from "../src/recent.ts";

function counting(count: number) {
  const asked: string[] = [];
  const lengthOf = remembering(count, (text) => {
    asked.push(text);
    return text === "" ? undefined : text.length;
  });
  return { asked, lengthOf };
}

test("what was asked last is answered from memory, also where the answer is undefined", () => {
  const { asked, lengthOf } = counting(2);
  expect(["ab", "", "ab", ""].map(lengthOf)).toEqual([2, undefined, 2, undefined]);
  expect(asked).toEqual(["ab", ""]);
});

test("of many texts the first are forgotten, and one that is asked about again and again is not", () => {
  const { asked, lengthOf } = counting(2);
  for (const text of ["a", "b", "a", "c", "a", "d", "a", "e", "a", "b"]) lengthOf(text);
  expect(asked).toEqual(["a", "b", "c", "d", "e", "b"]);
});

test("attack: long texts are not kept", () => {
  const { asked, lengthOf } = counting(2);
  const long = "a".repeat(513);
  expect([lengthOf(long), lengthOf(long)]).toEqual([513, 513]);
  expect(asked).toHaveLength(2);
});
