import type { ApiObject } from "../kube/objects.ts";
import { oneLine } from "./harmless.ts";
import { width } from "./width.ts";
import { wrapped } from "./wrap.ts";

/** A form for machines. */
export type Format = "json" | "yaml";

/** Objects or results as JSON (four spaces, as kubectl's) or YAML, with their keys sorted and without managedFields. */
export async function serialized(data: unknown, format: Format): Promise<string> {
  const plain = sorted(data);
  // JSON leaves the controls above ASCII as they are; YAML does not.
  if (format === "json") return JSON.stringify(plain, undefined, 4).replace(/[\x7f-\x9f]/g, escaped);
  const { dump } = await import("js-yaml");
  return dump(plain, { lineWidth: -1, noRefs: true, seqNoIndent: true, quoteStyle: "double" }).replace(/\n$/, "");
}

/** The list that `kubectl get -o json` makes of several objects. */
export function listOf(items: readonly ApiObject[]): unknown {
  return { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
}

/**
 * Lines with their columns below each other, two spaces apart; no space at the end of a line. Where a line is longer than
 * `room`, its last cell goes on below itself. Whatever a cell has, it makes no line of its own, and nothing that a terminal obeys.
 */
export function columns(texts: readonly (readonly string[])[], indent = "", room?: number): string {
  const rows = texts.map((row) => row.map(oneLine));
  const widths: number[] = [];
  const alone = (row: readonly string[]): boolean => row.length === 1;
  for (const row of rows)
    if (!alone(row)) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, width(cell))));
  const lines = rows.flatMap((row) => (alone(row) ? [row] : folded(row, widths, indent, room)));
  return lines
    .map(
      (row) =>
        indent +
        row
          .map((cell, at) => (alone(row) ? cell : cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - width(cell)))))
          .join("  ")
          .trimEnd(),
    )
    .join("\n");
}

/** The narrowest column that sentences are folded into. */
const narrowest = 24;

function folded(
  row: readonly string[],
  widths: readonly number[],
  indent: string,
  room: number | undefined,
): readonly (readonly string[])[] {
  const last = row.length - 1;
  const before = widths.slice(0, last).reduce((sum, one) => sum + one + 2, indent.length);
  if (room === undefined || room - before < narrowest) return [row];
  const [first = "", ...rest] = wrapped(row[last] ?? "", room - before).split("\n");
  return [[...row.slice(0, last), first], ...rest.map((text) => [...row.slice(0, last).map(() => ""), text])];
}

function escaped(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).filter(([key, field]) => field !== undefined && key !== "managedFields");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]));
}
