import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ask } from "../support/ask.ts";

test.each([
  { what: "an answer", typed: "y\r", answer: "y" },
  { what: "nothing but Enter", typed: "\r", answer: "" },
  { what: "Ctrl-C", typed: "\u0003", answer: "" },
  { what: "Ctrl-D", typed: "\u0004", answer: "" },
])("after $what the next thing that is said begins a line of its own", async ({ typed, answer }) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const shown = text(output);
  const asked = ask(input, output)("Wipe it? [y/N] ");
  input.write(typed);
  expect(await asked).toBe(answer);
  output.end("next");
  const lines = (await shown).split(/\r?\n/);
  expect(lines).toEqual([expect.stringContaining("Wipe it? [y/N] "), "next"]);
});
