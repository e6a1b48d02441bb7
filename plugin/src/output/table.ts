import type { Column, Row, Table } from "../kube/objects.ts";
import { harmless } from "./harmless.ts";
import { width } from "./width.ts";

/** What of a table is shown, and how. */
export interface TableStyle {
  /** Shows columns with a priority too. */
  readonly wide: boolean;
  /** Puts the namespace first. */
  readonly namespaces: boolean;
  readonly labels: boolean;
  readonly headers: boolean;
  /** A cell of the column HOST, as people should see it. */
  readonly host: (host: string) => string;
}

/**
 * Prints a server's tables as `kubectl get` does: upper-case headers, columns at least six wide and three apart, and
 * widths that are remembered from one call to the next, so that the rows of a watch stay in line.
 * https://github.com/kubernetes/cli-runtime/blob/master/pkg/printers/tableprinter.go
 */
export function tablePrinter(style: TableStyle): (table: Table) => string {
  const widths: number[] = [];
  let columns: readonly Column[] | undefined;
  return (table) => {
    const headersDue = columns === undefined && style.headers;
    columns ??= table.columnDefinitions ?? [];
    const known = columns;
    const header = [
      ...(style.namespaces ? ["NAMESPACE"] : []),
      ...visible(known, style).map(({ name }) => name.toUpperCase()),
      ...(style.labels ? ["LABELS"] : []),
    ];
    const rows = (table.rows ?? []).map((row) => cells(row, known, style));
    return layOut(headersDue ? [header, ...rows] : rows, widths);
  };
}

function visible(columns: readonly Column[], { wide }: TableStyle): readonly Column[] {
  return columns.filter(({ priority }) => wide || priority === 0);
}

function cells(row: Row, columns: readonly Column[], style: TableStyle): readonly string[] {
  const { namespace = "", labels } = row.object.metadata;
  const shown = columns.flatMap(({ name, priority }, at) => {
    if (!style.wide && priority > 0) return [];
    const cell = cellText(row.cells[at]);
    return [name.toUpperCase() === "HOST" ? style.host(cell) : cell];
  });
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    ...(style.namespaces ? [namespace] : []),
    ...shown,
    ...(style.labels ? [pairs.length === 0 ? "<none>" : pairs.sort().join(",")] : []),
  ];
}

/** A cell ends at its first line, as kubectl prints it. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  const text = typeof cell === "string" ? cell : JSON.stringify(cell);
  const end = text.search(/[\f\n\r]/);
  return harmless(end === -1 ? text : `${text.slice(0, end)}...`);
}

/** Go's tabwriter with kubectl's settings: the last cell of a line is not filled up. */
function layOut(lines: readonly (readonly string[])[], widths: number[]): string {
  for (const line of lines)
    line.slice(0, -1).forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 6, width(cell) + 3)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => (at === line.length - 1 ? cell : cell + " ".repeat((widths[at] ?? 0) - width(cell))))
        .join(""),
    )
    .join("\n");
}
