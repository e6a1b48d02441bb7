import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where a script runs. */
export interface ScriptOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Milliseconds after which a script is killed. */
const timeout = 600_000;

/** Runs a shell script up to the first command that fails; returns what it printed. Throws an Error with that where one fails. */
export async function runScript(script: string, { cwd, env }: ScriptOptions): Promise<string> {
  const options = { cwd, env, timeout, maxBuffer: 16 << 20 };
  // A bash with a socket for its input takes itself for a remote shell, and reads the machine's bashrc.
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", script], options);
  return stdout + stderr;
}
