/**
 * Compiled code that is kept from one run to the next. Node's own cache (`module.enableCompileCache`) holds a file as it is
 * before it has run, without the functions that V8 compiles when they are called first, which are most of what a command needs:
 * https://v8.dev/blog/improved-code-caching#when-code-is-cached
 */
import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { Script } from "node:vm";

/** The folder in which compiled code is kept, which need not exist; undefined where the user has no cache folder of their own. */
export function cacheFolder({ XDG_CACHE_HOME, HOME, LOCALAPPDATA }: NodeJS.ProcessEnv): string | undefined {
  const caches = [XDG_CACHE_HOME, HOME && join(HOME, ".cache"), HOME, LOCALAPPDATA];
  const cache = caches.find((folder) => folder !== undefined && isAbsolute(folder) && isOwnToWrite(folder));
  if (cache === undefined) return undefined;
  return cache === HOME ? join(HOME, ".cache", "kubectl-domain") : join(cache, "kubectl-domain");
}

/** Which command's code is kept after a run, and is wanted for the next like it: one of `commands`, completion or help. */
export function keptFor(argv: readonly string[], commands: readonly string[]): string {
  if (argv.includes("--help") || argv.includes("-h")) return "help";
  return argv.find((word) => word === "__complete" || commands.includes(word)) ?? "help";
}

/**
 * Runs a file in CommonJS, whose content is `source`, and returns what it exports, by the code that `kept` has of it, where that is
 * of this source, and of this V8. Else the code is written there when the process ends well. `kept` undefined: nothing is kept.
 */
export function loadKept(
  file: string,
  source: Buffer,
  requires: (id: string) => unknown,
  kept: string | undefined,
): unknown {
  const cachedData = kept === undefined ? undefined : readKept(kept, source);
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source.toString()}\n})`;
  const script = new Script(wrapped, { filename: file, ...(cachedData === undefined ? {} : { cachedData }) });
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run.call(module.exports, module.exports, requires, module, file, dirname(file));
  if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected === true))
    process.once("exit", (code) => {
      if (code === 0) writeKept(kept, source, script.createCachedData());
    });
  return module.exports;
}

const digestBytes = 32;

/**
 * V8 believes what it is given, save for its version and the length of the source, so the file begins with a digest of source
 * and code. What others could have written, or put in its place, is not read: it would run as the user.
 */
function readKept(kept: string, source: Buffer): Buffer | undefined {
  let file: number | undefined;
  try {
    // of a link, whose it is
    if (!isOwnAlone(lstatSync(dirname(kept)))) return undefined;
    file = openSync(kept, constants.O_RDONLY | noFollow);
    if (!isOwnAlone(fstatSync(file))) return undefined;
    const content = readFileSync(file);
    const code = content.subarray(digestBytes);
    return digest(source, code).equals(content.subarray(0, digestBytes)) ? code : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Windows has no such thing. */
const noFollow = process.platform === "win32" ? 0 : constants.O_NOFOLLOW;

/** In one step, so that whoever starts meanwhile finds all of it. Where it can't be written, the next run is as slow. */
function writeKept(kept: string, source: Buffer, code: Buffer): void {
  const unfinished = `${kept}.${String(process.pid)}`;
  const folder = dirname(kept);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!lstatSync(folder).isDirectory()) return;
    chmodSync(folder, 0o700);
    writeFileSync(unfinished, Buffer.concat([digest(source, code), code]), { mode: 0o600, flag: "wx" });
    renameSync(unfinished, kept);
  } catch {
    removeIfThere(unfinished);
  }
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // it is not there, or its folder is another user's
  }
}

function digest(source: Buffer, code: Buffer): Buffer {
  return createHash("sha256").update(source).update(code).digest();
}

/** Not where it is another user's: as with sudo, where root would leave there what its owner can't replace. */
function isOwnToWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return isOwn(statSync(folder));
  } catch {
    return false;
  }
}

function isOwn({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** True if nobody else may write to it. */
function isOwnAlone(stats: Stats): boolean {
  return isOwn(stats) && (process.getuid === undefined || (stats.mode & 0o022) === 0);
}
