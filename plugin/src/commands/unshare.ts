import { hostOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import { ownPrimary, retried } from "../claims/claims.ts";
import { withoutDelegates } from "../claims/delegates.ts";
import { falling } from "../claims/falls.ts";
import type { Fall } from "../claims/falls.ts";
import { heldRecords, liesBelow } from "../claims/register.ts";
import { changed, DomainCommand } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { dryRun, output, yes } from "../cli/flags.ts";
import { namespaceList } from "../cli/inputs.ts";
import type { Cluster } from "../kube/cluster.ts";
import { isDenied } from "../kube/errors.ts";
import type { Domain } from "../kube/objects.ts";
import { reference } from "../kube/resources.ts";
import { display } from "../output/display.ts";
import { fallLines } from "../output/fall-lines.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain unshare HOST --with NS,..`. */
export class Unshare extends DomainCommand {
  static override readonly summary = "Take back what was shared: claims of those namespaces below the domain go down";
  static override readonly description =
    "Takes namespaces out of the claim's delegates, after it has said what goes down with that. --dry-run says it and changes nothing.";
  static override readonly examples = ["<%= config.bin %> unshare acme.org --with coyote-org -n acme-org"];
  static override readonly args = {
    host: Args.string({
      required: true,
      ignoreStdin: true,
      description: "the primary: its host, or the name of its claim",
    }),
  };
  static override readonly flags = {
    with: Flags.string({
      required: true,
      aliases: ["from"],
      helpValue: "NS,",
      multiple: true,
      multipleNonGreedy: true,
      summary: "the namespaces; * takes back what was given to all",
    }),
    yes,
    "dry-run": dryRun(),
    output: output(),
  };

  /** Takes shares back, and returns the claim as it is then. */
  async run(): Promise<Domain> {
    const { args, flags } = await this.parse(Unshare);
    const asked = namespaceList(flags.with);
    const mode = flags["dry-run"];
    const cluster = await this.connect(flags);
    const claim = await ownPrimary(cluster, args.host);
    const host = hostOf(claim.spec) as Host;
    const now = claim.spec.delegates ?? [];
    const named = asked.filter((name) => now.includes(name));
    if (named.length < asked.length) this.note(missing(asked, now, host));
    const left = now.filter((name) => !named.includes(name));
    const lost = (namespace: string): boolean =>
      namespace !== cluster.namespace &&
      !left.includes("*") &&
      !left.includes(namespace) &&
      (named.includes("*") || named.includes(namespace));
    if (named.length > 0 && (mode !== "none" || !flags.yes)) {
      const falls = await this.#falls(cluster, host, lost);
      if (falls !== undefined && falls.length > 0)
        this.io.err(`this ${mode === "none" ? "goes" : "would go"} down:\n${fallLines(falls)}`);
      if (falls?.length !== 0 && mode === "none")
        await this.confirm(`Stop sharing ${host} with ${named.join(", ")}?`, flags.yes);
    }
    const after =
      named.length === 0 ? claim : await retried(async () => await withoutDelegates(cluster, claim, named, mode));
    if (await this.printed(flags.output, after, [reference(after.metadata.name)])) return after;
    this.io.out(changed(after, named.length === 0 ? "unchanged" : "configured", mode));
    this.say(`${display(host)} is shared with ${left.join(", ") || "nobody else"}`);
    return after;
  }

  /** What goes down; undefined where the register can't be read. */
  async #falls(
    cluster: Cluster,
    host: Host,
    lost: (namespace: string) => boolean,
  ): Promise<readonly Fall[] | undefined> {
    try {
      const below = await heldRecords(cluster, ({ spec }) => liesBelow(spec.host, host));
      return falling(below, host, lost, false);
    } catch (error) {
      if (!isDenied(error)) throw error;
      this.note("the register can't be read, so what goes down is not known");
      return undefined;
    }
  }
}

function missing(asked: readonly string[], now: readonly string[], host: Host): string {
  const names = asked.filter((name) => !now.includes(name)).join(", ");
  const shown = display(host);
  if (now.includes("*") && !asked.includes("*"))
    throw new UserError(`${shown} is shared with all namespaces (*), ${names} not by name: take back --with '*'`);
  return `${shown} is not shared with ${names}`;
}
