import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";

import { passOn } from "../kube/program.ts";
import { mergedView } from "../kube/view.ts";
import type { Env } from "../kube/program.ts";
import type { View } from "../kube/kubeconfig.ts";
import { askOn } from "./ask.ts";

/** The world around a run of the plugin; tests give their own. */
export interface Io {
  readonly env: Env;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True where stdout is a terminal: colours are for people. */
  readonly colour: boolean;
  /** The width of the terminal that stdout is; undefined where it is none. */
  readonly width: number | undefined;
  /** The width of the terminal that stderr is; undefined where it is none. */
  readonly errorWidth: number | undefined;
  /** Puts a question to the person at the terminal; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** kubectl's merged kubeconfig; the argument is `--kubeconfig`. */
  readonly view: (kubeconfig: string | undefined) => Promise<View>;
  /** Runs kubectl on our own streams, and returns its exit code. */
  readonly kubectl: (argv: readonly string[]) => Promise<number>;
  /** The text of a file, `-` being standard input; undefined where there is none. */
  readonly readFile: (path: string) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Has Ctrl-C call the listener, once, in place of ending the process; what it returns forgets that. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** A signal that comes after so many milliseconds. */
  readonly deadline: (milliseconds: number) => AbortSignal;
}

/** The process's own surroundings. A stream is opened when it is used: that takes some milliseconds each. */
export function processIo(): Io {
  const { env } = process;
  return {
    env,
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    colour: isatty(1) && !env["NO_COLOR"],
    width: isatty(1) ? process.stdout.columns : undefined,
    errorWidth: isatty(2) ? process.stderr.columns : undefined,
    ask: isatty(0) && isatty(2) ? async (question) => await askOn(process.stdin, process.stderr, question) : undefined,
    view: async (kubeconfig) => await mergedView(kubeconfig, env),
    kubectl: async (argv) => await passOn(env["KUBECTL"] ?? "kubectl", argv, env),
    readFile,
    now: Date.now,
    sleep: async (milliseconds, signal) => {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    },
    onInterrupt: (listener) => {
      process.once("SIGINT", listener);
      return () => void process.off("SIGINT", listener);
    },
    deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
  };
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
