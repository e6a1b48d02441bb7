import { join } from "node:path";
import { parseArgs } from "node:util";

import { command } from "../e2e/support/command.ts";
import { onStderr } from "../e2e/support/progress.ts";
import { buildImage } from "./build-image.ts";
import type { ImageOptions } from "./build-image.ts";
import { architectures } from "./architectures.ts";
import type { Architecture } from "./architectures.ts";
import { programs, version } from "./programs.ts";

// Builds the image of a program of ours: node image/build.ts [controller|kong-stand-in] (see README.md).

/** Debian's C and C++ libraries, a user that is not root, and nothing else. */
const distroless = "gcr.io/distroless/cc-debian12:nonroot";
const checkout = join(import.meta.dirname, "..");

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: "string" },
      architecture: { type: "string", multiple: true },
      base: { type: "string", default: "" },
      push: { type: "string", default: "" },
      output: { type: "string" },
    },
  });
  const what = positionals[0] ?? "controller";
  if (!isProgram(what)) throw new Error(`there is no ${what}; there are ${Object.keys(programs).join(", ")}`);
  const wanted = values.architecture ?? Object.keys(architectures);
  const unknown = wanted.find((one) => !isArchitecture(one));
  if (unknown !== undefined)
    throw new Error(`there is no image for ${unknown}; there are ${Object.keys(architectures).join(", ")}`);
  const program = programs[what];
  const options: Omit<ImageOptions, "base"> = {
    checkout,
    program,
    name: values.name ?? `${program.name}:${version}`,
    architectures: wanted.filter(isArchitecture),
    push: values.push,
    revision: await revision(),
    output: values.output ?? join(checkout, ".build/image", what),
    progress: onStderr,
  };
  const digest = await onBase(values.base, options);
  onStderr(`image: ${options.name} is in ${options.output}, ${digest}`);
}

/** Builds on the base that is asked for; where none is, on the distroless one, or on Debian's packages. */
async function onBase(base: string, options: Omit<ImageOptions, "base">): Promise<string> {
  if (base !== "") return buildImage({ ...options, base: base === "debian" ? base : { image: base } });
  try {
    return await buildImage({ ...options, base: { image: distroless } });
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes(`${distroless} cannot be pulled`)) throw error;
    onStderr(`image: ${distroless} cannot be pulled; its place is taken by the same packages of Debian`);
    return buildImage({ ...options, base: "debian" });
  }
}

/** The commit that is checked out, where nothing differs from it. */
async function revision(): Promise<string> {
  const git = (...args: readonly string[]): Promise<string> => command("git", args, { cwd: checkout }).catch(() => "?");
  return (await git("status", "--porcelain")) === "" ? (await git("rev-parse", "HEAD")).trim() : "";
}

function isProgram(name: string): name is keyof typeof programs {
  return Object.hasOwn(programs, name);
}

function isArchitecture(name: string): name is Architecture {
  return Object.hasOwn(architectures, name);
}

main().catch((error: unknown) => {
  onStderr(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
