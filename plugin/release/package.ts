import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

/**
 * Lays out in `folder` what is installed where there is a Node: everything is in the bundle, so that there is nothing to
 * install beside it.
 */
export function stage(plugin: string, dist: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { name, version, description, license, type, engines, bin, files } = JSON.parse(
    readFileSync(join(plugin, "package.json"), "utf8"),
  ) as Record<string, unknown>;
  const manifest = { name, version, description, license, type, engines, bin, files };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  copyFileSync(join(plugin, "README.md"), join(folder, "README.md"));
  copyFileSync(join(plugin, "..", "LICENSE"), join(folder, "LICENSE"));
  cpSync(join(plugin, "bin"), join(folder, "bin"), { recursive: true });
  cpSync(dist, join(folder, "dist"), { recursive: true });
}

/** Packs what was laid out for npm, into `folder`; returns the file's name. */
export async function npmPackage(staged: string, folder: string): Promise<string> {
  return (await run("npm", ["pack", staged, "--silent", "--pack-destination", folder], folder)).trim();
}
