import { readFileSync, readdirSync } from "node:fs";

/** What the kernel says about a process: `state` as in ps (`Z` is a zombie), and its start in clock ticks since boot. */
export interface ProcessFacts {
  readonly pid: number;
  readonly state: string;
  readonly group: number;
  readonly startTicks: number;
}

/** Enough to tell a process from a later one with the same id: a start time means something only within one boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
  readonly command: readonly string[];
}

/** The facts of a process from `/proc/PID/stat` (proc(5)), or undefined when there is none of that id. */
function processFacts(pid: number): ProcessFacts | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** Reads one line of `/proc/PID/stat`. The second field is a name in brackets that may itself contain brackets. */
export function parseStat(text: string): ProcessFacts | undefined {
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  const facts = { pid: parseInt(text, 10), group: Number(fields[2]), startTicks: Number(fields[19]) };
  if (end < 0 || Object.values(facts).some((value) => !Number.isInteger(value))) return undefined;
  return { ...facts, state: fields[0] ?? "" };
}

/** Whether the process still runs: a zombie has ended, although it can still be signalled. */
export function processRuns(pid: number): boolean {
  const facts = processFacts(pid);
  return facts !== undefined && !ended(facts);
}

/** Whether any process of the group still runs. */
export function groupRuns(group: number): boolean {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.some((id) => {
    const facts = processFacts(Number(id));
    return facts?.group === group && !ended(facts);
  });
}

/** The identity of a process that runs now, or undefined when it does not. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const facts = processFacts(pid);
  if (facts === undefined || ended(facts)) return undefined;
  const command = (readOrNothing(`/proc/${pid}/cmdline`) ?? "").split("\0").filter((part) => part !== "");
  return { pid, startTicks: facts.startTicks, bootId: bootId(), command };
}

/** Whether the very process that `identity` was taken from still runs. */
export function stillRuns(identity: ProcessIdentity, now = processIdentity(identity.pid)): boolean {
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** How many processes the kernel has killed for want of memory since it booted (`/proc/vmstat`); "?" where it does not say. */
export function outOfMemoryKills(): string {
  return /^oom_kill (\d+)$/m.exec(readOrNothing("/proc/vmstat") ?? "")?.[1] ?? "?";
}

function ended(facts: ProcessFacts): boolean {
  return facts.state === "Z" || facts.state === "X";
}

function bootId(): string {
  return (readOrNothing("/proc/sys/kernel/random/boot_id") ?? "").trim();
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
