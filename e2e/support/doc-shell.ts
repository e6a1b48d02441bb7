import { spawn } from "node:child_process";
import { vi } from "vitest";

/** What a script answered. */
export interface Answered {
  /** What it printed, on either stream. */
  readonly output: string;
  /** The commands that ended with another code than 0. */
  readonly failed: readonly string[];
}

/** A shell into which somebody types what a page says. It lives on between scripts, with its variables and functions. */
export interface DocShell {
  /** Types a script, and waits for all that it prints. */
  readonly typed: (script: string) => Promise<Answered>;
  /** Ends the shell, and what it has running in the background. */
  readonly end: () => void;
}

const endOfScript = "--- that was the script ---";
const failedMark = "--- this failed: ";

/** Starts a bash in a folder. */
export function docShell(cwd: string, env: NodeJS.ProcessEnv): DocShell {
  const bash = spawn("bash", ["--norc"], { cwd, env });
  let said = "";
  for (const stream of [bash.stdout, bash.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  bash.stdin.write(`exec 2>&1; trap 'echo "${failedMark}$BASH_COMMAND"' ERR\n`);
  return {
    typed: async (script) => {
      said = "";
      bash.stdin.write(`${script}\necho '${endOfScript}'\n`);
      await vi.waitFor(() => expectEnd(said), { timeout: 300_000 });
      const lines = said.replace(`${endOfScript}\n`, "").split("\n");
      return {
        output: lines.filter((line) => !line.startsWith(failedMark)).join("\n"),
        failed: lines.filter((line) => line.startsWith(failedMark)).map((line) => line.slice(failedMark.length)),
      };
    },
    end: () => {
      bash.stdin.end("kill $(jobs -p) 2>/dev/null\n");
    },
  };
}

function expectEnd(said: string): void {
  if (!said.endsWith(`${endOfScript}\n`)) throw new Error(`the script goes on, and has said:\n${said}`);
}
