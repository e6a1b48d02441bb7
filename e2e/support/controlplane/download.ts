import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { promisify } from "node:util";
import { cacheFolder, withLock } from "../cache.ts";
import { step } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { inFolder } from "./programs.ts";
import type { Binaries } from "./programs.ts";

const ANSWER_WITHIN = 5_000;
const ALL_WITHIN = 600_000;

/**
 * The programs from the tar.gz at `CONTROL_PLANE_ASSETS_URL`, kept in the cache; undefined when that is not set or the
 * address does not answer within 5 s. Throws when the archive is not the one that `CONTROL_PLANE_ASSETS_SHA256` names.
 */
export async function downloadedBinaries(
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Partial<Binaries> | undefined> {
  const url = env["CONTROL_PLANE_ASSETS_URL"];
  if (url === undefined || url === "") return undefined;
  const sum = env["CONTROL_PLANE_ASSETS_SHA256"]?.toLowerCase() ?? "";
  if (!/^[0-9a-f]{64}$/.test(sum)) {
    throw new Error("CONTROL_PLANE_ASSETS_URL is set: set CONTROL_PLANE_ASSETS_SHA256 to the archive's SHA-256 too");
  }
  const folder = join(cacheFolder(env), "download", sum);
  if (!existsSync(folder)) {
    const download = (): Promise<void> => step(progress, `download of ${url}`, () => unpacked(url, sum, folder));
    try {
      await withLock(`${folder}.lock`, download, progress);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      progress(`${error.message}; going on without`);
      return undefined;
    }
  }
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) =>
    /(^|\/)kube-apiserver$/.test(name),
  );
  return file === undefined ? undefined : inFolder(join(folder, dirname(file)));
}

class Unreachable extends Error {}

async function unpacked(url: string, sum: string, folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}.unfinished`;
  const archive = `${unfinished}.tar.gz`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await download(url, archive);
    const actual = await sha256(archive);
    if (actual !== sum) throw new Error(`${url} is not what was expected: its SHA-256 is ${actual}, not ${sum}`);
    await promisify(execFile)("tar", ["-xzf", archive, "-C", unfinished]);
    renameSync(unfinished, folder);
  } finally {
    rmSync(archive, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function download(url: string, file: string): Promise<void> {
  const stop = new AbortController();
  const noAnswer = setTimeout(() => stop.abort(), ANSWER_WITHIN);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([stop.signal, AbortSignal.timeout(ALL_WITHIN)]) });
    clearTimeout(noAnswer);
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(file));
  } catch (cause) {
    throw new Unreachable(`${url} cannot be had (${cause instanceof Error ? cause.message : String(cause)})`, {
      cause,
    });
  } finally {
    clearTimeout(noAnswer);
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
