import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import type { Host } from "@domain-claims/crds/host";
import { display } from "../output/display.ts";

import { DomainCommand } from "../cli/command.ts";
import { output } from "../cli/flags.ts";
import { typedHost } from "../claims/host-input.ts";
import type { HostRecord } from "../kube/objects.ts";
import { heldRecords, liesBelow } from "../claims/register.ts";
import type { HeldRecord } from "../claims/register.ts";
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
    output: output(),
  };

  /** Prints the tree, and returns the records in it. */
  async run(): Promise<readonly HostRecord[]> {
    const { args, flags } = await this.parse(Tree);
    const typed = args.host === undefined ? undefined : await typedHost(args.host);
    if (typed?.note !== undefined) this.io.err(`note: ${typed.note}`);
    const cluster = await this.connect(flags);
    const wanted = (record: HeldRecord): boolean =>
      typed === undefined
        ? flags["all-namespaces"] || record.spec.holder.namespace === cluster.namespace
        : record.spec.host === typed.host || liesBelow(record.spec.host, typed.host);
    const records = await heldRecords(cluster, wanted);
    const names = records.map(({ metadata }) => `hostrecord.${hostRecords.group}/${metadata.name}`);
    if (await this.printed(flags.output, listOf(records), names)) return records;
    if (records.length === 0 && typed === undefined) this.io.err(`No hosts held in ${cluster.namespace} namespace.`);
    else this.io.out(drawn(records, typed?.host));
    return records;
  }
}

interface Node {
  readonly host: string;
  readonly record: HeldRecord | undefined;
  readonly below: Node[];
}

/** The records as a tree of names, each below the nearest one above it; `top` is drawn even if nobody holds it. */
function drawn(records: readonly HeldRecord[], top: Host | undefined): string {
  const nodes = new Map<string, Node>(
    records.map((record) => [record.spec.host, { host: record.spec.host, record, below: [] }]),
  );
  if (top !== undefined && !nodes.has(top)) nodes.set(top, { host: top, record: undefined, below: [] });
  const roots: Node[] = [];
  for (const node of [...nodes.values()].sort((a, b) => order(a.host, b.host))) {
    const above = names(node.host).find((name) => nodes.has(name));
    (above === undefined ? roots : (nodes.get(above)?.below ?? roots)).push(node);
  }
  const lines: (readonly string[])[] = [];
  for (const root of roots) draw(root, "", "", lines);
  return columns(lines);
}

function names(host: string): readonly string[] {
  const labels = host.split(".");
  return labels.slice(1).map((_, at) => labels.slice(at + 1).join("."));
}

/** Names in the order of their labels from the right, so that a name stands before those below it. */
function order(a: string, b: string): number {
  const [left, right] = [a, b].map((host) => host.split(".").reverse().join("\0"));
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function draw(node: Node, first: string, rest: string, lines: (readonly string[])[]): void {
  const holder = node.record?.spec.holder;
  lines.push([
    first + display(node.host),
    holder === undefined ? "(nobody)" : `${holder.namespace}/${holder.name}`,
    holder === undefined ? "" : holder.kind,
    holder?.authority?.kind === "delegation" ? `by delegation of ${holder.authority.namespace ?? ""}` : "",
  ]);
  for (const [at, child] of node.below.entries()) {
    const last = at === node.below.length - 1;
    draw(child, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`, lines);
  }
}
