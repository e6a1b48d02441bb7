import { UsageError } from "./usage-error.ts";

/** A flag as the reading of the command line needs it. */
export interface FlagShape {
  readonly name: string;
  readonly char?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly kind: "value" | "boolean";
  /** May be given several times. */
  readonly multiple: boolean;
  /** `--flag=false` differs from not saying it. */
  readonly negatable: boolean;
  /** What the flag means without a value (pflag's NoOptDefVal). */
  readonly bare?: string | undefined;
}

/** The flags that a command takes, kubectl's global ones among them; for one that does not exist the global ones alone. */
export type Surface = (command: string | undefined) => readonly FlagShape[];

/** A command line, read. */
export interface CommandLine {
  readonly command: string | undefined;
  /** What comes after the command, in the form that oclif reads. */
  readonly argv: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  /** The names of the flags that were given. */
  readonly given: readonly string[];
  /** What looks like a flag and is none of the command's, as it was typed. */
  readonly unknown: readonly string[];
  /** The arguments. */
  readonly words: readonly string[];
}

/** What stands for yes and no, as pflag reads it. */
export const truths: Readonly<Record<string, boolean>> = {
  "1": true,
  t: true,
  T: true,
  TRUE: true,
  true: true,
  True: true,
  "0": false,
  f: false,
  F: false,
  FALSE: false,
  false: false,
  False: false,
};

/**
 * Reads a command line with the habits of kubectl's flags (pflag), which oclif lacks: flags before the command,
 * `--flag=false`, flags that need no value, and of a flag that is given twice the last one counts.
 */
export function readCommandLine(argv: readonly string[], surface: Surface): CommandLine {
  const before = split(argv, surface(undefined), true);
  const command = before.rest[0];
  const shapes = surface(command);
  const after = split(before.rest.slice(1), shapes, false);
  const given = [...before.flags, ...after.flags];
  const said = (name: string): boolean => given.some((flag) => flag.shape?.name === name && flag.value !== "false");
  return {
    command,
    argv: [...lastOfEach(given).flatMap(written), ...after.rest],
    help: said("help"),
    version: said("version"),
    given: given.flatMap(({ shape }) => (shape === undefined ? [] : [shape.name])),
    unknown: given.flatMap(({ shape, text }) => (shape === undefined ? [text] : [])),
    words: after.rest.filter((word, at) => word !== "--" || after.rest.indexOf("--") !== at),
  };
}

interface Given {
  readonly shape: FlagShape | undefined;
  /** As it was typed, for a flag that is not known. */
  readonly text: string;
  readonly value: string | undefined;
}

/** Parts flags from words; `untilWord` stops at the first word, which is the command. */
function split(
  argv: readonly string[],
  shapes: readonly FlagShape[],
  untilWord: boolean,
): { flags: Given[]; rest: string[] } {
  const flags: Given[] = [];
  const words: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const text = argv[at] ?? "";
    if (text === "--") return { flags, rest: [...words, ...argv.slice(at)] };
    if (!text.startsWith("-") || text === "-") {
      if (untilWord) return { flags, rest: argv.slice(at) };
      words.push(text);
      continue;
    }
    const found = text.startsWith("--") ? [longFlag(text, shapes)] : shortFlags(text, shapes);
    const last = found.at(-1);
    if (last?.shape?.kind === "value" && last.value === undefined && last.shape.bare === undefined) {
      at += 1;
      if (at >= argv.length) throw new UsageError(`flag needs an argument: ${text}`);
      flags.push(...found.slice(0, -1), { ...last, value: argv[at] ?? "" });
    } else flags.push(...found);
  }
  return { flags, rest: words };
}

function longFlag(text: string, shapes: readonly FlagShape[]): Given {
  const equals = text.indexOf("=");
  const name = text.slice(2, equals === -1 ? undefined : equals);
  const value = equals === -1 ? undefined : text.slice(equals + 1);
  const shape = shapes.find((flag) => flag.name === name || flag.aliases?.includes(name) === true);
  return { shape, text, value: shape?.kind === "boolean" ? truth(text, value) : value };
}

/** `-Aw`, `-ojson`, `-o=json`, `-nfoo`: booleans may stand together, a flag with a value takes the rest. */
function shortFlags(text: string, shapes: readonly FlagShape[]): Given[] {
  const found: Given[] = [];
  for (let at = 1; at < text.length; at += 1) {
    const shape = shapes.find((flag) => flag.char === text[at]);
    if (shape === undefined) return [{ shape, text, value: undefined }];
    const rest = text.slice(at + 1);
    if (shape.kind === "value")
      return [...found, { shape, text, value: rest === "" ? undefined : rest.replace(/^=/, "") }];
    if (rest.startsWith("=")) return [...found, { shape, text, value: truth(text, rest.slice(1)) }];
    found.push({ shape, text, value: "true" });
  }
  return found;
}

function truth(text: string, value: string | undefined): string {
  const said = value === undefined ? true : truths[value];
  if (said === undefined) throw new UsageError(`invalid argument in ${text}: a boolean flag takes true or false`);
  return String(said);
}

function lastOfEach(given: readonly Given[]): readonly Given[] {
  return given.filter(
    ({ shape }, at) =>
      shape === undefined || shape.multiple || !given.slice(at + 1).some((later) => later.shape?.name === shape.name),
  );
}

function written({ shape, text, value }: Given): readonly string[] {
  if (shape === undefined) return [text];
  if (shape.kind === "value") return [`--${shape.name}=${value ?? shape.bare ?? ""}`];
  if (value === "true") return [`--${shape.name}`];
  return shape.negatable ? [`--no-${shape.name}`] : [];
}
