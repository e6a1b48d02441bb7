import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./world/project.ts";

/** A flag of the plugin: whether it takes a value, and has to be given. */
interface Flag {
  readonly takesValue: boolean;
  readonly required: boolean;
}

/** The command surface as its golden file has it: flags by command, aliases included; "" has those of every command. */
export type Surface = ReadonlyMap<string, ReadonlyMap<string, Flag>>;

/** Reads the golden file of the plugin's command surface. */
export function commandSurface(): Surface {
  const commands = new Map<string, Map<string, Flag>>();
  let flags = new Map<string, Flag>();
  for (const line of readFileSync(join(PROJECT, "plugin/test/surface.golden.txt"), "utf8").trimEnd().split("\n")) {
    if (!line.startsWith("  ")) {
      flags = new Map();
      const names = line === "global flags" ? [""] : [line.split(" ")[0] ?? "", ...aliases(line)];
      for (const name of names) commands.set(name, flags);
      continue;
    }
    const words = line.trim().split(" ");
    const flag = { takesValue: words.some((word) => /^VALUE/.test(word)), required: line.endsWith("(required)") };
    for (const name of words.filter((word) => word.startsWith("-"))) flags.set(name, flag);
  }
  return commands;
}

function aliases(line: string): readonly string[] {
  return [...line.matchAll(/\((\w+)\)/g)].map(([, alias = ""]) => alias);
}

/** What is wrong with a command line that begins with `kubectl domain`, as a person would type it; undefined: nothing. */
export function commandProblem(surface: Surface, line: string): string | undefined {
  const [, , name = "", ...words] = wordsOf(line);
  if (name.startsWith("-") || name === "" || name === "COMMAND") return undefined;
  const own = surface.get(name);
  if (own === undefined) return `there is no command ${name}`;
  const given = new Set<string>();
  for (const word of words) {
    if (!/^--?[a-zA-Z]/.test(word)) continue;
    const [flag = ""] = word.split("=");
    if ((own.get(flag) ?? surface.get("")?.get(flag)) === undefined) return `${name} has no flag ${flag}`;
    given.add(flag);
  }
  const missing = [...own].find(([flag, { required }]) => required && flag.startsWith("--") && !isGiven(own, flag, given)); // prettier-ignore
  return missing === undefined ? undefined : `${name} needs ${missing[0]}`;
}

/** True if the flag was given, by one of its names. */
function isGiven(own: ReadonlyMap<string, Flag>, flag: string, given: ReadonlySet<string>): boolean {
  return [...given].some((one) => own.get(one) === own.get(flag));
}

/** The words of a command, up to what follows it: a comment, a pipe, the next command. Quotes keep words together. */
function wordsOf(line: string): readonly string[] {
  const [command = ""] = line.split(/ #|\s*[|;&>)]\s*/);
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|\S)+/g)].map(([word]) => word.replaceAll(/['"]/g, ""));
}
