import { Config } from "@oclif/core/config";

import { version } from "./version.ts";

/** Where oclif finds the commands: a file, and the name under which it exports them; undefined gives no help. */
export interface CommandsFile {
  /** The folder of the manifest, and of the file. */
  readonly root: string;
  readonly target: string | undefined;
}

/** What oclif would read from package.json. */
export function packageJson(target: string | undefined) {
  return {
    name: "kubectl-domain",
    version,
    description: "claim hostnames, share them, and see who holds what",
    oclif: {
      bin: "kubectl domain",
      dirname: "kubectl-domain",
      topicSeparator: " ",
      additionalHelpFlags: ["-h"],
      helpOptions: { hideAliasesFromRoot: true, flagSortOrder: "none" },
      ...(target === undefined ? {} : { commands: { strategy: "explicit", target, identifier: "commands" } }),
    },
  } as const;
}

/** oclif's config of the plugin. */
export async function loadConfig({ root, target }: CommandsFile): Promise<Config> {
  return await Config.load({ root, pjson: packageJson(target) as unknown as NonNullable<Config["pjson"]> });
}
