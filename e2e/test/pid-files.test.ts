import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseIdentity, readPidFiles, writePidFile } from "../support/pid-files.ts";
import { parseStat, processIdentity, processRuns } from "../support/proc.ts";
import { startProcess } from "../support/process.ts";
import type { RunningProcess } from "../support/process.ts";
import { stateOf, takeDown } from "../support/world/run-folder.ts";

let folder: string;
let sleeper: RunningProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "domain-claims-pids-"));
  sleeper = await startProcess({
    name: "sleeper",
    command: "sleep",
    args: ["60"],
    logFile: join(folder, "logs/sleeper"),
  });
});

afterEach(async () => {
  await sleeper.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a pid file holds the bare id, as scripts expect it", () => {
  writePidFile(folder, "sleeper", sleeper.pid);
  expect(readFileSync(join(folder, "sleeper.pid"), "utf8")).toBe(`${sleeper.pid}\n`);
  expect(readPidFiles(folder)).toMatchObject([{ name: "sleeper", identity: { pid: sleeper.pid }, running: true }]);
});

test("taking down ends what the pid files name, and removes the folder", async () => {
  writePidFile(folder, "sleeper", sleeper.pid);
  expect(await takeDown(folder)).toEqual(["sleeper"]);
  expect(processRuns(sleeper.pid)).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

test.each([
  ["started at another time", { startTicks: 1 }],
  ["is of another boot", { bootId: "00000000-0000-0000-0000-000000000000" }],
])("a process that has the id of ours but %s is left alone", async (_, change) => {
  writePidFile(folder, "sleeper", sleeper.pid);
  const file = join(folder, "processes/sleeper.json");
  writeFileSync(file, JSON.stringify({ ...processIdentity(sleeper.pid), ...change }));
  expect(readPidFiles(folder)).toMatchObject([{ running: false }]);
  expect(await takeDown(folder)).toEqual([]);
  expect(processRuns(sleeper.pid)).toBe(true);
});

test("an id that somebody wrote into a pid file is not believed", async () => {
  writeFileSync(join(folder, "sleeper.pid"), `${sleeper.pid}\n`);
  expect(await takeDown(folder)).toEqual([]);
  expect(processRuns(sleeper.pid)).toBe(true);
});

test("taking down what is down already is fine", async () => {
  await takeDown(folder);
  expect(await takeDown(folder)).toEqual([]);
});

test("a folder is up when its environment file is there and all of its processes run", async () => {
  expect(stateOf(folder).state).toBe("down");
  writePidFile(folder, "sleeper", sleeper.pid);
  expect(stateOf(folder).state).toBe("broken");
  writeFileSync(join(folder, "env"), "");
  expect(stateOf(folder).state).toBe("up");
  await sleeper.stop();
  expect(stateOf(folder).state).toBe("broken");
});

test("a process that has ended gets no pid file", async () => {
  await sleeper.stop();
  expect(() => writePidFile(folder, "sleeper", sleeper.pid)).toThrow("ended before its pid file was written");
});

test.each(["", "{", "null", '{"pid":1,"startTicks":5,"bootId":"x","command":[]}', '{"pid":-5}', '{"pid":"7"}'])(
  "%j is no identity of a process",
  (text) => {
    expect(parseIdentity(text)).toBeUndefined();
  },
);

test("a process may be called anything, brackets and spaces included", () => {
  const rest = "1 4242 4242 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 1000 2";
  expect(parseStat(`4711 (a) R (b c) S ${rest}`)).toEqual({ pid: 4711, state: "S", group: 4242, startTicks: 98765 });
  expect(parseStat("")).toBeUndefined();
});
