/**
 * Builds the plugin: a file with what commands need, a small one that starts it, one for each part that few commands need, and
 * the manifest from which oclif knows the commands without loading them. `node plugin/build.ts` writes them to plugin/dist.
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Plugin } from "@oclif/core/config";
import { build } from "esbuild";
import type { BuildOptions, Plugin as BuildPlugin } from "esbuild";

import { packageJson } from "./src/cli/config.ts";
import { manifestFile } from "./src/cli/manifest.ts";
import { commands } from "./src/commands/index.ts";

const oldestNode = [22, 19] as const;

/** Runs before anything else, on whatever Node has been found. */
const banner = `#!/usr/bin/env node
(function () {
  var v = process.versions.node.split(".");
  if (v[0] > ${String(oldestNode[0])} || (v[0] == ${String(oldestNode[0])} && v[1] >= ${String(oldestNode[1])})) return;
  process.stderr.write("error: kubectl domain needs Node ${oldestNode.join(".")} or newer, and this is " + process.versions.node + ": install a newer one (https://nodejs.org) and put it first on the PATH\\n");
  process.exit(1);
})();`;

const source = import.meta.dirname;
const main = join(source, "src", "main.ts");
const absent = join(source, "src", "cli", "absent.ts");

const options: BuildOptions = {
  absWorkingDir: source,
  bundle: true,
  platform: "node",
  format: "cjs",
  // what Node 18 can parse, so that an older one gets as far as the banner's sentence
  target: "node18",
  minify: true,
  // as require: the loader of ES modules takes some milliseconds to start
  supported: { "dynamic-import": false },
  // oclif's ways to run commands from sources and to find them in folders, neither of which happens in a bundle
  external: ["typescript", "ts-node", "tsx"],
  alias: { tinyglobby: absent, lilconfig: absent },
  logLevel: "warning",
};

/**
 * What few commands need, and what is most of the plugin: help with oclif, the tables of internationalized names, the list of
 * public suffixes. Each is a file of its own, as a command waits until all that is in its file is read.
 */
const apart = [
  { file: "help.cjs", imported: "./help.ts", entry: join(source, "src", "cli", "help.ts") },
  { file: "idna.cjs", imported: "./idna.ts", entry: "@domain-claims/crds/idna" },
  { file: "suffix.cjs", imported: "@domain-claims/crds/suffix", entry: "@domain-claims/crds/suffix" },
] as const;

const leaveApart: BuildPlugin = {
  name: "leave-apart",
  setup: (bundle) => {
    bundle.onResolve({ filter: /./ }, ({ path }) => {
      const file = apart.find(({ imported }) => imported === path)?.file;
      return file === undefined ? undefined : { path: `./${file}`, external: true };
    });
  },
};

/** Writes `kubectl-domain.cjs`, which starts `main.cjs`, what that loads, and `oclif.manifest.json` into a folder. */
export async function buildPlugin(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const launcher = join(folder, "kubectl-domain.cjs");
  await Promise.all([
    build({ ...options, entryPoints: [main], outfile: join(folder, "main.cjs"), plugins: [leaveApart] }),
    ...apart.map(({ file, entry }) => build({ ...options, entryPoints: [entry], outfile: join(folder, file) })),
    buildLauncher(launcher, false),
  ]);
  // npm links it as it is
  chmodSync(launcher, 0o755);
  const pjson = packageJson(join(source, "manifest-commands.ts"));
  const plugin = new Plugin({ root: source, pjson, isRoot: true, ignoreManifest: true } as never);
  await plugin.load();
  writeFileSync(join(folder, manifestFile), `${JSON.stringify(plugin.manifest, undefined, 2)}\n`);
}

/** The files of {@link buildPlugin} that an executable carries as assets, which what starts it there loads. */
export const assets = ["main.cjs", ...apart.map(({ file }) => file), manifestFile] as const;

/** Writes what starts the plugin: from the files beside it, or in an executable. */
export async function buildLauncher(file: string, inExecutable: boolean): Promise<void> {
  await build({
    ...options,
    entryPoints: [join(source, "src", "launch.ts")],
    define: { COMMANDS: JSON.stringify(Object.keys(commands)), IN_EXECUTABLE: String(inExecutable) },
    outfile: file,
    ...(inExecutable ? {} : { banner: { js: banner } }),
  });
}

if (import.meta.main) await buildPlugin(join(import.meta.dirname, "dist"));
