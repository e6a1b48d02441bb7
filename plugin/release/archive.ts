import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { run } from "./run.ts";

/**
 * Writes what is in a folder as a `.tar.gz` (by GNU tar, which is `gtar` on macOS, and gzip): the same bytes for the same content,
 * whoever makes it, and when.
 */
export async function archive(folder: string, file: string): Promise<void> {
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u+rwX,go+rX,go-w"];
  const tar = file.replace(/\.gz$/, "");
  const gnuTar = process.platform === "darwin" ? "gtar" : "tar";
  await run(gnuTar, [...same, "--create", "--file", tar, "--directory", folder, "."], dirname(file));
  await run("gzip", ["--no-name", "--force", tar], dirname(file));
}

/** The SHA-256 of a file, in hexadecimal. */
export function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Lines as `sha256sum --check` reads them. */
export function checksums(files: readonly string[]): string {
  return files.map((file) => `${sha256(file)}  ${basename(file)}\n`).join("");
}
