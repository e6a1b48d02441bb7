import fs, { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../../src/operations/logging/log.ts";
import { logOutput } from "../../src/operations/logging/output.ts";

test("a disk that is full takes lines, and not the process", () => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const log = createLog({ level: "info", format: "json", destination: logOutput(full) });
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 5_000; i++) log.info({ object: "x".repeat(1_000) }, "nobody reads this");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
});

test("what waited for room is written when there is some", () => {
  const folder = mkdtempSync(join(tmpdir(), "log-"));
  const path = join(folder, "log");
  const file = openSync(path, "w");
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = createLog({ level: "info", format: "json", destination: logOutput(file) });
  const writeSync = vi.spyOn(fs, "writeSync").mockImplementationOnce(() => {
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  onTestFinished(() => writeSync.mockRestore());
  log.info({}, "on a full disk");
  log.info({}, "with room again");
  const messages = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual(["on a full disk", "with room again"]);
});
