import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { parseIdentity } from "./pid-files.ts";
import { processIdentity, stillRuns } from "./proc.ts";
import { silent } from "./progress.ts";
import type { Progress } from "./progress.ts";
import { GiveUp, waitFor } from "./wait.ts";

/** The user's cache folder for this project: in `$XDG_CACHE_HOME` where that is an absolute path, else in `~/.cache`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, home = homedir()): string {
  const base = env["XDG_CACHE_HOME"];
  return join(base !== undefined && isAbsolute(base) ? base : join(home, ".cache"), "domain-claims");
}

/** Does `work` while nobody else who asks for the same lock file does, in any process of this machine. */
export async function withLock<T>(file: string, work: () => Promise<T>, progress: Progress = silent): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  await waitFor({ what: `the lock ${file}`, timeout: 7_200_000, interval: 500 }, () => {
    if (taken(file)) return true;
    const holder = parseIdentity(readOrNothing(file));
    if (holder !== undefined && !stillRuns(holder)) {
      // The holder died. Two who see this in the same instant may both go on, which costs time but breaks nothing: what
      // is made under a lock has a name of its own until it is put in its place by one rename.
      renameSync(file, `${file}.dead`);
      rmSync(`${file}.dead`, { force: true });
      return false;
    }
    if (!told) progress(`waiting for process ${holder?.pid ?? "?"}, which is at it already (lock ${file})`);
    told = true;
    return false;
  });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function taken(file: string): boolean {
  // A link appears with its whole content, where a file that is created and then written may be found empty.
  const own = `${file}.${process.pid}`;
  try {
    writeFileSync(own, JSON.stringify(processIdentity(process.pid)));
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new GiveUp(`cannot make the lock ${file}`, { cause: error });
  } finally {
    rmSync(own, { force: true });
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
