import type { FlagShape } from "./argv.ts";
import type { DomainCommand } from "./command.ts";
import { commands } from "../commands/index.ts";
import { globalFlags, shapesOf } from "./flags.ts";
import type { Io } from "./io.ts";
import type { Usage } from "./usage.ts";

/** A command's class, as far as running it goes. */
type Runnable = {
  readonly flags?: Parameters<typeof shapesOf>[0];
  readonly args?: Usage["args"];
  readonly aliases: readonly string[];
} & (new (argv: readonly string[], io: Io) => DomainCommand);

/** The flags of a command by its name or alias, the global ones included; the global ones alone where there is none. */
export function surface(name: string | undefined): readonly FlagShape[] {
  const globals = [
    ...shapesOf(globalFlags),
    { name: "version", kind: "boolean", multiple: false, negatable: false } as const,
  ];
  if (name === undefined) return globals;
  const found = commandNamed(name);
  return found === undefined ? globals : [...shapesOf(found[1].flags ?? {}), ...shapesOf(globalFlags)];
}

/** A command and its own name, by its name or alias; undefined: there is none. */
export function commandNamed(name: string): readonly [string, Runnable] | undefined {
  const all = Object.entries(commands) as unknown as readonly (readonly [string, Runnable])[];
  return all.find(([id, { aliases }]) => id === name || aliases.includes(name));
}
