import type { ArgInput, FlagInput } from "@oclif/core/interfaces";

import { absence } from "../claims/controller-state.ts";
import type { ControllerState } from "../claims/controller-state.ts";
import { age } from "../claims/duration.ts";
import { Cluster } from "../kube/cluster.ts";
import type { DryRun } from "../kube/cluster.ts";
import type { ApiObject } from "../kube/objects.ts";
import { openSession } from "../kube/open-session.ts";
import type { GlobalValues } from "../kube/open-session.ts";
import { reference } from "../kube/resources.ts";
import type { Session } from "../kube/session.ts";
import { serialized } from "../output/render.ts";
import { wrapped } from "../output/wrap.ts";
import { Interrupted } from "../kube/interrupted.ts";
import { UserError } from "../user-error.ts";
import { Exit } from "./exit.ts";
import { globalFlags } from "./flags.ts";
import { globalArguments } from "./global-arguments.ts";
import type { Io } from "./io.ts";
import { parseValues } from "./parse.ts";

type FlagsOf<C> = C extends { readonly flags: FlagInput<infer F> } ? F : object;
type ArgsOf<C> = C extends { readonly args: ArgInput<infer A> } ? A : object;
type Globals = typeof globalFlags extends FlagInput<infer F> ? F : object;

/** What every command of the plugin can do: reach the cluster, and speak to people or to machines. */
export abstract class DomainCommand {
  /** One sentence, without a full stop. */
  static readonly summary: string = "";
  /** What help says below that. */
  static readonly description: string | undefined = undefined;
  static readonly usage: string | string[] | undefined = undefined;
  static readonly examples: readonly (string | { readonly description: string; readonly command: string })[] = [];
  /** Other names of the command. */
  static readonly aliases: readonly string[] = [];
  static readonly args: ArgInput = {};
  static readonly flags: FlagInput = {};
  /** The flags that every command has. */
  static readonly baseFlags = globalFlags;
  /** The process's surroundings. */
  protected readonly io: Io;
  readonly #argv: readonly string[];
  #session: Session | undefined;

  /** `argv` is what {@link readCommandLine} made of the words after the command. */
  constructor(argv: readonly string[], io: Io) {
    this.#argv = argv;
    this.io = io;
  }

  /** Runs the command to its end. */
  abstract run(): Promise<unknown>;

  /** Runs the command on the argv it was made with, and ends its connections. */
  async execute(): Promise<void> {
    try {
      await this.run();
    } finally {
      await this.#session?.close();
    }
  }

  /** The values of the command's flags and arguments. Throws UserError where a value can't be read. */
  protected async parse<C extends { readonly flags: FlagInput; readonly args: ArgInput }>({
    flags,
    args,
  }: C): Promise<{ readonly flags: FlagsOf<C> & Globals; readonly args: ArgsOf<C> }> {
    const values = await parseValues(this.#argv, { ...DomainCommand.baseFlags, ...flags }, args);
    return values as { readonly flags: FlagsOf<C> & Globals; readonly args: ArgsOf<C> };
  }

  /** Lets another command run on the same command line; it has to know each flag that was given. */
  protected async handOver(Other: new (argv: readonly string[], io: Io) => DomainCommand): Promise<void> {
    await new Other(this.#argv, this.io).execute();
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

  /** Says what a wait is for by now, and how long it has taken, in milliseconds. */
  protected waiting(text: string, waitedMs: number): void {
    this.note(`waiting for ${age(waitedMs)}: ${text}`);
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
   * Exit(1) after several of which one failed, and Interrupted with those that were not begun.
   */
  protected async each<T>(
    hosts: readonly string[],
    one: (host: string) => Promise<T>,
    done: (results: readonly T[]) => Promise<unknown>,
  ): Promise<void> {
    const different = [...new Set(hosts)];
    const results: T[] = [];
    let failed = false;
    for (const [at, host] of different.entries())
      try {
        results.push(await one(host));
      } catch (error) {
        if (error instanceof Interrupted) throw withoutTheRest(error, different.slice(at + 1));
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
}

function withoutTheRest(interrupted: Interrupted, rest: readonly string[]): Interrupted {
  return rest.length === 0 ? interrupted : new Interrupted(`${interrupted.message}\nNot begun: ${rest.join(" ")}`);
}

/** Whether people read what `-o` asks for: sentences are for them, and only for them. */
export function isForPeople(format: string | undefined): boolean {
  return format === undefined || format === "" || format === "wide";
}

/** `domain.platform.koli.io/acme created (dry run)`: what kubectl prints for a change. */
export function changed(object: ApiObject, verb: string, dryRun: DryRun): string {
  return `${reference(object.metadata.name)} ${verb}${dryRunSuffix(dryRun)}`;
}

/** What kubectl adds to a change that was only tried. */
export function dryRunSuffix(dryRun: DryRun): string {
  return dryRun === "none" ? "" : dryRun === "client" ? " (dry run)" : " (server dry run)";
}
