import { claimBackup, namespaceOf, recordBackup } from "../claims/backup.ts";
import { inHostOrder } from "../claims/host-order.ts";
import { DomainCommand } from "../cli/command.ts";
import { Flags } from "../cli/define.ts";
import { output } from "../cli/flags.ts";
import type { Domain, HostRecord } from "../kube/objects.ts";
import { domains, hostRecords } from "../kube/resources.ts";
import { listOf, serialized } from "../output/render.ts";
import { UserError } from "../user-error.ts";

/** `kubectl domain export`. */
export class Export extends DomainCommand {
  static override readonly summary = "Write claims and their register entries, to be made again in another cluster";
  static override readonly description =
    "Writes one list to stdout: the entries of the register first, so that nobody takes a host before them, then the claims. kubectl create -f makes it again; kubectl domain adopt -f then binds the entries to the claims of that cluster.";
  static override readonly examples = [
    "<%= config.bin %> export -A > domains.yaml",
    "<%= config.bin %> export -n acme-org -o json",
  ];
  static override readonly flags = {
    "all-namespaces": Flags.boolean({ char: "A", summary: "the claims of all namespaces, and the whole register" }),
    output: output({ helpValue: "yaml|json" }),
  };

  /** Writes the list, and nothing else. Throws UserError for another format. */
  async run(): Promise<void> {
    const { flags } = await this.parse(Export);
    const format = flags.output || "yaml";
    if (format !== "yaml" && format !== "json")
      throw new UserError(`unable to export in the output format "${format}", allowed formats are: json,yaml`);
    const cluster = await this.connect(flags);
    const namespace = flags["all-namespaces"] ? undefined : cluster.namespace;
    // The register first: a host that is taken between the two has a claim without an entry, never an entry of nobody's.
    const records = await cluster.list<HostRecord>(hostRecords, {});
    const claims = await cluster.list<Domain>(domains, { namespace });
    const wanted = records.filter((record) => namespace === undefined || namespaceOf(record) === namespace);
    const leaving = claims.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    for (const { metadata } of leaving)
      this.note(`${metadata.namespace ?? ""}/${metadata.name} is being released and is left out`);
    const items = [
      ...inHostOrder(wanted, ({ spec }) => spec.host).map(recordBackup),
      ...claims.filter((claim) => !leaving.includes(claim)).map(claimBackup),
    ];
    this.io.out(await serialized(listOf(items), format));
  }
}
