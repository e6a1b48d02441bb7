import { distance } from "fastest-levenshtein";

import { readCommandLine } from "./argv.ts";
import { surround } from "./command.ts";
import { commands } from "../commands/index.ts";
import { oclifConfig } from "./config.ts";
import { UserError } from "../user-error.ts";
import type { Manifest } from "./help.ts";
import type { Io } from "./io.ts";
import { commandNamed, surface } from "./surface.ts";
import { version } from "./version.ts";

/** Runs one command line to its end and returns the exit code: 0, or 1 for every error, as kubectl does. */
export async function run(argv: readonly string[], io: Io, manifest: () => Manifest): Promise<0 | 1> {
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
    else await command(line.command, line.argv, io);
    return 0;
  } catch (error) {
    io.err(`error: ${sentence(error)}`);
    return 1;
  }
}

async function command(name: string, argv: readonly string[], io: Io): Promise<void> {
  const found = commandNamed(name);
  if (found === undefined) throw new UserError(unknownCommand(name));
  const [id, Class] = found;
  const config = oclifConfig();
  surround(config, io);
  Class.id = id;
  await new Class([...argv], config).execute();
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

/** What went wrong in words: ours, the API server's, or oclif's about the command line, which it wraps. */
function sentence(error: unknown): string {
  const { message, flags, args } = error as Error &
    Partial<{ flags: readonly string[]; args: readonly { name: string }[] }>;
  if (message.startsWith("Nonexistent flag")) return `unknown flag: ${flags?.join(", ") ?? ""}`;
  if (message.startsWith("Missing") && args !== undefined)
    return `${args.map(({ name }) => name.toUpperCase()).join(", ")} is required`;
  const plain = message.replace(/^Parsing --\S+ \n\t/, "").replace(/\nSee more help with --help$/, "");
  return plain.replace(/^Unexpected/, "unexpected").replace(/^The following errors? occurred:\n\s*/, "");
}
