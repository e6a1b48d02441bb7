import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./world/project.ts";

/**
 * The one block of a page in `docs/` that is fenced with the language (`sh`, `yaml`) and contains the text. Throws where
 * there is none, or more than one.
 */
export function docBlock(page: string, language: string, containing: string): string {
  const text = readFileSync(join(PROJECT, "docs", page), "utf8");
  const blocks = [...text.matchAll(/^ *```(\w+)\n(.*?)^ *```$/gms)]
    .filter(([, fenced, block]) => fenced === language && block?.includes(containing))
    .map(([, , block = ""]) => block);
  const [block] = blocks;
  if (block === undefined || blocks.length > 1)
    throw new Error(`docs/${page} has ${blocks.length} blocks of ${language} with "${containing}", not one`);
  return block;
}
