/**
 * Makes what people install the plugin from: a package for npm, an archive for each platform, their checksums and the
 * manifest for krew.
 * `node plugin/release/release.ts [--here | --platform linux-arm64 ...] [--archives FOLDER] [--url URL] [--folder FOLDER]`
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { dump } from "js-yaml";
import { buildLauncher, buildPlugin } from "../build.ts";
import { version } from "../src/cli/version.ts";
import { archive, checksums, sha256 } from "./archive.ts";
import { executable } from "./executable.ts";
import { krewManifest } from "./krew.ts";
import type { KrewArchive } from "./krew.ts";
import { npmPackage, stage } from "./package.ts";
import { isHere, isMadeHere, platformName, platforms as all, programName } from "./platforms.ts";
import type { Platform } from "./platforms.ts";

/** What is made, and where. */
export interface ReleaseOptions {
  /** What is in it is deleted first. */
  readonly folder: string;
  /** For which executables are made, unless they were made elsewhere. */
  readonly platforms: readonly Platform[];
  /** A folder with the archives of those that were, where there is one. */
  readonly archives?: string | undefined;
  /** Where the archives will be fetched from. */
  readonly url: string;
}

/**
 * Makes a release; returns the names of its files.
 * @throws Error where a Node can't be had, or what was made elsewhere is none of this version's archives.
 */
async function release({ folder, platforms: wanted, archives, url }: ReleaseOptions): Promise<readonly string[]> {
  const given = archives === undefined ? [] : platformsIn(archives);
  const made = wanted.filter((platform) => !given.includes(platform));
  const platforms = [...made, ...given];
  rmSync(folder, { recursive: true, force: true });
  const work = join(folder, "work");
  const plugin = join(import.meta.dirname, "..");
  const dist = join(work, "dist");
  const staged = join(work, "package");
  const launcher = join(work, "launcher.cjs");
  await Promise.all([buildPlugin(dist), buildLauncher(launcher, true)]);
  stage(plugin, dist, staged);
  const packed = await npmPackage(staged, folder);

  for (const platform of made) {
    const inside = join(work, platformName(platform));
    await executable(platform, { launcher, dist }, inside, join(work, `${platformName(platform)}-node`));
    copyFileSync(join(plugin, "..", "LICENSE"), join(inside, "LICENSE"));
    await archive(inside, join(folder, archiveName(platform)));
  }
  for (const file of given.map(archiveName)) copyFileSync(join(archives ?? "", file), join(folder, file));
  await archive(staged, join(folder, nodeArchive));

  const installed = forKrew(platforms, folder);
  writeFileSync(join(folder, "domain.yaml"), dump(krewManifest(version, url, installed), { lineWidth: -1 }));
  const files = [packed, ...platforms.map(archiveName), nodeArchive, "domain.yaml"];
  writeFileSync(join(folder, "checksums.txt"), checksums(files.map((file) => join(folder, file))));
  rmSync(work, { recursive: true });
  return [...files, "checksums.txt"];
}

/** What krew installs: for each platform its executable, and on macOS what runs on an installed Node where there is none. */
function forKrew(platforms: readonly Platform[], folder: string): readonly KrewArchive[] {
  const executables = platforms.map((platform) => ({
    platform,
    file: archiveName(platform),
    bin: programName(platform),
  }));
  const others = all
    .filter((platform) => platform.os === "darwin" && !platforms.includes(platform))
    .map((platform) => ({ platform, file: nodeArchive, bin: "bin/kubectl-domain", needsNode: true }));
  return [...executables, ...others].map(({ platform: { os, arch }, ...one }) => ({
    ...{ os, arch, sha256: sha256(join(folder, one.file)) },
    ...one,
  }));
}

function archiveName(platform: Platform): string {
  return `kubectl-domain-v${version}-${platformName(platform)}.tar.gz`;
}

/** What runs on an installed Node. */
const nodeArchive = `kubectl-domain-v${version}-node.tar.gz`;

/** For which platforms a folder has archives. Throws for another archive, which may be an earlier version's. */
function platformsIn(folder: string): readonly Platform[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".tar.gz"));
  return files.map((file) => {
    const found = all.find((platform) => archiveName(platform) === file);
    if (found !== undefined) return found;
    throw new Error(`${file} is no archive of ${version} with an executable`);
  });
}

/** The platforms that are named (`linux-arm64`); without any, all that can be made here. Throws for a name that is none of those. */
function platformsNamed(names: readonly string[]): readonly Platform[] {
  const made = all.filter(isMadeHere);
  if (names.length === 0) return made;
  return names.map((name) => {
    const found = made.find((platform) => platformName(platform) === name);
    if (found !== undefined) return found;
    throw new Error(`${name} can't be made here; ${made.map(platformName).join(", ")} can`);
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      here: { type: "boolean", default: false },
      platform: { type: "string", multiple: true, default: [] },
      archives: { type: "string" },
      url: { type: "string", default: `https://releases.example/domain-claims/v${version}` },
      folder: { type: "string", default: join(import.meta.dirname, "..", "..", ".build", "plugin") },
    },
  });
  const { here, platform, ...options } = values;
  mkdirSync(options.folder, { recursive: true });
  const platforms = here ? all.filter(isHere) : platformsNamed(platform);
  for (const file of await release({ ...options, platforms })) console.log(join(options.folder, file));
}
