import { styleText } from "node:util";

import { DomainCommand } from "../cli/command.ts";
import { Exit } from "../cli/exit.ts";
import { output } from "../cli/flags.ts";
import { version } from "../cli/version.ts";
import { examine } from "../doctor/doctor.ts";
import type { Finding, State } from "../doctor/finding.ts";
import { fixLines } from "../output/fix-lines.ts";
import { columns } from "../output/render.ts";

const colours: Readonly<Record<State, "green" | "yellow" | "red" | "gray">> = {
  ok: "green",
  warning: "yellow",
  problem: "red",
  unknown: "gray",
};

/** `kubectl domain doctor`. */
export class Doctor extends DomainCommand {
  static override readonly summary = "Check the installation from where you stand, and say what helps";
  static override readonly description =
    "Looks at the API server and its clock, the kinds, the controller, Kong and the proof of changes as the controller tells them, your rights in the namespace, the IngressClass, and the namespace's claims and Ingresses. Ends with 1 where something does not work. What you may not read is said to be unknown.";
  static override readonly examples = ["<%= config.bin %> doctor", "<%= config.bin %> doctor -n acme-org -o json"];
  static override readonly args = {};
  static override readonly flags = { output: output() };

  /** Prints what was found. Throws Exit(1) where something does not work. */
  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const cluster = await this.connect(flags);
    const findings = await examine({ cluster, now: this.io.now(), version });
    const printed = await this.printed(
      flags.output,
      findings,
      findings.map(({ check, state }) => `${check}/${state}`),
    );
    if (!printed) this.#tell(findings);
    if (findings.some(({ state }) => state === "problem")) throw new Exit(1);
  }

  #tell(findings: readonly Finding[]): void {
    const rows = findings.map(({ check, state, message }) => [state, check, message]);
    const lines = columns(rows, "", this.io.width);
    // Colours come last: what is in a cell can't have one.
    this.io.out(lines.replace(/^(?:ok|warning|problem|unknown)\b/gm, (state) => this.#painted(state as State)));
    for (const line of fixLines(fixesOf(findings), this.io.width)) this.io.out(line);
  }

  #painted(state: State): string {
    return this.io.colour ? styleText(colours[state], state, { validateStream: false }) : state;
  }
}

/** What helps, each thing once. */
function fixesOf(findings: readonly Finding[]): readonly NonNullable<Finding["fix"]>[] {
  const all = findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  return [...new Map(all.map((fix) => [`${fix.what} ${fix.command ?? ""}`, fix])).values()];
}
