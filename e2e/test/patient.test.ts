import { expect, test } from "vitest";
import { patient } from "../stories/support/patient.ts";
import { commandSurface } from "../support/doc-commands.ts";

/** Waits for longer than a test by itself, and what nobody types in a story: the other name of `release`. */
const left = ["rename", "delete"];

test("every command of the plugin that waits is told to wait as long as a test does, unless it is told for how long", () => {
  const waiting = [...commandSurface()].filter(([name, flags]) => name !== "" && flags.has("--timeout"));
  expect(waiting.length).toBeGreaterThan(5);
  for (const [name] of waiting) {
    const more = patient([name, "acme.example"]).slice(2);
    expect(more, name).toEqual(left.includes(name) ? [] : ["--timeout=150s"]);
    expect(patient([name, "acme.example", "--timeout", "3s"])).toHaveLength(4);
  }
  expect(patient(["explain", "acme.example"])).toEqual(["explain", "acme.example"]);
  expect(patient([])).toEqual([]);
});
