import { styleText } from "node:util";

import * as Args from "@oclif/core/args";

import { meant } from "../claims/claims.ts";
import { DomainCommand } from "../cli/command.ts";
import { explanation } from "../claims/explanation.ts";
import type { Explanation } from "../claims/explanation.ts";
import { explanationText } from "../output/explanation-text.ts";
import { output } from "../cli/flags.ts";
import { reference } from "../kube/resources.ts";

const colours = { OK: "green", Failed: "red", Pending: "yellow" } as const;

/** `kubectl domain explain HOST|NAME`. */
export class Explain extends DomainCommand {
  static override readonly summary = "Say why a host is served, or not, and the command that fixes it";
  static override readonly description =
    "Shows the claim, the search that was made for its primary, who holds the host, what serves it, its conditions and events. What you may not read is named and left out.";
  static override readonly examples = [
    "<%= config.bin %> explain marvin.acme.org",
    "<%= config.bin %> explain domain/acme",
  ];
  static override readonly args = {
    host: Args.string({ required: true, ignoreStdin: true, description: "the host, or the name of its claim" }),
  };
  static override readonly flags = { output: output() };

  /** Prints the explanation, and returns it. */
  async run(): Promise<Explanation> {
    const { args, flags } = await this.parse(Explain);
    const cluster = await this.connect(flags);
    const { claim, host, note } = await meant(cluster, args.host);
    if (note !== undefined) this.io.err(`note: ${note}`);
    const why = await explanation(cluster, host, claim);
    if (await this.printed(flags.output, why, claim === undefined ? [] : [reference(claim.metadata.name)])) return why;
    this.io.out(explanationText(why, this.io.now(), (phase) => this.#painted(phase)));
    return why;
  }

  #painted(phase: string): string {
    const colour = colours[phase as keyof typeof colours] as (typeof colours)[keyof typeof colours] | undefined;
    // the colour was asked for of our own stdout already (io.colour)
    return this.io.colour && colour !== undefined ? styleText(colour, phase, { validateStream: false }) : phase;
  }
}
