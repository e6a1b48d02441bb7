import { harmless } from "./harmless.ts";
import { width } from "./width.ts";

/**
 * Sentences, broken at spaces so that they fit `room` columns; what a line begins with in spaces, its further lines begin
 * with too. A command is never broken: it is there to be copied. Without `room` nothing is broken. What a
 * terminal would obey is not in it, whoever wrote that.
 */
export function wrapped(text: string, room: number | undefined): string {
  const shown = harmless(text);
  if (room === undefined) return shown;
  return shown
    .split("\n")
    .map((line) => wrappedLine(line, room))
    .join("\n");
}

function wrappedLine(line: string, room: number): string {
  if (width(line) <= room) return line;
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let current = "";
  for (const word of words(line.slice(indent.length))) {
    if (current !== "" && width(`${indent}${current} ${word}`) > room) {
      lines.push(indent + current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, indent + current].join("\n");
}

/** The words of a sentence; `kubectl` and all that belongs to it are one. */
function words(sentence: string): readonly string[] {
  const found: string[] = [];
  let command: string | undefined;
  for (const word of sentence.split(" ")) {
    if (command !== undefined) command = `${command} ${word}`;
    else if (/^[('"]?kubectl$/.test(word)) command = word;
    else found.push(word);
    if (command !== undefined && /[,;)]$/.test(word)) {
      found.push(command);
      command = undefined;
    }
  }
  return command === undefined ? found : [...found, command];
}
