import { readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

/** A package of the npm registry. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Where it is installed. */
  readonly folder: string;
}

/** What bundled CommonJS packages expect around them, and an ES module does not have. */
const banner = `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { filename: __filename, dirname: __dirname } = import.meta;`;

/**
 * Writes a program and all that it imports into one file, an ES module for Node 24, and returns the packages of others
 * that it has parts of, by name. It is not minified: a stack trace should be readable.
 * @throws what esbuild says, where something cannot be bundled.
 */
export async function bundle(checkout: string, main: string, file: string): Promise<readonly NpmPackage[]> {
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: [main],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    banner: { js: banner },
    metafile: true,
    logLevel: "warning",
  });
  const foreign = Object.keys(metafile.inputs).filter((input) => input.includes("node_modules/"));
  const packages = new Map(foreign.map((input) => packageOf(join(checkout, input))).map((one) => [one.folder, one]));
  return [...packages.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** The package that a file belongs to. A folder inside a package may have a manifest without a name of its own. */
function packageOf(file: string): NpmPackage {
  const [, name] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (name === undefined) throw new Error(`${file} is in no package`);
  const folder = file.slice(0, file.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}`.length);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version: string };
  return { name, version: manifest.version, folder };
}
