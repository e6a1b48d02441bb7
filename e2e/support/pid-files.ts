import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { processIdentity, stillRuns } from "./proc.ts";
import type { ProcessIdentity } from "./proc.ts";

/** A process that a folder of pid files tells of. `running` is false when it ended, or when its id is another's now. */
export interface RecordedProcess {
  readonly name: string;
  readonly identity: ProcessIdentity;
  readonly running: boolean;
}

/**
 * Writes `NAME.pid` (the bare id, for people and scripts) and beside it, in `processes/NAME.json`, what tells this
 * process from a later one with the same id. Throws when the process has ended already.
 */
export function writePidFile(folder: string, name: string, pid: number): void {
  const identity = processIdentity(pid);
  if (identity === undefined) throw new Error(`${name} (process ${pid}) ended before its pid file was written`);
  mkdirSync(join(folder, "processes"), { recursive: true });
  writeFileSync(join(folder, "processes", `${name}.json`), `${JSON.stringify(identity)}\n`);
  writeFileSync(join(folder, `${name}.pid`), `${pid}\n`);
}

/** All processes that the folder tells of, by name. */
export function readPidFiles(
  folder: string,
  now: (pid: number) => ProcessIdentity | undefined = processIdentity,
): readonly RecordedProcess[] {
  return entries(join(folder, "processes"))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => {
      const identity = parseIdentity(readFileSync(join(folder, "processes", file), "utf8"));
      if (identity === undefined) return [];
      return [{ name: basename(file, ".json"), identity, running: stillRuns(identity, now(identity.pid)) }];
    });
}

/** Removes the pid file of one process and what belongs to it. */
export function removePidFile(folder: string, name: string): void {
  rmSync(join(folder, `${name}.pid`), { force: true });
  rmSync(join(folder, "processes", `${name}.json`), { force: true });
}

/** Reads an identity, or undefined when the text is not one (a file that was being written when its writer died). */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startTicks, bootId, command } = JSON.parse(text) as Partial<ProcessIdentity>;
    const sound =
      Number.isInteger(pid) && Number(pid) > 1 && Number.isInteger(startTicks) && typeof bootId === "string";
    return sound && Array.isArray(command) ? ({ pid, startTicks, bootId, command } as ProcessIdentity) : undefined;
  } catch {
    return undefined;
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
