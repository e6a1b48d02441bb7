import { styleText } from "node:util";

import type { Phase } from "@domain-claims/crds/domain";

import { meant } from "../claims/claims.ts";
import { explanation } from "../claims/explanation.ts";
import type { Explanation } from "../claims/explanation.ts";
import { ingressExplanation } from "../claims/ingress-explanation.ts";
import type { IngressExplanation } from "../claims/ingress-explanation.ts";
import { DomainCommand, isForPeople } from "../cli/command.ts";
import { Args } from "../cli/define.ts";
import { output } from "../cli/flags.ts";
import { reference } from "../kube/resources.ts";
import { explanationText } from "../output/explanation-text.ts";
import { ingressExplanationText } from "../output/ingress-explanation-text.ts";
import { UserError } from "../user-error.ts";

/** What kubectl calls Ingresses. */
const ingress = "ingress|ingresses|ing";

/** As kubectl takes the names of Ingresses. */
const ingressName = new RegExp(`^(?:${ingress})(?:\\.networking\\.k8s\\.io)?/(.+)$`);

/** A kind by itself, as in `ingress web`. */
const kind = new RegExp(`^(?:${ingress}|domain|domains|dclaim)$`);

/** `ingress web`, as kubectl takes it too, is `ingress/web`. Throws UserError for kinds that are not explained. */
function named([first = "", ...rest]: readonly string[]): readonly string[] {
  const texts = rest.length > 0 && kind.test(first) ? rest.map((name) => `${first}/${name}`) : [first, ...rest];
  const other = texts.map((text) => /^([a-z]+)\/[^/]+$/.exec(text)?.[1]).find((word) => word !== undefined && !kind.test(word)); // prettier-ignore
  if (other !== undefined)
    throw new UserError(`of the kind "${other}" nothing is explained: say HOST, domain/NAME or ingress/NAME`);
  return texts;
}

const colours: Readonly<Record<Phase, "green" | "red" | "yellow">> = {
  OK: "green",
  Failed: "red",
  Pending: "yellow",
};

/** `kubectl domain explain HOST|NAME..`. */
export class Explain extends DomainCommand {
  static override readonly summary = "Say why a host or an Ingress is served, or not, and the command that fixes it";
  static override readonly description =
    "Shows the claim, the search that was made for its primary, who holds the host, what serves it, each path of it, its conditions and events; of an Ingress, each host and path: live, or why not and what helps. Of a host that nobody here claims it says what a claim would be told. What you may not read is named and left out.";
  static override readonly examples = [
    "<%= config.bin %> explain marvin.acme.org",
    "<%= config.bin %> explain domain/acme",
    "<%= config.bin %> explain ingress/web -n acme-org",
  ];
  static override readonly usage = "explain HOST|NAME|ingress/NAME...";
  static override readonly args = {
    host: Args.string({
      required: true,
      multiple: true,
      ignoreStdin: true,
      description: "hosts, the names of their claims, or ingress/NAME",
    }),
  };
  static override readonly flags = { output: output() };

  /** Prints an explanation of each. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const cluster = await this.connect(flags);
    const people = isForPeople(flags.output);
    const texts = named(args.host);
    let first = true;
    const say = (text: string): void => {
      if (!first) this.io.out("");
      first = false;
      this.io.out(text);
    };
    await this.each(
      texts,
      async (text): Promise<Explanation | IngressExplanation> => {
        const name = ingressName.exec(text)?.[1];
        if (name !== undefined) {
          const why = await ingressExplanation(cluster, name);
          if (people) say(ingressExplanationText(why, this.io.width));
          return why;
        }
        const { claim, host, note } = await meant(cluster, text);
        this.note(note);
        const why = await explanation(cluster, host, claim, this.io.now());
        if (!people) return why;
        say(explanationText(why, this.io.now(), (phase) => this.#painted(phase), this.io.width));
        return why;
      },
      async (whys) => {
        const names = whys.flatMap((why) => {
          if ("ingress" in why) return [`ingress.networking.k8s.io/${why.ingress}`];
          return why.claim === undefined ? [] : [reference(why.claim.metadata.name)];
        });
        await this.printed(flags.output, texts.length === 1 ? whys[0] : whys, names);
      },
    );
  }

  #painted(phase: Phase): string {
    // the colour was asked for of our own stdout already (io.colour)
    return this.io.colour ? styleText(colours[phase], phase, { validateStream: false }) : phase;
  }
}
