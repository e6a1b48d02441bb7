import { distance } from "fastest-levenshtein";

import { readCommandLine } from "./argv.ts";
import type { CommandLine } from "./argv.ts";
import { commands } from "../commands/index.ts";
import { UserError } from "../user-error.ts";
import type { Io } from "./io.ts";
import type { Manifest } from "./manifest.ts";
import { commandNamed, surface } from "./surface.ts";
import { checkUsage } from "./usage.ts";
import { UsageError } from "./usage-error.ts";
import { version } from "./version.ts";
import { wrapped } from "../output/wrap.ts";
import { Interrupted } from "../kube/interrupted.ts";
import { Exit, interrupted } from "./exit.ts";

/** Runs one command line to its end and returns the exit code: 0, or 1 for every error, as kubectl does; after Ctrl-C what a shell expects. */
export async function run(argv: readonly string[], io: Io, manifest: () => Manifest): Promise<number> {
  try {
    if (argv[0] === "__complete") {
      const { complete } = await import("./complete.ts");
      for (const line of await complete(argv.slice(1), io)) io.out(line);
      return 0;
    }
    const line = readCommandLine(argv, surface);
    if (line.version) io.out(`kubectl-domain v${version}`);
    else if (line.help || line.command === undefined || line.command === "help")
      await help(line.command === "help" ? line.argv[0] : line.command, io, manifest());
    else await command(line.command, line, io);
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    if (error instanceof Interrupted) {
      io.err(error.message);
      return interrupted;
    }
    io.err(wrapped(`error: ${error instanceof Error ? error.message : String(error)}`, io.errorWidth));
    if (error instanceof UsageError) io.err(`See '${helpFor(argv)}' for usage.`);
    return 1;
  }
}

async function command(name: string, line: CommandLine, io: Io): Promise<void> {
  const found = commandNamed(name);
  if (found === undefined) throw new UserError(unknownCommand(name));
  const [, Class] = found;
  checkUsage(line, Class);
  await new Class(line.argv, io).execute();
}

/** The command that shows how the one that was typed is used. */
function helpFor(argv: readonly string[]): string {
  const name = argv.map((word) => commandNamed(word)?.[0]).find((id) => id !== undefined);
  return `kubectl domain ${name === undefined ? "" : `${name} `}--help`;
}

async function help(name: string | undefined, io: Io, manifest: Manifest): Promise<void> {
  const found = name === undefined ? undefined : commandNamed(name);
  if (name !== undefined && found === undefined) throw new UserError(unknownCommand(name));
  const { showHelp } = await import("./help.ts");
  await showHelp(found?.[0], manifest, io);
}

function unknownCommand(name: string): string {
  const close = Object.keys(commands).filter((id) => distance(id, name) <= 2);
  const hint = close.length === 0 ? "" : `\n\nDid you mean this?\n${close.map((id) => `\t${id}`).join("\n")}\n`;
  return `unknown command "${name}" for "kubectl domain"${hint}\nSee 'kubectl domain --help' for usage.`;
}
