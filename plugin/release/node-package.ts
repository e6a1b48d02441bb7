import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

interface Lock {
  readonly packages: Readonly<Record<string, Locked | undefined>>;
}

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

/** Node for one platform, as npm has it. */
export interface NodePackage {
  readonly version: string;
  /** Its files, as Node's own archive has them: `bin/node` or `bin/node.exe`, and, save for Windows, `LICENSE`. */
  readonly folder: string;
}

/**
 * Unpacks a platform's Node below a folder: the package at the version and with the content that the checkout has locked,
 * fetched by npm.
 * @throws Error where the lockfile has none of that name, or what comes is not what it has.
 */
export async function nodePackage(name: string, folder: string, checkout: string): Promise<NodePackage> {
  const locked = lockedPackage(name, checkout);
  mkdirSync(folder, { recursive: true });
  // What npm has in its cache is as good: the lockfile says what it has to be.
  const flags = ["--silent", "--ignore-scripts", "--prefer-offline", "--pack-destination", folder];
  const pack = ["pack", ...flags, `${name}@${locked.version}`];
  const archive = join(folder, (await run("npm", pack, checkout)).trim());
  const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (integrity !== locked.integrity)
    throw new Error(`${name}@${locked.version} is not the one of package-lock.json: it is ${integrity}`);
  await run("tar", ["--extract", "--gzip", "--file", archive, "--directory", folder], folder);
  return { version: locked.version, folder: join(folder, "package") };
}

/**
 * The version of a package that the checkout has locked.
 * @throws Error where the lockfile has none of that name.
 */
export function lockedVersion(name: string, checkout: string): string {
  return lockedPackage(name, checkout).version;
}

function lockedPackage(name: string, checkout: string): Locked {
  const lock = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")) as Lock;
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json has no ${name}`);
  return locked;
}
