/**
 * Builds the plugin: one file with everything in it, and the manifest from which oclif knows the commands without
 * loading them. `node plugin/build.ts` writes them to plugin/dist.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Plugin } from "@oclif/core/config";
import { build } from "esbuild";

import { packageJson } from "./src/cli/config.ts";

const oldestNode = [22, 19] as const;

/** Runs before anything else in the bundle, on whatever Node has been found. */
const banner = `#!/usr/bin/env node
(function () {
  var v = process.versions.node.split(".");
  if (v[0] > ${String(oldestNode[0])} || (v[0] == ${String(oldestNode[0])} && v[1] >= ${String(oldestNode[1])})) return;
  process.stderr.write("error: kubectl domain needs Node ${oldestNode.join(".")} or newer, and this is " + process.versions.node + ": install a newer one (https://nodejs.org) and put it first on the PATH\\n");
  process.exit(1);
})();`;

/** Writes `kubectl-domain.cjs` and `oclif.manifest.json` into a folder. */
export async function buildPlugin(folder: string): Promise<void> {
  const source = import.meta.dirname;
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(source, "src", "main.ts")],
    outfile: join(folder, "kubectl-domain.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    // what Node 18 can parse, so that an older one gets as far as the banner's sentence
    target: "node18",
    minify: true,
    // as require: the loader of ES modules takes some milliseconds to start
    supported: { "dynamic-import": false },
    banner: { js: banner },
    // oclif's ways to run commands from sources and to find them in folders, neither of which happens in a bundle
    external: ["typescript", "ts-node", "tsx"],
    alias: { tinyglobby: join(source, "src", "cli", "absent.ts"), lilconfig: join(source, "src", "cli", "absent.ts") },
    logLevel: "warning",
  });
  const pjson = packageJson(join(source, "manifest-commands.ts"));
  const plugin = new Plugin({ root: source, pjson, isRoot: true, ignoreManifest: true } as never);
  await plugin.load();
  writeFileSync(join(folder, "oclif.manifest.json"), `${JSON.stringify(plugin.manifest, undefined, 2)}\n`);
}

if (import.meta.main) await buildPlugin(join(import.meta.dirname, "dist"));
