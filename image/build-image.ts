import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { command } from "../e2e/support/command.ts";
import type { Progress } from "../e2e/support/progress.ts";
import { nodePackage } from "../plugin/release/node-package.ts";
import type { NodePackage } from "../plugin/release/node-package.ts";
import { architectures } from "./architectures.ts";
import type { Architecture } from "./architectures.ts";
import { assemble } from "./assemble.ts";
import { bundle } from "./bundle.ts";
import type { NpmPackage } from "./bundle.ts";
import { debianRoot } from "./debian.ts";
import type { DebianPackage } from "./debian.ts";
import { licensesOf } from "./licenses.ts";
import { version } from "./programs.ts";
import type { Program } from "./programs.ts";
import { billOfMaterials } from "./sbom.ts";
import type { Component } from "./sbom.ts";
import { tarOf } from "./tar.ts";

/** What is built, and how. */
export interface ImageOptions {
  readonly checkout: string;
  readonly program: Program;
  /** The image's name, with its tag. */
  readonly name: string;
  readonly architectures: readonly Architecture[];
  /** The image of a registry below Node, or Debian's packages. */
  readonly base: { readonly image: string } | "debian";
  /** Where in a registry it goes as well, or "". */
  readonly push: string;
  /** The commit it is built from, or "" where that is not known. */
  readonly revision: string;
  /** The folder for what is built; what was there goes. */
  readonly output: string;
  readonly progress: Progress;
}

/** Nobody in particular: the user `nonroot` of distroless images. The chart may name another. */
const nonroot = "65532:65532";

/**
 * Builds an image without a container engine: `<architecture>.tar` for `docker load` and `kind load image-archive`,
 * `<architecture>.cdx.json` with its bill of materials, and the OCI layout `oci/` with all architectures. Returns the
 * digest of its index. The same sources on the same base give the same bytes.
 * @throws Error where something it needs cannot be had.
 */
export async function buildImage(options: ImageOptions): Promise<string> {
  const { checkout, program, output, progress } = options;
  const scratch = mkdtempSync(join(tmpdir(), "domain-claims-image-"));
  const unfinished = `${output}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    const file = join(scratch, `${program.name}.mjs`);
    progress(`image: bundling ${program.main}`);
    const bundled = await bundle(checkout, program.main, file);
    const known = await installed(checkout);
    const platforms = [];
    for (const architecture of options.architectures) {
      const place = join(scratch, architecture);
      progress(`image: Node for ${architecture}`);
      const node = await nodePackage(architectures[architecture], join(place, "node-package"), checkout);
      const layers: string[] = [];
      const layer = async (name: string, lay: (folder: string) => Promise<void> | void): Promise<void> => {
        const folder = join(place, name);
        mkdirSync(folder, { recursive: true });
        await lay(folder);
        await tarOf(folder, `${folder}.tar`);
        layers.push(`${folder}.tar`);
      };
      let below: readonly DebianPackage[] | { readonly image: string };
      if (options.base === "debian") {
        progress(`image: packages of Debian for ${architecture}`);
        let packages: readonly DebianPackage[] = [];
        await layer("debian", async (folder) => {
          packages = await debianRoot(architecture, folder, join(place, "apt"));
        });
        below = packages;
      } else below = options.base;
      await layer("node", (folder) => {
        const binary = join(folder, "usr/local/bin/node");
        copy(join(node.folder, "bin/node"), binary);
        chmodSync(binary, 0o755);
      });
      const contents = { name: program.name, version, known, bundled, node: node.version, below };
      const bom = `${JSON.stringify(billOfMaterials(contents), undefined, 2)}\n`;
      writeFileSync(join(unfinished, `${architecture}.cdx.json`), bom);
      await layer(program.name, (folder) => layApp(folder, options, file, bundled, node, bom));
      platforms.push({ architecture, layers });
    }
    progress("image: putting it together");
    const digest = await assemble({
      name: options.name,
      output: unfinished,
      base: options.base === "debian" ? "" : options.base.image,
      platforms,
      config: configOf(options),
      push: options.push,
    });
    rmSync(output, { recursive: true, force: true });
    renameSync(unfinished, output);
    return digest;
  } finally {
    for (const folder of [scratch, unfinished]) rmSync(folder, { recursive: true, force: true });
  }
}

/** What npm says of all that is installed: with `--omit dev` it forgets what a tool and the program both depend on. */
async function installed(checkout: string): Promise<readonly Component[]> {
  const sbom = await command("npm", ["sbom", "--sbom-format", "cyclonedx"], { cwd: checkout });
  return (JSON.parse(sbom) as { readonly components: readonly Component[] }).components;
}

/** `/app`: the bundle with what it reads, and what says what is in the image. */
function layApp(
  folder: string,
  { checkout, program }: ImageOptions,
  file: string,
  bundled: readonly NpmPackage[],
  node: NodePackage,
  bom: string,
): void {
  const app = join(folder, "app");
  copy(file, join(app, `${program.name}.mjs`));
  for (const asset of program.assets) copy(join(checkout, asset), join(app, basename(asset)));
  copy(join(checkout, "LICENSE"), join(app, "LICENSE"));
  writeFileSync(join(app, "THIRD-PARTY-LICENSES"), licensesOf([{ name: "node", folder: node.folder }, ...bundled]));
  writeFileSync(join(app, "sbom.cdx.json"), bom);
}

function configOf({ program, base, revision }: ImageOptions): Parameters<typeof assemble>[0]["config"] {
  const label = (name: string, value: string): Record<string, string> =>
    value === "" ? {} : { [`org.opencontainers.image.${name}`]: value };
  return {
    User: nonroot,
    Entrypoint: ["/usr/local/bin/node", `/app/${program.name}.mjs`],
    // A base image brings its own.
    Env: base === "debian" ? ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] : [],
    ExposedPorts: Object.fromEntries(program.ports.map((port) => [`${String(port)}/tcp`, {}])),
    Labels: {
      ...label("title", program.name),
      ...label("description", program.description),
      ...label("version", version),
      ...label("licenses", "Apache-2.0"),
      ...label("revision", revision),
    },
  };
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
