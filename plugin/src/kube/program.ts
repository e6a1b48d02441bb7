/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What a program that was run printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Its stdin is ours where `interactive`, else nothing. Rejects where it can't be started. */
export async function runProgram(
  command: string,
  args: readonly string[],
  env: Env,
  interactive = false,
): Promise<Ran> {
  // loaded at the first use, and at once: what is awaited before the program starts would delay it
  const { spawn } = process.getBuiltinModule("node:child_process");
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...env },
      stdio: [interactive ? "inherit" : "ignore", "pipe", interactive ? "inherit" : "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

/** Runs a program on our own streams and returns its exit code. Rejects where it can't be started. */
export async function passOn(command: string, args: readonly string[], env: Env): Promise<number> {
  const { spawn } = process.getBuiltinModule("node:child_process");
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...env }, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
