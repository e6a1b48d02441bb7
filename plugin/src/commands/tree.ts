import type { Host } from "@domain-claims/crds/host";
import { display } from "../output/display.ts";

import { DomainCommand } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { limit, output } from "../cli/flags.ts";
import { inHostOrder } from "../claims/host-order.ts";
import { typedHost } from "../claims/host-input.ts";
import type { HostRecord } from "../kube/objects.ts";
import { heldRecords, liesBelow } from "../claims/register.ts";
import type { HeldRecord } from "../claims/register.ts";
import { capped } from "../output/more.ts";
import { columns, listOf } from "../output/render.ts";
import { hostRecords } from "../kube/resources.ts";

/** `kubectl domain tree [HOST]`. */
export class Tree extends DomainCommand {
  static override readonly summary = "Show who holds what below a name, from the public register";
  static override readonly examples = ["<%= config.bin %> tree acme.org", "<%= config.bin %> tree -n acme-org"];
  static override readonly args = {
    host: Args.string({ ignoreStdin: true, description: "the name on top; default: everything the namespace holds" }),
  };
  static override readonly flags = {
    "all-namespaces": Flags.boolean({ char: "A", summary: "without a HOST: the whole register" }),
    limit: limit({
      default: 50,
      helpValue: "N",
      summary: "how many names are shown below each; 0 shows all",
    }),
    output: output(),
  };

  /** Prints the tree, and returns the records in it. */
  async run(): Promise<readonly HostRecord[]> {
    const { args, flags } = await this.parse(Tree);
    const typed = args.host === undefined ? undefined : await typedHost(args.host);
    this.note(typed?.note);
    const cluster = await this.connect(flags);
    const wanted = (record: HeldRecord): boolean =>
      typed === undefined
        ? flags["all-namespaces"] || record.spec.holder.namespace === cluster.namespace
        : record.spec.host === typed.host || liesBelow(record.spec.host, typed.host);
    const records = await heldRecords(cluster, wanted);
    const names = records.map(({ metadata }) => `hostrecord.${hostRecords.group}/${metadata.name}`);
    if (await this.printed(flags.output, listOf(records), names)) return records;
    if (records.length === 0 && typed === undefined) this.io.err(`No hosts held in ${cluster.namespace} namespace.`);
    else this.io.out(drawn(records, typed?.host, flags.limit));
    return records;
  }
}

interface Node {
  readonly host: string;
  readonly record: HeldRecord | undefined;
  readonly below: Node[];
}

/** The records as a tree of names, each below the nearest one above it; `top` is drawn even if nobody holds it. */
function drawn(records: readonly HeldRecord[], top: Host | undefined, most: number): string {
  const nodes = new Map<string, Node>(
    records.map((record) => [record.spec.host, { host: record.spec.host, record, below: [] }]),
  );
  if (top !== undefined && !nodes.has(top)) nodes.set(top, { host: top, record: undefined, below: [] });
  const roots: Node[] = [];
  for (const node of inHostOrder([...nodes.values()], ({ host }) => host)) {
    const above = names(node.host).find((name) => nodes.has(name));
    (above === undefined ? roots : (nodes.get(above)?.below ?? roots)).push(node);
  }
  const lines: (readonly string[])[] = [];
  for (const root of roots) draw(root, "", "", most, lines);
  return columns(lines);
}

function names(host: string): readonly string[] {
  const labels = host.split(".");
  return labels.slice(1).map((_, at) => labels.slice(at + 1).join("."));
}

function draw(node: Node, first: string, rest: string, most: number, lines: (readonly string[])[]): void {
  const holder = node.record?.spec.holder;
  lines.push([
    first + display(node.host),
    holder === undefined ? "(nobody)" : `${holder.namespace}/${holder.name}`,
    holder === undefined ? "" : holder.kind,
    holder?.authority?.kind === "delegation" ? `by delegation of ${holder.authority.namespace ?? ""}` : "",
  ]);
  const { shown, more } = capped(node.below, most);
  for (const [at, child] of shown.entries()) {
    const last = at === node.below.length - 1;
    draw(child, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`, most, lines);
  }
  if (more !== undefined) lines.push([`${rest}└─ ${more}`]);
}
