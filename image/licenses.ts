import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The licenses of what is in an image but not ours, one after the other, as most of them ask for. */
export function licensesOf(parts: readonly { readonly name: string; readonly folder: string }[]): string {
  return parts
    .flatMap(({ name, folder }) =>
      readdirSync(folder)
        .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
        .sort()
        .map((file) => `==== ${name}: ${file}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`),
    )
    .join("\n");
}
