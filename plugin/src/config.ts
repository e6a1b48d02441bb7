import { Config } from "@oclif/core/config";

import { version } from "./version.ts";

const name = "kubectl-domain";
const bin = "kubectl domain";

/** What oclif would read from package.json. `target` is the file that exports the commands. */
export function packageJson(target: string) {
  return {
    name,
    version,
    description: "claim hostnames, share them, and see who holds what",
    oclif: {
      bin,
      dirname: name,
      topicSeparator: " ",
      additionalHelpFlags: ["-h"],
      helpOptions: {
        hideAliasesFromRoot: true,
        flagSortOrder: "none",
        docopts: false,
        hideCommandSummaryInDescription: true,
      },
      commands: { strategy: "explicit", target, identifier: "commands" },
    },
  } as const;
}

/** oclif's config for help: `root` has the manifest that describes the commands. */
export async function helpConfig(root: string, target: string): Promise<Config> {
  return await Config.load({ root, pjson: packageJson(target) as unknown as NonNullable<Config["pjson"]> });
}

/**
 * oclif's config for running a command: nothing is looked for on the disk, since the command is known and there are no
 * plugins of the plugin and no hooks. `Config.load` takes 10 ms to find that out.
 */
export function runConfig(): Config {
  const known: object = { name, bin, version, rootPlugin: { name, hooks: {} } };
  return Object.assign(new Config({ root: "" }), known);
}
