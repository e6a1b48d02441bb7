import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const checkout = join(import.meta.dirname, "../..");

test("make help shows each target that a person may type, with what it does", () => {
  const [, listed = ""] = /^\.PHONY: (.*)$/m.exec(readFileSync(join(checkout, "Makefile"), "utf8")) ?? [];
  const shown = execFileSync("make", ["--no-print-directory", "help"], { cwd: checkout, encoding: "utf8" });
  const targets = Array.from(shown.matchAll(/^ {2}make ([a-z0-9-]+) +\S.*$/gm), ([, target]) => target);
  expect(targets.sort()).toEqual(listed.split(" ").sort());
  expect(targets).toContain("e2e");
});
