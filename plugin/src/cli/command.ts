import { Command } from "@oclif/core/command";
import type { Config } from "@oclif/core/config";

import { absence } from "../claims/controller-state.ts";
import type { ControllerState } from "../claims/controller-state.ts";
import { Cluster } from "../kube/cluster.ts";
import type { DryRun } from "../kube/cluster.ts";
import type { ApiObject } from "../kube/objects.ts";
import { openSession } from "../kube/open-session.ts";
import type { GlobalValues } from "../kube/open-session.ts";
import { reference } from "../kube/resources.ts";
import type { Session } from "../kube/session.ts";
import { serialized } from "../output/render.ts";
import { wrapped } from "../output/wrap.ts";
import { UserError } from "../user-error.ts";
import { Exit } from "./exit.ts";
import { globalFlags } from "./flags.ts";
import { globalArguments } from "./global-arguments.ts";
import type { Io } from "./io.ts";

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

  /** The process's surroundings. Throws an Error where {@link surround} has given it none. */
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

  /** Says a sentence, as wide as the terminal is. */
  protected say(text: string): void {
    this.io.out(wrapped(text, this.io.width));
  }

  /** Says on stderr what the person should know beside the answer. */
  protected note(text: string | undefined): void {
    if (text !== undefined) this.io.err(wrapped(`note: ${text}`, this.io.errorWidth));
  }

  /** Says that the controller is away, where it is. */
  protected noteAbsence(state: ControllerState | undefined): void {
    this.note(absence(state, this.io.now()));
  }

  /** Prints objects for `-o json|yaml|name`; false where people read. */
  protected async printed(format: string | undefined, objects: unknown, names: readonly string[]): Promise<boolean> {
    if (format === "name") for (const name of names) this.io.out(name);
    else if (format === "json" || format === "yaml") this.io.out(await serialized(objects, format));
    else return false;
    return true;
  }

  /**
   * Does the same for every host: for one as it is; of several, one that fails is said and the others go on, and the
   * exit code is 1 in the end. `done` is told of what came of those that did not fail. Throws the failure of a single host,
   * and Exit(1) after several of which one failed.
   */
  protected async each<T>(
    hosts: readonly string[],
    one: (host: string) => Promise<T>,
    done: (results: readonly T[]) => Promise<unknown>,
  ): Promise<void> {
    const different = [...new Set(hosts)];
    const results: T[] = [];
    let failed = false;
    for (const host of different)
      try {
        results.push(await one(host));
      } catch (error) {
        if (different.length === 1 || error instanceof Exit || !(error instanceof Error)) throw error;
        failed = true;
        this.io.err(wrapped(`error: ${error.message}`, this.io.errorWidth));
      }
    await done(results);
    if (failed) throw new Exit(1);
  }

  /** Lets kubectl print what only it can (`-o jsonpath=...`, `--sort-by`), for the same cluster; its exit code is ours: throws Exit where it is not 0. */
  protected async byKubectl(argv: readonly string[], flags: GlobalValues): Promise<void> {
    const code = await this.io.kubectl([...argv, ...globalArguments(flags)]);
    if (code !== 0) throw new Exit(code);
  }

  /** Asks before something is taken down. Throws where the answer is no, or where nobody can be asked. */
  protected async confirm(question: string, yes: boolean): Promise<void> {
    if (yes) return;
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
  return `${reference(object.metadata.name)} ${verb}${dryRunSuffix(dryRun)}`;
}

/** What kubectl adds to a change that was only tried. */
export function dryRunSuffix(dryRun: DryRun): string {
  return dryRun === "none" ? "" : dryRun === "client" ? " (dry run)" : " (server dry run)";
}
