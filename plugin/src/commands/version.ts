import { group } from "@domain-claims/crds/domain";

import { controllerState } from "../claims/controller-state.ts";
import type { ControllerState } from "../claims/controller-state.ts";
import { age } from "../claims/duration.ts";
import { versionSkew } from "../claims/version-skew.ts";
import { DomainCommand } from "../cli/command.ts";
import { Flags } from "../cli/define.ts";
import { version } from "../cli/version.ts";
import { UserError } from "../user-error.ts";

/** The versions of everything that has to fit together. */
interface Versions {
  readonly client: { readonly version: string; readonly node: string };
  /** What the API server serves of our kinds; absent with `--client`. */
  readonly api?: { readonly group: string; readonly versions: readonly string[] };
  /** Absent with `--client`, and where the controller's Lease may not be read. */
  readonly controller?: Omit<ControllerState, "checks">;
  /** What does not fit together, in a sentence. */
  readonly skew?: string;
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
      cluster.server.versionsOf(group),
      controllerState(cluster, this.io.now()),
    ]);
    const api = { group, versions: served };
    if (controller === undefined) return { api };
    const { checks, ...known } = controller;
    const skew = versionSkew(version, known.version);
    return { api, controller: known, ...(skew === undefined ? {} : { skew }) };
  }

  #lines({ client, api, controller, skew }: Versions): readonly string[] {
    const plugin = `Client: kubectl-domain ${client.version} (Node ${client.node})`;
    if (api === undefined) return [plugin];
    const served = api.versions.map((one) => `${api.group}/${one}`).join(", ");
    return [
      plugin,
      `API: ${served || `${api.group} is not served: Domain Claims for Kong is not installed`}`,
      `Controller: ${controller === undefined ? "not known: its Lease may not be read, or is not there" : this.#leader(controller)}`,
      ...(skew === undefined ? [] : [`Warning: ${skew}`]),
    ];
  }

  #leader({ namespace, lease, leader, renewed, away, version: running }: Omit<ControllerState, "checks">): string {
    const since = renewed === undefined ? "" : `, last renewed ${age(this.io.now() - Date.parse(renewed))} ago`;
    const what = running === undefined ? "" : `v${running}; `;
    return `${what}${away ? "away; " : ""}Lease ${namespace}/${lease} is held by ${leader ?? "nobody"}${since}`;
  }
}
