import type { ApiObject } from "./objects.ts";

/** A form for machines. */
export type Format = "json" | "yaml";

/** Objects or results as JSON (four spaces, as kubectl's) or YAML (keys sorted, as kubectl's), without managedFields. */
export async function serialized(data: unknown, format: Format): Promise<string> {
  const plain = withoutManagedFields(data);
  if (format === "json") return JSON.stringify(plain, undefined, 4);
  const { dump } = await import("js-yaml");
  return dump(plain, { sortKeys: true, lineWidth: -1, noRefs: true }).trimEnd();
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
    .map((row) => indent + row.map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - width(cell))).join("  ").trimEnd())
    .join("\n");
}

/** The number of characters that text takes, colours not counted. */
export function width(text: string): number {
  return Array.from(text.replace(/\x1b\[\d+m/g, "")).length;
}

function withoutManagedFields(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, function (this: unknown, key: string, value: unknown) {
      return key === "managedFields" ? undefined : value;
    }),
  ) as unknown;
}
