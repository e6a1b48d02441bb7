import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { command } from "../e2e/support/command.ts";

/** As Go and container images call it, and as Node and npm do. */
export const architectures = { amd64: "x64", arm64: "arm64" } as const;
export type Architecture = keyof typeof architectures;

/** Node for one architecture: the package of npm that the checkout has locked. */
export interface LockedNode {
  readonly version: string;
  /** Its files, as Node's own archive has them: `bin/node`, `LICENSE`. */
  readonly folder: string;
}

/**
 * Gets the Node that everything here is tested with, for any architecture, into `folder`.
 * @throws Error where what comes is not what package-lock.json has locked.
 */
export async function lockedNode(checkout: string, architecture: Architecture, folder: string): Promise<LockedNode> {
  const name = `node-linux-${architectures[architecture]}`;
  const lock = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
  };
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json has no ${name}`);
  mkdirSync(folder, { recursive: true });
  const pack = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder, `${name}@${locked.version}`];
  const archive = join(folder, (await command("npm", pack, { cwd: checkout })).trim());
  const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (integrity !== locked.integrity)
    throw new Error(`${name}@${locked.version} is not the one of package-lock.json: it is ${integrity}`);
  const wanted = ["package/bin/node", "package/LICENSE"];
  await command("tar", ["--extract", "--gzip", "--file", archive, "--directory", folder, ...wanted]);
  const unpacked = join(folder, "package");
  chmodSync(join(unpacked, "bin/node"), 0o755);
  return { version: locked.version, folder: unpacked };
}
