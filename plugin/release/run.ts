import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program to its end and returns what it printed. Rejects with what it said where it fails. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, maxBuffer: 64 << 20 });
  return stdout;
}
