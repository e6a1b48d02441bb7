import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { envFile } from "../support/env-file.ts";

function asShellSees(name: string, variables: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "domain-claims-env-"));
  try {
    writeFileSync(join(folder, "env"), envFile(variables));
    // printenv sees only what is exported.
    return execFileSync("sh", ["-eu", "-c", `. "$1/env"; printenv ${name}`, "sh", folder], { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(["plain", "with space", "it's", "'", '"quoted"', "$HOME `id` \\ !", "two\nlines", "", "*", "ü"])(
  "a shell reads %j back as it was",
  (value) => {
    expect(asShellSees("VALUE", { VALUE: value })).toBe(`${value}\n`);
  },
);

test("what is put on the PATH comes before what was there", () => {
  expect(asShellSees("PATH", { PATH: "/my tools/bin" })).toBe(`/my tools/bin:${process.env["PATH"]}\n`);
});

test("a name that a shell would read as something else is refused", () => {
  expect(() => envFile({ "A=1;B": "x" })).toThrow("is no name for a shell variable");
});
