import * as Flags from "@oclif/core/flags";
import { group } from "@domain-claims/crds/domain";

import { controllerState } from "../claims/controller-state.ts";
import type { ControllerState } from "../claims/controller-state.ts";
import { age } from "../claims/duration.ts";
import { DomainCommand } from "../cli/command.ts";
import { version } from "../cli/version.ts";
import { UserError } from "../user-error.ts";

/** The versions of everything that has to fit together. */
interface Versions {
  readonly client: { readonly version: string; readonly node: string };
  /** What the API server serves of our kinds; absent with `--client`. */
  readonly api?: { readonly group: string; readonly versions: readonly string[] };
  /** Absent with `--client`, and where the controller's Lease may not be read. */
  readonly controller?: ControllerState;
}

/** `kubectl domain version`. */
export class Version extends DomainCommand {
  static override readonly summary =
    "Show the versions of the plugin and of what the cluster serves, and the controller";
  static override readonly examples = ["<%= config.bin %> version", "<%= config.bin %> version --client -o json"];
  static override readonly args = {};
  static override readonly flags = {
    client: Flags.boolean({ summary: "only the plugin's version; no cluster is asked" }),
    output: Flags.string({
      char: "o",
      helpValue: "json|yaml",
      summary: "output format",
      parse: async (text) => {
        if (!["json", "yaml", ""].includes(text)) throw new UserError(`--output must be 'yaml' or 'json'`);
        return await Promise.resolve(text);
      },
    }),
  };

  /** Prints the versions. */
  async run(): Promise<void> {
    const { flags } = await this.parse(Version);
    const client = { version: `v${version}`, node: process.version };
    const versions = flags.client ? { client } : { client, ...(await this.#served(flags)) };
    if (await this.printed(flags.output, versions, [])) return;
    for (const line of this.#lines(versions)) this.say(line);
  }

  async #served(flags: Readonly<Record<string, unknown>>): Promise<Omit<Versions, "client">> {
    const cluster = await this.connect(flags);
    const [served, controller] = await Promise.all([
      cluster.versionsOf(group),
      controllerState(cluster, this.io.now()),
    ]);
    return { api: { group, versions: served }, ...(controller === undefined ? {} : { controller }) };
  }

  #lines({ client, api, controller }: Versions): readonly string[] {
    const plugin = `Client: kubectl-domain ${client.version} (Node ${client.node})`;
    if (api === undefined) return [plugin];
    const served = api.versions.map((one) => `${api.group}/${one}`).join(", ");
    return [
      plugin,
      `API: ${served || `${api.group} is not served: Domain Claims for Kong is not installed`}`,
      `Controller: ${controller === undefined ? "not known: its Lease may not be read, or is not there" : this.#leader(controller)}`,
    ];
  }

  #leader({ namespace, lease, leader, renewed, away }: ControllerState): string {
    const since = renewed === undefined ? "" : `, last renewed ${age(this.io.now() - Date.parse(renewed))} ago`;
    return `${away ? "away; " : ""}Lease ${namespace}/${lease} is held by ${leader ?? "nobody"}${since}`;
  }
}
