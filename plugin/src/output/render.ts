import type { ApiObject } from "../kube/objects.ts";

/** A form for machines. */
export type Format = "json" | "yaml";

/** Objects or results as JSON (four spaces, as kubectl's) or YAML, with their keys sorted and without managedFields. */
export async function serialized(data: unknown, format: Format): Promise<string> {
  const plain = sorted(data);
  if (format === "json") return JSON.stringify(plain, undefined, 4);
  const { dump } = await import("js-yaml");
  return dump(plain, { lineWidth: -1, noRefs: true, seqNoIndent: true, quoteStyle: "double" }).trimEnd();
}

/** The list that `kubectl get -o json` makes of several objects. */
export function listOf(items: readonly ApiObject[]): unknown {
  return { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
}

/** Lines with their columns below each other, two spaces apart; no space at the end of a line. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, width(cell))));
  return rows
    .map(
      (row) =>
        indent +
        row
          .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - width(cell)))
          .join("  ")
          .trimEnd(),
    )
    .join("\n");
}

/** Text that somebody else wrote, without what a terminal would obey; as kubectl shows it. */
export function harmless(text: string): string {
  return text
    .replaceAll("\x1b", "^[")
    .replaceAll("\r", "\\r")
    .replace(/[\0-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g, "");
}

/** The number of characters that text takes, colours not counted. */
export function width(text: string): number {
  return Array.from(text.replace(/\x1b\[\d+m/g, "")).length;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).filter(([key, field]) => field !== undefined && key !== "managedFields");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]));
}
