import { Config } from "@oclif/core/config";

import { version } from "./version.ts";

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
      helpOptions: { hideAliasesFromRoot: true, flagSortOrder: "none", docopts: false, hideCommandSummaryInDescription: true },
      ...(target === undefined ? {} : { commands: { strategy: "explicit", target, identifier: "commands" } }),
    },
  } as const;
}

/**
 * oclif's config of the plugin. `target` is the file that has the commands, beside the manifest that describes them;
 * without it the config is good for running a command, and is there 20 ms earlier.
 */
export async function loadConfig(root: string, target?: string): Promise<Config> {
  const pjson = packageJson(target) as unknown as NonNullable<Config["pjson"]>;
  return await Config.load({ root, pjson, ignoreManifest: target === undefined });
}
