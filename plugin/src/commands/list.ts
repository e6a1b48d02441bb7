import type { Cluster, Scope } from "../kube/cluster.ts";
import { DomainCommand } from "../cli/command.ts";
import { Args, Flags } from "../cli/define.ts";
import { display } from "../output/display.ts";
import { ApiError } from "../kube/errors.ts";
import { UserError } from "../user-error.ts";
import { anyOutput, isFormat, sortBy } from "../cli/flags.ts";
import type { Domain, Row, Table } from "../kube/objects.ts";
import { listOf, serialized } from "../output/render.ts";
import { domains, reference } from "../kube/resources.ts";
import { capped } from "../output/more.ts";
import { controllerState, kongAway } from "../claims/controller-state.ts";
import type { ControllerState } from "../claims/controller-state.ts";
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
    "sort-by": sortBy,
    output: anyOutput(),
  };

  /** Prints the claims. Throws UserError where names and selectors are given together. */
  async run(): Promise<void> {
    const { args, flags } = await this.parse(List);
    const all = flags["all-namespaces"];
    const format = flags.output ?? "";
    const names = args.name ?? [];
    if (!isFormat(format) || flags["sort-by"] !== undefined)
      return await this.byKubectl(
        ["get", `${domains.plural}.${domains.group}`, ...names, ...kubectlFlags(flags)],
        flags,
      );
    const cluster = await this.connect(flags);
    if (names.length > 0 && all) throw new UserError("a resource cannot be retrieved by name across all namespaces");
    if (names.length > 0 && (flags.selector !== undefined || flags["field-selector"] !== undefined))
      throw new UserError("name cannot be provided when a selector is specified");
    const scope = {
      namespace: all ? undefined : cluster.namespace,
      labelSelector: flags.selector,
      fieldSelector: flags["field-selector"],
    };
    if (format === "json" || format === "yaml") return await this.#objects(cluster, scope, names, format, flags.watch);
    const print = tablePrinter({
      wide: format === "wide",
      namespaces: all,
      labels: flags["show-labels"],
      headers: !flags["no-headers"],
      host: display,
    });
    const show = (table: Table): void => {
      if (format === "name") for (const row of table.rows ?? []) this.io.out(reference(row.object.metadata.name));
      else this.io.out(print(table));
    };
    const table = named(await cluster.table(domains, scope), names);
    // over the same connection, as to set up another one takes longer than to print
    const controller = format === "name" ? undefined : controllerState(cluster, this.io.now());
    if ((table.rows ?? []).length > 0) show(table);
    else if (!flags.watch)
      this.io.err(all ? "No resources found" : `No resources found in ${cluster.namespace} namespace.`);
    if (format !== "name") this.#standstill(table, all, await controller);
    if (!flags.watch) return;
    const again = async (): Promise<Table> => await cluster.table(domains, scope);
    for await (const change of changes<Table>(cluster, scope, table, this.io.sleep, again)) {
      const wanted = named({ ...table, ...change, columnDefinitions: table.columnDefinitions ?? [] }, names, false);
      if ((wanted.rows ?? []).length > 0) show(wanted);
    }
  }

  /** Says what the columns don't: which claims are being released, and who is away, so that nothing changes. */
  #standstill({ rows = [] }: Table, all: boolean, controller: ControllerState | undefined): void {
    const claims = rows.map(({ object }) => object as Domain);
    const leaving = claims.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const stuck = claims.filter((claim) => kongAway(claim) !== undefined);
    if (leaving.length > 0) this.note(`being released: ${few(leaving, all)}`);
    if (stuck.length > 0) this.note(`Kong does not answer, so nothing changes there for ${few(stuck, all)}`);
    this.noteAbsence(controller);
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
    for await (const item of changes<Domain>(cluster, scope, undefined, this.io.sleep, undefined))
      if (names.length === 0 || names.includes(item.metadata.name))
        this.io.out(separator + (await serialized(item, format)));
  }
}

/**
 * What changes from now on, until the process ends. A watch that breaks is opened again; where what came in between is
 * lost (410), `again` gives everything as it is now, and that comes first.
 */
async function* changes<T>(
  cluster: Cluster,
  scope: Scope,
  start: T | undefined,
  sleep: (milliseconds: number) => Promise<void>,
  again: (() => Promise<T>) | undefined,
): AsyncGenerator<T, void> {
  const { signal } = new AbortController();
  let from = start === undefined ? undefined : listVersion(start);
  for (;;) {
    try {
      const asTable = again !== undefined;
      for await (const { object } of cluster.watch<T>(domains, scope, from, signal, asTable)) {
        from = versionOf(object) ?? from;
        yield object;
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 410) throw error;
      const now = await again?.();
      from = now === undefined ? undefined : listVersion(now);
      if (now !== undefined) yield now;
    }
    await sleep(200);
  }
}

/** The version that a list is of; its rows have older ones. */
function listVersion(list: unknown): string | undefined {
  return (list as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
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

/** The names of claims, a few of them, with their namespaces where these differ. */
function few(claims: readonly Domain[], all: boolean): string {
  const { shown, more } = capped(claims, 5);
  const names = shown.map(({ metadata: { namespace = "", name } }) => (all ? `${namespace}/${name}` : name));
  return [...names, ...(more === undefined ? [] : [more])].join(", ");
}

interface ListFlags {
  readonly "all-namespaces": boolean;
  readonly selector: string | undefined;
  readonly "field-selector": string | undefined;
  readonly watch: boolean;
  readonly "no-headers": boolean;
  readonly "show-labels": boolean;
  readonly "sort-by": string | undefined;
  readonly output: string | undefined;
}

/** The flags of the list as kubectl get takes them. */
function kubectlFlags(flags: ListFlags): readonly string[] {
  const names = [
    "all-namespaces",
    "selector",
    "field-selector",
    "watch",
    "no-headers",
    "show-labels",
    "sort-by",
    "output",
  ] as const;
  return names.flatMap((name) => {
    const value = flags[name];
    return value === undefined || value === false ? [] : [value === true ? `--${name}` : `--${name}=${value}`];
  });
}
