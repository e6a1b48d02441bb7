import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { groupRuns, outOfMemoryKills, processRuns } from "./proc.ts";
import { PortTaken } from "./ports.ts";
import { GiveUp, waitFor } from "./wait.ts";

/** A program to start. Its output goes to `logFile`. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A detached process survives the one that started it; any other dies with it, however that one ends. */
  readonly detached?: boolean;
}

/** A program that was started: the leader of a process group of its own. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** What it has printed. */
  readonly log: () => string;
  /** How it ended ("exit code 1", "SIGKILL"), once it has. */
  readonly ended: () => string | undefined;
  /** Whether it was told to end by `stop`. */
  readonly stopped: () => boolean;
  /** Sends `signal` (SIGKILL unless given) to its group and returns when all of the group are gone. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Sends a signal to the process alone, for instance SIGSTOP. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Starts a program and returns once it is running. Throws when it cannot be executed. */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const descriptor = openSync(spec.logFile, "a");
  const printedBefore = fstatSync(descriptor).size;
  const child = await spawned(spec, descriptor).finally(() => closeSync(descriptor));
  const pid = child.pid ?? 0;
  let end: string | undefined;
  let stopped = false;
  child.once("exit", (code, signal) => {
    end = signal ?? `exit code ${code}`;
  });
  if (spec.detached) child.unref();
  else endingWithUs(child);
  return {
    name: spec.name,
    pid,
    logFile: spec.logFile,
    log: () => readFileSync(spec.logFile).subarray(printedBefore).toString(),
    ended: () => end,
    stopped: () => stopped,
    stop: async (signal) => {
      // Once it has ended its id may be another's.
      if (end !== undefined) return;
      stopped = true;
      await stopGroup(pid, spec.name, signal);
      await waitFor({ what: `the end of ${spec.name} to be noticed`, interval: 5 }, () => end !== undefined);
    },
    signal: (signal) => child.kill(signal),
  };
}

/** Waits until `ready` holds for a process; throws with the end of its log when it ends first. */
export async function whenReady(
  running: RunningProcess,
  ready: () => Promise<boolean>,
  timeout = 300_000,
): Promise<void> {
  const what = `${running.name} to be ready (its log is ${running.logFile})`;
  await waitFor({ what, timeout }, async () => {
    if (running.ended() === undefined) return ready();
    const why = ending(running) ?? "";
    if (/address already in use|EADDRINUSE/.test(why)) throw new PortTaken(`a port of ${running.name} is taken`);
    throw new GiveUp(why);
  });
}

/**
 * What is known of how a process ended: its exit code or signal, and the last lines that it printed; undefined while it runs. What
 * the kernel kills for want of memory prints nothing: how often it did so is said beside a SIGKILL.
 */
export function ending({ name, ended, log }: RunningProcess): string | undefined {
  const end = ended();
  if (end === undefined) return undefined;
  const kills = end === "SIGKILL" ? `; for want of memory the kernel has killed ${outOfMemoryKills()} processes` : "";
  const last = log().trimEnd().split("\n").slice(-15).join("\n");
  return `${name} has ended (${end}${kills}); the end of its log:\n${last}`;
}

/**
 * The command line of a program that is killed when the process that starts it ends in whatever way, by the kernel's
 * parent death signal; where setpriv(1) is missing, the command line as it is.
 */
export function dyingWithUs(command: string, args: readonly string[]): readonly [string, ...string[]] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const setpriv = folders.map((folder) => join(folder, "setpriv")).find((path) => existsSync(path));
  return setpriv === undefined ? [command, ...args] : [setpriv, "--pdeathsig", "KILL", "--", command, ...args];
}

/** Sends `signal` to a process group and returns when none of it runs any more. A group that is gone already is fine. */
export async function stopGroup(group: number, name: string, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  signalGroup(group, signal);
  await waitFor({ what: `${name} (process group ${group}) to end after ${signal}`, interval: 20 }, () => {
    // Looking at the leader first saves a walk through all processes while it still runs.
    return !processRuns(group) && !groupRuns(group);
  });
}

/** Has the process group that `child` leads (it was spawned `detached`) killed when our process exits. */
export function endingWithUs<Child extends ChildProcess>(child: Child): Child {
  const { pid } = child;
  if (pid === undefined) return child;
  ownGroups.add(pid);
  return child.once("exit", () => ownGroups.delete(pid));
}

const ownGroups = new Set<number>();
process.once("exit", () => {
  ownGroups.forEach((group) => signalGroup(group, "SIGKILL"));
  // Who removes a folder on exit must find nobody left who writes to it.
  const deadline = Date.now() + 30_000;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (Date.now() < deadline && [...ownGroups].some(groupRuns)) Atomics.wait(pause, 0, 0, 5);
});

function signalGroup(group: number, signal: NodeJS.Signals): void {
  // Never 0 or 1: kill(2) reads these as "my own group" and "everything".
  if (group <= 1) throw new Error(`${group} is no process group to signal`);
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function spawned(spec: ProcessSpec, log: number): Promise<ChildProcess> {
  const [command, ...args] = spec.detached ? [spec.command, ...spec.args] : dyingWithUs(spec.command, spec.args);
  // `detached` gives the child a session, and so a process group, of its own.
  const options: SpawnOptions = { detached: true, stdio: ["ignore", log, log], env: spec.env ?? process.env };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    child.once("spawn", () => resolve(child));
    child.once("error", (cause) => reject(new Error(`cannot start ${spec.name} (${spec.command})`, { cause })));
  });
}
