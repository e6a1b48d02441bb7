/**
 * Makes what people install the plugin from: a package for npm, an archive for each platform, their checksums and the
 * manifest for krew. `node plugin/release/release.ts [--here | --platform linux-arm64 ...] [--url URL]`
 */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { dump } from "js-yaml";

import { buildLauncher, buildPlugin } from "../build.ts";
import { version } from "../src/cli/version.ts";
import { archive, checksums, sha256 } from "./archive.ts";
import { executable, isHere } from "./executable.ts";
import { krewManifest } from "./krew.ts";
import type { KrewArchive } from "./krew.ts";
import { npmPackage, stage } from "./package.ts";
import { macArchs, platforms as all, programName } from "./platforms.ts";
import type { Platform } from "./platforms.ts";

/** What is made, and where. */
export interface ReleaseOptions {
  /** What is in it is deleted first. */
  readonly folder: string;
  /** For which executables are made. */
  readonly platforms: readonly Platform[];
  /** Where the archives will be fetched from. */
  readonly url: string;
}

/** Makes a release; returns the names of its files. Throws where a Node can't be had from the npm registry. */
export async function release({ folder, platforms, url }: ReleaseOptions): Promise<readonly string[]> {
  rmSync(folder, { recursive: true, force: true });
  const work = join(folder, "work");
  const plugin = join(import.meta.dirname, "..");
  const dist = join(work, "dist");
  const staged = join(work, "package");
  const launcher = join(work, "launcher.cjs");
  await Promise.all([buildPlugin(dist), buildLauncher(launcher, true)]);
  stage(plugin, dist, staged);
  const packed = await npmPackage(staged, folder);

  const archives: KrewArchive[] = [];
  for (const platform of platforms) {
    const { os, arch } = platform;
    const inside = join(work, `${os}-${arch}`);
    await executable(platform, { launcher, dist }, inside, join(work, platform.nodePackage));
    copyFileSync(join(plugin, "..", "LICENSE"), join(inside, "LICENSE"));
    archives.push({ os, arch, bin: programName(platform), ...(await archived(inside, folder, `${os}-${arch}`)) });
  }
  const script = await archived(staged, folder, "node");
  for (const arch of macArchs) archives.push({ os: "darwin", arch, bin: "bin/kubectl-domain", ...script });

  writeFileSync(join(folder, "domain.yaml"), dump(krewManifest(version, url, archives), { lineWidth: -1 }));
  const files = [packed, ...new Set(archives.map(({ file }) => file)), "domain.yaml"];
  writeFileSync(join(folder, "checksums.txt"), checksums(files.map((file) => join(folder, file))));
  rmSync(work, { recursive: true });
  return [...files, "checksums.txt"];
}

async function archived(inside: string, folder: string, name: string): Promise<{ file: string; sha256: string }> {
  const file = `kubectl-domain-v${version}-${name}.tar.gz`;
  await archive(inside, join(folder, file));
  return { file, sha256: sha256(join(folder, file)) };
}

/** The platforms that are named (`linux-arm64`); all of them where none is. Throws for a name that none has. */
function platformsNamed(names: readonly string[]): readonly Platform[] {
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find(({ os, arch }) => `${os}-${arch}` === name);
    if (found !== undefined) return found;
    throw new Error(`there is no ${name}; there are ${all.map(({ os, arch }) => `${os}-${arch}`).join(", ")}`);
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      here: { type: "boolean", default: false },
      platform: { type: "string", multiple: true, default: [] },
      url: { type: "string", default: `https://releases.example/domain-claims/v${version}` },
      folder: { type: "string", default: join(import.meta.dirname, "..", "..", ".build", "plugin") },
    },
  });
  const { here, platform, ...options } = values;
  mkdirSync(options.folder, { recursive: true });
  const platforms = here ? all.filter(isHere) : platformsNamed(platform);
  for (const file of await release({ ...options, platforms })) console.log(join(options.folder, file));
}
