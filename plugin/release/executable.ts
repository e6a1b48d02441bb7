import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { assets } from "../build.ts";
import { withoutSignature } from "./authenticode.ts";
import { nodePackage } from "./node-package.ts";
import { platforms, programName } from "./platforms.ts";
import type { Platform } from "./platforms.ts";
import { run } from "./run.ts";

const project = join(import.meta.dirname, "..", "..");

/** The built plugin: what starts it in an executable, and the folder of what that starts. */
export interface Built {
  readonly launcher: string;
  readonly dist: string;
}

/**
 * Makes the plugin's single executable for a platform in `folder`, beside the licence of the Node in it.
 * https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 */
export async function executable(platform: Platform, built: Built, folder: string, work: string): Promise<void> {
  const { folder: node } = await nodePackage(platform.nodePackage, work, project);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, programName(platform));
  if (platform.os === "windows") writeFileSync(file, withoutSignature(readFileSync(join(node, "bin", "node.exe"))));
  else copyFileSync(join(node, "bin", "node"), file);
  copyFileSync(nodeLicence(), join(folder, "LICENSE.node"));
  chmodSync(file, 0o755);
  await inject(file, await blob(built, work), work);
}

/** Puts the plugin into a copy of Node. The names of section and fuse are Node's; what is said of odd sections is no failure. */
async function inject(file: string, data: string, work: string): Promise<void> {
  const postject = createRequire(import.meta.url).resolve("postject/dist/cli.js");
  const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
  await run(process.execPath, [postject, file, "NODE_SEA_BLOB", data, "--sentinel-fuse", fuse], work);
}

/** The licence of the checkout's own Node, which is the same version; the package for Windows comes without. */
function nodeLicence(): string {
  const own = platforms.find(isHere);
  if (own === undefined) throw new Error("a release is made on Linux, with the checkout's Node");
  return join(project, "node_modules", own.nodePackage, "LICENSE");
}

/** The plugin as Node's executables carry it. It keeps compiled code by itself, as it does elsewhere. */
async function blob({ launcher, dist }: Built, work: string): Promise<string> {
  const config = {
    main: launcher,
    output: join(work, "plugin.blob"),
    disableExperimentalSEAWarning: true,
    // what is meant for a Node of the user's is not for this one
    execArgvExtension: "none",
    assets: Object.fromEntries(assets.map((name) => [name, join(dist, name)])),
  };
  writeFileSync(join(work, "sea.json"), JSON.stringify(config));
  await run(process.execPath, ["--experimental-sea-config", join(work, "sea.json")], work);
  return config.output;
}

/** Whether a platform is the one that this runs on. */
export function isHere({ os, arch }: Pick<Platform, "os" | "arch">): boolean {
  return os === process.platform && arch === (process.arch === "x64" ? "amd64" : process.arch);
}
