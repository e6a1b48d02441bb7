import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./world/project.ts";

/** A piece of a page that is typed into a shell, and lines that it is to answer, in their order. */
export interface DocStep {
  readonly script: string;
  /** Parts of a line, from left to right: what stands between three dots. */
  readonly answer: readonly (readonly string[])[];
}

/** What a page in `docs/` has people type (fenced as `sh`), and the answers that it shows (fenced as `text`, right after). */
export function docSteps(page: string): readonly DocStep[] {
  const steps: { script: string; answer: readonly (readonly string[])[] }[] = [];
  const text = readFileSync(join(PROJECT, "docs", page), "utf8");
  for (const [, language, block = ""] of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    const last = steps.at(-1);
    if (language === "sh") steps.push({ script: block, answer: [] });
    else if (language === "text" && last?.answer.length === 0) last.answer = linesOf(block);
  }
  return steps;
}

function linesOf(block: string): readonly (readonly string[])[] {
  return block
    .split("\n")
    .map((line) => line.split("...").map(words).filter(Boolean))
    .filter((parts) => parts.length > 0);
}

/** The first line of an answer that is not in the output, after those before it; undefined if all are. Blanks count as one. */
export function missingLine({ answer }: DocStep, output: string): string | undefined {
  const lines = output.split("\n").map(words);
  let at = 0;
  for (const parts of answer) {
    const found = lines.findIndex((line, index) => index >= at && hasParts(line, parts));
    if (found < 0) return parts.join(" ... ");
    at = found + 1;
  }
  return undefined;
}

function hasParts(line: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = line.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}

function words(line: string): string {
  return line.trim().split(/\s+/).join(" ");
}
