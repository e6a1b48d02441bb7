import { execFile } from "node:child_process";
import { basename } from "node:path";
import { promisify } from "node:util";

/** Runs a program to its end and returns what it printed; throws what it said where it fails. */
export async function command(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<string> {
  const { input = "", ...others } = options;
  const running = promisify(execFile)(program, args, { ...others, maxBuffer: 64 * 1024 * 1024 });
  // Who does not read its input may have ended before it was written.
  running.child.stdin?.on("error", () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (cause) {
    const { stderr = "", code } = cause as { readonly stderr?: string; readonly code?: unknown };
    const said = code === "ENOENT" ? "it is not installed" : stderr.trim() || String(cause);
    throw new Error(`${[basename(program), ...args.slice(0, 2)].join(" ")}: ${said}`, { cause });
  }
}

/** Why a program can't be used on this machine, as it or the machine says; undefined where it ends well with these arguments. */
export async function whyUnusable(program: string, ...args: readonly string[]): Promise<string | undefined> {
  return await command(program, args).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
