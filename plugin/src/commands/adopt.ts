import { planAdoption } from "../claims/adoption.ts";
import type { AdoptedRecord, AdoptionProblem } from "../claims/adoption.ts";
import { recordsInBackup } from "../claims/backup.ts";
import { inHostOrder } from "../claims/host-order.ts";
import { surroundings } from "../claims/surroundings.ts";
import { DomainCommand, dryRunSuffix } from "../cli/command.ts";
import { Flags } from "../cli/define.ts";
import { dryRun, yes } from "../cli/flags.ts";
import type { Cluster, DryRun } from "../kube/cluster.ts";
import type { HostRecord } from "../kube/objects.ts";
import { hostRecords } from "../kube/resources.ts";
import { adoptionLines, problemLines } from "../output/adoption-lines.ts";
import { count } from "../output/more.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain adopt -f FILE`. */
export class Adopt extends DomainCommand {
  static override readonly summary = "Bind a restored register to the namespaces and claims of this cluster";
  static override readonly description =
    "For administrators, after a restore into another cluster, where every namespace and claim has a new UID. Binds each entry of the backup to the namespace and the claim of the names that it was written for. All of it is checked first, by the API server too; where something is in the way nothing is written. --dry-run shows what would be bound.";
  static override readonly examples = [
    "<%= config.bin %> adopt -f domains.yaml --dry-run",
    "<%= config.bin %> adopt -f domains.yaml",
  ];
  static override readonly flags = {
    filename: Flags.string({
      char: "f",
      required: true,
      helpValue: "FILE",
      summary: "what kubectl domain export wrote; - is stdin",
    }),
    "ignore-missing": Flags.boolean({
      summary: "adopt the others where namespaces or claims are missing; those entries stay reserved",
    }),
    yes,
    "dry-run": dryRun(),
  };

  /** Adopts, and says what was. Throws UserError where there is no such file, and where something can't be adopted. */
  async run(): Promise<void> {
    const { flags } = await this.parse(Adopt);
    const file = flags.filename;
    const mode = flags["dry-run"];
    const text = this.io.readFile(file);
    if (text === undefined) throw new UserError(`the path "${file}" does not exist`);
    const backup = await recordsInBackup(text, file);
    const cluster = await this.connect(flags);
    const plan = planAdoption(
      inHostOrder(backup, ({ spec }) => spec.host),
      await surroundings(cluster),
    );
    this.#judge(plan.problems, flags["ignore-missing"]);
    if (plan.done > 0) this.note(`${entries(plan.done)} of this cluster already`);
    if (plan.adopted.length === 0) return this.say("nothing is left to adopt");
    this.io.out(adoptionLines(plan.adopted));
    // Nothing is written that the API server would not take all of.
    if (mode !== "client") await this.#write(cluster, plan.adopted, "server");
    if (mode !== "none") return this.io.out(`${entries(plan.adopted.length)} adopted${dryRunSuffix(mode)}`);
    await this.confirm(`Adopt ${entries(plan.adopted.length)}, for the namespaces as they are above?`, flags.yes);
    await this.#write(cluster, plan.adopted, mode);
    this.say(
      `${entries(plan.adopted.length)} adopted; the claims hold their hosts as soon as the controller has seen it`,
    );
  }

  /** Says what can't be adopted. Throws where that stops the rest. */
  #judge(problems: readonly AdoptionProblem[], ignoreMissing: boolean): void {
    if (problems.length === 0) return;
    this.io.err(problemLines(problems));
    const stops = ignoreMissing ? problems.filter(({ kind }) => kind !== "missing") : problems;
    if (stops.length > 0)
      throw new UserError(
        `${entries(stops.length)} can't be adopted, so nothing was changed` +
          (stops.every(({ kind }) => kind === "missing")
            ? ": restore what is missing, or adopt the others with --ignore-missing"
            : ""),
      );
  }

  /** Writes the entries, or has the API server try it. What fails in between ends it, and the next run goes on from there. */
  async #write(cluster: Cluster, adopted: readonly AdoptedRecord[], mode: DryRun): Promise<void> {
    for (const [at, { record }] of adopted.entries()) {
      try {
        await (record.metadata.resourceVersion === undefined
          ? cluster.create<HostRecord>(hostRecords, record, mode)
          : cluster.replace<HostRecord>(hostRecords, record, mode));
      } catch (error) {
        const { message } = error as Error;
        const { host } = record.spec;
        if (mode !== "none") throw new UserError(`${host}: ${message}\nnothing was changed`, { cause: error });
        throw new UserError(
          `${host}: ${message}\n${count(at)} of ${count(adopted.length)} were adopted, those up to it in the list above; ` +
            `run the same command again, which goes on with the others`,
          { cause: error },
        );
      }
    }
  }
}

function entries(number: number): string {
  return `${count(number)} ${number === 1 ? "entry" : "entries"}`;
}
