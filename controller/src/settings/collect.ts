import { parseArgs } from "node:util";
import { flag, flagNames, variablesOf } from "./flags.ts";
import type { FlagName } from "./flags.ts";
import { nearest } from "./nearest.ts";

/** A setting as somebody wrote it, and where: `--kong-tag`, or the name of a variable. */
export interface Written {
  readonly values: readonly string[];
  readonly where: string;
}

/** What was found on the command line and in the environment. */
export interface Collected {
  readonly help: boolean;
  readonly version: boolean;
  readonly written: ReadonlyMap<FlagName, Written>;
  /** Sentences about what is no setting at all. */
  readonly problems: readonly string[];
}

/** Gathers settings; a flag counts more than the environment. Defaults are not filled in. */
export function collect(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Collected {
  const line = fromArguments(argv);
  const written = new Map<FlagName, Written>([...fromEnvironment(env), ...line.written]);
  return { ...line, written, problems: [...line.problems, ...misspelt(env)] };
}

const options = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  ...Object.fromEntries(
    flagNames.map((name) => [name, { type: flag(name).switch === true ? ("boolean" as const) : ("string" as const) }]),
  ),
} as const;

function fromArguments(argv: readonly string[]): Collected {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true });
  const written = new Map<FlagName, Written>();
  const problems: string[] = [];
  let help = false;
  let version = false;
  let unknownAt = -2;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      // Most likely the value of the unknown flag before it, which is told already.
      if (token.index !== unknownAt + 1) problems.push(`unexpected argument "${token.value}": only flags are taken`);
    } else if (token.name === "help") help = true;
    else if (token.name === "version") version = true;
    else if (!isFlagName(token.name)) {
      unknownAt = token.index;
      problems.push(
        `unknown flag: ${token.rawName}${suggestion(
          token.rawName,
          flagNames.map((name) => `--${name}`),
        )}`,
      );
    } else if (token.value === undefined && flag(token.name).switch !== true) {
      problems.push(`--${token.name} needs a value`);
    } else if (token.value !== undefined && token.inlineValue === false && token.value.startsWith("--")) {
      problems.push(`--${token.name} needs a value, but ${token.value.split("=")[0] ?? ""} follows`);
    } else {
      const before = flag(token.name).repeatable === true ? (written.get(token.name)?.values ?? []) : [];
      written.set(token.name, { values: [...before, token.value ?? "true"], where: `--${token.name}` });
    }
  }
  return { help, version, written, problems };
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): readonly (readonly [FlagName, Written])[] {
  return flagNames.flatMap((name) => {
    // An empty variable is one that is not set: manifests often write them so.
    const where = variablesOf(name).find((variable) => env[variable] !== undefined && env[variable] !== "");
    if (where === undefined) return [];
    const value = env[where] ?? "";
    const values = flag(name).repeatable === true ? value.split("\n").filter((text) => text.trim() !== "") : [value];
    return [[name, { values, where }] as const];
  });
}

/** Variables that look like ours and are none, but nearly. Kubernetes and others may have set some with our prefix. */
function misspelt(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = flagNames.flatMap((name) => variablesOf(name));
  return Object.keys(env)
    .filter((name) => name.startsWith("DOMAIN_CLAIMS_") && !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name, known);
      return meant === undefined ? [] : [`unknown setting in the environment: ${name} (did you mean ${meant}?)`];
    });
}

function suggestion(text: string, known: readonly string[]): string {
  const meant = nearest(text, known);
  return meant === undefined ? " (--help shows all of them)" : ` (did you mean ${meant}?)`;
}

function isFlagName(name: string): name is FlagName {
  return (flagNames as readonly string[]).includes(name);
}
