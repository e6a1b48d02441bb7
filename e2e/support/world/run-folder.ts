import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readPidFiles, removePidFile } from "../pid-files.ts";
import type { RecordedProcess } from "../pid-files.ts";
import { stopGroup } from "../process.ts";
import { PROJECT } from "./project.ts";

/** Where the world of `make up` keeps its pid files, its environment file, its data and its logs. */
export const RUN_FOLDER = join(PROJECT, ".run");

/** Where the environment file is. */
export function envFileOf(folder: string): string {
  return join(folder, "env");
}

/** How things stand: nothing there, all that was started runs, or some of it has ended. */
export function stateOf(folder: string): {
  readonly state: "down" | "up" | "broken";
  readonly processes: readonly RecordedProcess[];
} {
  const processes = readPidFiles(folder);
  if (processes.length === 0 && !existsSync(envFileOf(folder))) return { state: "down", processes };
  const up = existsSync(envFileOf(folder)) && processes.every(({ running }) => running);
  return { state: up ? "up" : "broken", processes };
}

/**
 * Ends the processes that the pid files name (only these: an id that belongs to another process by now is left alone)
 * and removes the folder, save the logs if these are to be kept. Returns the names of those that were ended.
 */
export async function takeDown(folder: string, { keepLogs = false } = {}): Promise<readonly string[]> {
  const running = readPidFiles(folder).filter((recorded) => recorded.running);
  await Promise.all(running.map(({ name, identity }) => stopGroup(identity.pid, name)));
  for (const { name } of readPidFiles(folder)) removePidFile(folder, name);
  const leftovers = keepLogs ? ["data", "processes", "env"].map((name) => join(folder, name)) : [folder];
  for (const path of leftovers) rmSync(path, { recursive: true, force: true });
  return running.map(({ name }) => name);
}
