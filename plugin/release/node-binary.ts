import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "./run.ts";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string } | undefined>>;
}

/**
 * Unpacks a platform's Node into a folder: the package at the version and with the content that the lockfile
 * names, fetched by npm. Throws where the content is another one.
 */
export async function nodeBinary(name: string, folder: string, project: string): Promise<string> {
  const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as Lock;
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`the lockfile does not name ${name}`);
  mkdirSync(folder, { recursive: true });
  const spec = `${name}@${locked.version}`;
  const printed = await run("npm", ["pack", spec, "--silent", "--pack-destination", folder], folder);
  const file = join(folder, printed.trim());
  const found = createHash("sha512").update(readFileSync(file)).digest("base64");
  if (`sha512-${found}` !== locked.integrity) throw new Error(`${spec} is not what the lockfile names`);
  await run("tar", ["--extract", "--gzip", "--file", file, "package/bin"], folder);
  const bin = join(folder, "package", "bin");
  const program = readdirSync(bin).find((entry) => /^node(\.exe)?$/.test(entry));
  if (program === undefined) throw new Error(`${spec} has no Node in it`);
  return join(bin, program);
}
