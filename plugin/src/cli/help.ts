import type { Command } from "@oclif/core/command";
import { Help } from "@oclif/core/help";

import { oclifConfig } from "./config.ts";
import type { Io } from "./io.ts";
import type { Manifest } from "./manifest.ts";

/** Prints the help for a command, or for the plugin. */
export async function showHelp(name: string | undefined, { commands }: Manifest, io: Io): Promise<void> {
  const loadable = Object.values(commands).map((command) => ({ ...command, load: missing }));
  class PluginHelp extends Help {
    protected override get sortedCommands(): Command.Loadable[] {
      return loadable;
    }

    protected override log(...texts: string[]): void {
      io.out(texts.join(" "));
    }
  }
  const help = new PluginHelp(oclifConfig(), {
    flagSortOrder: "none",
    docopts: false,
    hideCommandSummaryInDescription: true,
    stripAnsi: !io.colour,
  });
  const command = loadable.find(({ id }) => id === name);
  if (command === undefined) await help.showHelp([]);
  else await help.showCommandHelp(command);
}

/** oclif's help of a command from the manifest never loads it. */
async function missing(): Promise<Command.Class> {
  return await Promise.reject(new Error("help does not load commands"));
}
