import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PROJECT } from "./project.ts";

/**
 * Makes a folder with kubectl and the Node that we run on, and returns what a `PATH` must begin with so that
 * `kubectl domain` works: that folder and the plugin's.
 */
export function toolFolder(folder: string, kubectl: string): string {
  mkdirSync(folder, { recursive: true });
  const tools = { kubectl, node: process.execPath };
  for (const [name, target] of Object.entries(tools)) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(target, join(folder, name));
  }
  return [folder, join(PROJECT, "plugin/bin")].join(delimiter);
}
