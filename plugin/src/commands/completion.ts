import { DomainCommand } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { UserError } from "../user-error.ts";
import { installCompletion, programOnPath } from "../cli/install-completion.ts";
import { shellScripts } from "../cli/shell-scripts.ts";

/** `kubectl domain completion`. */
export class Completion extends DomainCommand {
  static override readonly summary = "Set up completion of commands, flags, hosts and namespaces";
  static override readonly description =
    "kubectl 1.26 and newer completes `kubectl domain` through a program kubectl_complete-domain on the PATH; --install puts it beside the plugin. With a SHELL, prints a script that completes kubectl-domain where it is called by that name.";
  static override readonly examples = [
    "<%= config.bin %> completion --install",
    "source <(kubectl domain completion bash)",
  ];
  static override readonly args = {
    shell: Args.string({
      ignoreStdin: true,
      description: "print a script for this shell",
    }),
  };
  static override readonly flags = {
    install: Flags.boolean({ summary: "install kubectl_complete-domain" }),
    dir: Flags.string({ summary: "the folder to install it in; default: the plugin's" }),
  };

  /** Prints a script, installs, or says what is missing. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Completion);
    const { shell } = args;
    if (shell !== undefined) this.io.out(scriptFor(shell));
    else if (flags.install) this.io.out(installCompletion(flags.dir, this.io.env));
    else this.io.out(this.#advice());
  }

  #advice(): string {
    const there = programOnPath("kubectl_complete-domain", this.io.env);
    const first = "kubectl completes `kubectl domain` when its own completion is set up (kubectl completion --help)";
    if (there !== undefined) return `${first},\nthrough ${there}, which is on the PATH: nothing is left to do.`;
    if (programOnPath("kubectl-domain", this.io.env) === undefined)
      throw new UserError("kubectl-domain is not on the PATH, so kubectl does not know it: put its folder there");
    return `${first}\nand kubectl_complete-domain is on the PATH, which it is not: run\n  kubectl domain completion --install`;
  }
}

function scriptFor(shell: string): string {
  const script = (shellScripts as Readonly<Record<string, string>>)[shell];
  if (script !== undefined) return script;
  throw new UserError(
    `there is no completion for the shell "${shell}": it can be ${Object.keys(shellScripts).join(", ")}`,
  );
}
