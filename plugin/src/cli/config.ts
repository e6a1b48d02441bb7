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
      commands: { strategy: "explicit", target, identifier: "commands" },
    },
  } as const;
}

/**
 * oclif's config, with what commands and help read of it. Nothing is looked for on the disk: the commands are known, and
 * there are no plugins of the plugin and no hooks. `Config.load` takes up to 20 ms to find that out.
 */
export function oclifConfig(): Config {
  const known: object = {
    name,
    bin,
    version,
    pjson: packageJson(""),
    topicSeparator: " ",
    userAgent: `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`,
    rootPlugin: { name, hooks: {} },
  };
  return Object.assign(new Config({ root: "" }), known);
}
