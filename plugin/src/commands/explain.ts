import { styleText } from "node:util";

import * as Args from "@oclif/core/args";

import { meant } from "../claims/claims.ts";
import { explanation } from "../claims/explanation.ts";
import type { Explanation } from "../claims/explanation.ts";
import { DomainCommand } from "../cli/command.ts";
import { output } from "../cli/flags.ts";
import type { Phase } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { explanationText } from "../output/explanation-text.ts";

const colours: Readonly<Record<Phase, "green" | "red" | "yellow" | undefined>> = {
  OK: "green",
  Failed: "red",
  Pending: "yellow",
  "": undefined,
};

/** `kubectl domain explain HOST|NAME..`. */
export class Explain extends DomainCommand {
  static override readonly summary = "Say why a host is served, or not, and the command that fixes it";
  static override readonly description =
    "Shows the claim, the search that was made for its primary, who holds the host, what serves it, its conditions and events. Of a host that nobody here claims it says what a claim would be told. What you may not read is named and left out.";
  static override readonly examples = [
    "<%= config.bin %> explain marvin.acme.org",
    "<%= config.bin %> explain domain/acme",
  ];
  static override readonly usage = "explain HOST|NAME...";
  static override readonly args = {
    host: Args.string({
      required: true,
      multiple: true,
      ignoreStdin: true,
      description: "hosts, or the names of their claims",
    }),
  };
  static override readonly flags = { output: output() };

  /** Prints an explanation of each. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const cluster = await this.connect(flags);
    const people = flags.output === undefined || flags.output === "" || flags.output === "wide";
    let first = true;
    await this.each(
      args.host,
      async (text): Promise<Explanation> => {
        const { claim, host, note } = await meant(cluster, text);
        this.note(note);
        const why = await explanation(cluster, host, claim, this.io.now());
        if (!people) return why;
        if (!first) this.io.out("");
        first = false;
        this.io.out(explanationText(why, this.io.now(), (phase) => this.#painted(phase), this.io.width));
        return why;
      },
      async (whys) => {
        const names = whys.flatMap(({ claim }) => (claim === undefined ? [] : [reference(claim.metadata.name)]));
        await this.printed(flags.output, args.host.length === 1 ? whys[0] : whys, names);
      },
    );
  }

  #painted(phase: Phase): string {
    const colour = colours[phase];
    // the colour was asked for of our own stdout already (io.colour)
    return this.io.colour && colour !== undefined ? styleText(colour, phase, { validateStream: false }) : phase;
  }
}
