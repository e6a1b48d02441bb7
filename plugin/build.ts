/**
 * Builds the plugin: `dist/kubectl-domain.cjs`, one file with everything in it, and `dist/oclif.manifest.json`, from
 * which oclif knows the commands without loading them. Run as `node plugin/build.ts`.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Plugin } from "@oclif/core/config";
import { build } from "esbuild";

import { packageJson } from "./src/config.ts";

const folder = import.meta.dirname;
const target = join(folder, "dist", "kubectl-domain.cjs");
const oldest = [22, 19];

/** Runs before anything else in the bundle, on whatever Node has been found. */
const banner = `#!/usr/bin/env node
(function () {
  var v = process.versions.node.split(".");
  if (v[0] > ${oldest[0]} || (v[0] == ${oldest[0]} && v[1] >= ${oldest[1]})) return;
  process.stderr.write("error: kubectl domain needs Node ${oldest.join(".")} or newer, and this is " + process.versions.node + ": install a newer one (https://nodejs.org) and put it first on the PATH\\n");
  process.exit(1);
})();`;

rmSync(join(folder, "dist"), { recursive: true, force: true });
mkdirSync(join(folder, "dist"), { recursive: true });
await build({
  entryPoints: [join(folder, "src", "main.ts")],
  outfile: target,
  bundle: true,
  platform: "node",
  format: "cjs",
  // what Node 18 can parse, so that an older one gets as far as the banner's sentence
  target: "node18",
  minify: true,
  banner: { js: banner },
  // oclif's ways to run commands from sources and to find them in folders, neither of which happens in a bundle
  external: ["typescript", "ts-node", "tsx"],
  alias: { tinyglobby: join(folder, "src", "absent.ts"), lilconfig: join(folder, "src", "absent.ts") },
  logLevel: "warning",
});

const source = packageJson(join(folder, "src", "commands", "index.ts"));
const plugin = new Plugin({ root: folder, pjson: source, isRoot: true, ignoreManifest: true } as never);
await plugin.load();
writeFileSync(join(folder, "dist", "oclif.manifest.json"), `${JSON.stringify(plugin.manifest, undefined, 2)}\n`);
