import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { programFile } from "./build.ts";
import type { CachedProgram } from "./build.ts";

/**
 * What a program that checks something says, one a line; nothing where it ends well. `input` is what it reads from standard
 * input. Throws an Error where it can't be run, or fails without a word.
 */
export async function complaints(
  program: CachedProgram,
  args: readonly string[],
  input = "",
): Promise<readonly string[]> {
  const child = spawn(await programFile(program), args, { stdio: "pipe" });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  // Who does not read its input may have ended before it was written.
  child.stdin.on("error", () => undefined).end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return [];
  const said = `${out}${err}`.split("\n").filter((line) => line.trim() !== "");
  if (code === null || said.length === 0) throw new Error(`${program.what} ended with ${String(code)}: ${said.join()}`);
  return said;
}
