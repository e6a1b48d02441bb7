import { Command } from "@oclif/core/command";
import type { Config } from "@oclif/core/config";

import { Cluster } from "../kube/cluster.ts";
import type { DryRun } from "../kube/cluster.ts";
import { openSession } from "../kube/open-session.ts";
import type { GlobalValues } from "../kube/open-session.ts";
import type { Session } from "../kube/session.ts";
import { globalFlags } from "./flags.ts";
import type { Io } from "./io.ts";
import type { ApiObject } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { serialized } from "../output/render.ts";

const surroundings = new WeakMap<Config, Io>();

/** Gives the commands of a config their surroundings. */
export function surround(config: Config, io: Io): void {
  surroundings.set(config, io);
}

/** What every command of the plugin can do: reach the cluster, and speak to people or to machines. */
export abstract class DomainCommand extends Command {
  static override readonly baseFlags = globalFlags;
  #session: Session | undefined;

  /** Runs the command on the argv it was made with. */
  async execute(): Promise<unknown> {
    return await this._run();
  }

  /** The process's surroundings. */
  protected get io(): Io {
    const io = surroundings.get(this.config);
    if (io === undefined) throw new Error("the command's config has no surroundings");
    return io;
  }

  /** The cluster that kubectl would reach with these flags. Nothing is sent yet. */
  protected async connect(flags: GlobalValues): Promise<Cluster> {
    this.#session = await openSession(flags, this.io);
    return new Cluster(this.#session);
  }

  /** Prints objects for `-o json|yaml|name`; false where people read. */
  protected async printed(format: string | undefined, objects: unknown, names: readonly string[]): Promise<boolean> {
    if (format === "name") for (const name of names) this.io.out(name);
    else if (format === "json" || format === "yaml") this.io.out(await serialized(objects, format));
    else return false;
    return true;
  }

  /** Asks before something is taken down. Throws where the answer is no, or where nobody can be asked. */
  protected async confirm(question: string, yes: boolean): Promise<void> {
    if (yes) return;
    const { UserError } = await import("../user-error.ts");
    if (this.io.ask === undefined) throw new UserError("nobody can be asked here (no terminal): say --yes to go on");
    const answer = await this.io.ask(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("nothing was changed");
  }

  /** oclif would set the process's exit code; run.ts does. */
  protected override async catch(error: Error): Promise<void> {
    return await Promise.reject(error);
  }

  protected override async finally(): Promise<void> {
    await this.#session?.close();
  }
}

/** `domain.platform.koli.io/acme created (dry run)`: what kubectl prints for a change. */
export function changed(object: ApiObject, verb: string, dryRun: DryRun): string {
  return `${reference(object.metadata.name)} ${verb}${dryRun === "none" ? "" : dryRun === "client" ? " (dry run)" : " (server dry run)"}`;
}
