import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { dyingWithUs, endingWithUs } from "../process.ts";

/** What a program printed, and its exit code (undefined when a signal ended it). */
export interface Output {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How kubectl is to be run. */
export interface KubectlRun {
  readonly kubeconfig: string;
  readonly namespace?: string | undefined;
  /** What it reads from standard input. */
  readonly input?: string | undefined;
  /** The variables that it sees beside `KUBECONFIG`; ours unless given. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds after which it is killed; five minutes unless given. */
  readonly timeout?: number | undefined;
}

/** Runs kubectl to its end, or to ours. A refusal is an answer like any other: look at `code`. */
export async function runKubectl(kubectl: string, args: readonly string[], run: KubectlRun): Promise<Output> {
  const [command, ...line] = dyingWithUs(kubectl, inNamespace(args, run.namespace));
  const child = endingWithUs(
    spawn(command, line, {
      detached: true,
      env: { ...(run.env ?? process.env), KUBECONFIG: run.kubeconfig },
      stdio: "pipe",
      timeout: run.timeout ?? 300_000,
      killSignal: "SIGKILL",
    }),
  );
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? undefined));
  });
  // Who does not read its input may have closed it before all of it was written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(run.input ?? "");
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** The arguments with `-n`, after the command (a plugin's name must come first) and before what follows a `--`. */
export function inNamespace(args: readonly string[], namespace: string | undefined): readonly string[] {
  if (namespace === undefined) return args;
  const end = args.indexOf("--");
  return args.toSpliced(end < 0 ? args.length : end, 0, "-n", namespace);
}
