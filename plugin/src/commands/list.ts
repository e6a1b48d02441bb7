import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";

import type { Cluster, Scope } from "../kube/cluster.ts";
import { DomainCommand } from "../cli/command.ts";
import { display } from "../output/display.ts";
import { ApiError } from "../kube/errors.ts";
import { UserError } from "../user-error.ts";
import { output } from "../cli/flags.ts";
import type { Domain, Row, Table } from "../kube/objects.ts";
import { listOf, serialized } from "../output/render.ts";
import { domains, reference } from "../kube/resources.ts";
import { tablePrinter } from "../output/table.ts";

/** `kubectl domain list [NAME..]`. */
export class List extends DomainCommand {
  static override readonly summary = "List the claims of a namespace, as kubectl get domains does";
  static override readonly aliases = ["ls", "get"];
  static override readonly examples = [
    "<%= config.bin %> list",
    "<%= config.bin %> list -A -o wide",
    "<%= config.bin %> list -w",
  ];
  static override readonly args = {
    name: Args.string({ multiple: true, ignoreStdin: true, description: "names of claims; default: all" }),
  };
  static override readonly flags = {
    "all-namespaces": Flags.boolean({ char: "A", summary: "the claims of all namespaces" }),
    selector: Flags.string({ char: "l", summary: "only claims with these labels" }),
    "field-selector": Flags.string({ summary: "only claims with these fields" }),
    watch: Flags.boolean({ char: "w", summary: "go on and show changes" }),
    "no-headers": Flags.boolean({ summary: "no line of headers" }),
    "show-labels": Flags.boolean({ summary: "show labels as the last column" }),
    output: output(),
  };

  /** Prints the claims. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(List);
    const cluster = await this.connect(flags);
    const all = flags["all-namespaces"];
    const names = args.name ?? [];
    if (names.length > 0 && all) throw new UserError("a resource cannot be retrieved by name across all namespaces");
    if (names.length > 0 && (flags.selector !== undefined || flags["field-selector"] !== undefined))
      throw new UserError("name cannot be provided when a selector is specified");
    const scope = {
      namespace: all ? undefined : cluster.namespace,
      labelSelector: flags.selector,
      fieldSelector: flags["field-selector"],
    };
    if (flags.output === "json" || flags.output === "yaml")
      return await this.#objects(cluster, scope, names, flags.output, flags.watch);
    const print = tablePrinter({
      wide: flags.output === "wide",
      namespaces: all,
      labels: flags["show-labels"],
      headers: !flags["no-headers"],
      host: display,
    });
    const show = (table: Table): void => {
      if (flags.output === "name") for (const row of table.rows ?? []) this.io.out(reference(row.object.metadata.name));
      else this.io.out(print(table));
    };
    const table = named(await cluster.table(domains, scope), names);
    if ((table.rows ?? []).length > 0) show(table);
    else if (!flags.watch)
      this.io.err(all ? "No resources found" : `No resources found in ${cluster.namespace} namespace.`);
    if (flags.watch)
      for await (const change of changes<Table>(cluster, scope, table.metadata?.resourceVersion, this.io.sleep, true)) {
        const wanted = named({ ...table, ...change, columnDefinitions: table.columnDefinitions ?? [] }, names, false);
        if ((wanted.rows ?? []).length > 0) show(wanted);
      }
  }

  async #objects(
    cluster: Cluster,
    scope: Scope,
    names: readonly string[],
    format: "json" | "yaml",
    watch: boolean,
  ): Promise<void> {
    const separator = format === "yaml" ? "---\n" : "";
    if (names.length === 1 && !watch) {
      this.io.out(await serialized(await cluster.read(domains, scope.namespace, names[0] ?? ""), format));
      return;
    }
    const found = await cluster.list<Domain>(domains, scope);
    for (const name of names) if (!found.some(({ metadata }) => metadata.name === name)) throw notFound(name);
    const items = found.filter(({ metadata }) => names.length === 0 || names.includes(metadata.name));
    const full = items.map((item) => ({
      ...item,
      apiVersion: `${domains.group}/${domains.version}`,
      kind: domains.kind,
    }));
    if (!watch) {
      this.io.out(await serialized(listOf(full), format));
      return;
    }
    for (const item of full) this.io.out(separator + (await serialized(item, format)));
    for await (const item of changes<Domain>(cluster, scope, undefined, this.io.sleep, false))
      if (names.length === 0 || names.includes(item.metadata.name))
        this.io.out(separator + (await serialized(item, format)));
  }
}

/** What changes from now on, until the process ends; a watch that the server ends is opened again. */
async function* changes<T>(
  cluster: Cluster,
  scope: Scope,
  resourceVersion: string | undefined,
  sleep: (milliseconds: number) => Promise<void>,
  asTable: boolean,
): AsyncGenerator<T, void> {
  const { signal } = new AbortController();
  let from = resourceVersion;
  for (;;) {
    for await (const { object } of cluster.watch<T>(domains, scope, from, signal, asTable)) {
      from = versionOf(object) ?? from;
      yield object;
    }
    await sleep(200);
  }
}

function versionOf(object: unknown): string | undefined {
  const { metadata, rows } = object as { metadata?: { resourceVersion?: string }; rows?: readonly Row[] };
  return rows?.at(-1)?.object.metadata.resourceVersion ?? metadata?.resourceVersion;
}

function named(table: Table, names: readonly string[], all = true): Table {
  if (names.length === 0) return table;
  const rows = table.rows ?? [];
  for (const name of names) if (all && !rows.some(({ object }) => object.metadata.name === name)) throw notFound(name);
  return { ...table, rows: rows.filter(({ object }) => names.includes(object.metadata.name)) };
}

function notFound(name: string): ApiError {
  return new ApiError(404, "NotFound", `domains.${domains.group} "${name}" not found`);
}
