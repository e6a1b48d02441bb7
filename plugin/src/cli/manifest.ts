import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Command } from "@oclif/core/command";

/** The commands as help describes them, without loading them; the build writes it. */
export interface Manifest {
  readonly commands: Readonly<Record<string, Command.Cached>>;
}

/** The file's name. */
export const manifestFile = "oclif.manifest.json";

/** The manifest that lies beside the bundle, or in the single executable. Throws where the build has left it out. */
export function readManifest(): Manifest {
  const { getAsset, isSea } = process.getBuiltinModule("node:sea");
  const text = isSea() ? getAsset(manifestFile, "utf8") : readFileSync(join(__dirname, manifestFile), "utf8");
  return JSON.parse(text) as Manifest;
}
