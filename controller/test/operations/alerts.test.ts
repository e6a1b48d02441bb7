import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, test } from "vitest";
import { metricTable, prefix } from "../../src/operations/metric-table.ts";
import type { MetricRow } from "../../src/operations/metric-table.ts";
import { alerts } from "./alerts.ts";

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

const files = join(import.meta.dirname, "../../../charts/domain-claims/files");
const dashboard = load(readFileSync(join(files, "dashboard.json"), "utf8")) as Dashboard;

const expressions = [
  ...alerts().map(({ alert, expr, annotations }) => [alert, expr, Object.values(annotations).join()] as const),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => [title, expr, legendFormat] as const),
  ),
];

/** All pieces of an expression that the grammar calls so; `⚠` is what it can't read. */
function pieces(expression: string, name: string): readonly string[] {
  const found: string[] = [];
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.name === name) found.push(expression.slice(node.from, node.to));
    },
  });
  return found;
}

/** The metric of ours that a series belongs to, by the name that Prometheus gives it. */
function rowOf(series: string): MetricRow | undefined {
  const name = series.slice(prefix.length);
  const rows: Readonly<Record<string, MetricRow>> = metricTable;
  const histogram = rows[name.replace(/_(bucket|count|sum)$/, "")];
  return rows[name] ?? (histogram?.type === "histogram" ? histogram : undefined);
}

describe.each(expressions)("%s: %s", (_, expression, shown) => {
  test("is PromQL", () => {
    expect(pieces(expression, "⚠")).toEqual([]);
  });

  test("asks for metrics and labels that there are", () => {
    const series = pieces(expression, "Identifier").filter((name) => !name.startsWith("process_"));
    expect(series).not.toEqual([]);
    const known = [...series.flatMap((name) => rowOf(name)?.labels ?? []), "namespace", "job", "instance", "le"];
    for (const name of series) expect(rowOf(name), name).toBeDefined();
    for (const label of pieces(expression, "LabelName")) expect(known).toContain(label);
    for (const [, label] of shown.matchAll(/\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g)) expect(known).toContain(label);
  });
});

test("what is no PromQL is noticed", () => {
  expect(pieces("sum by (queue) domain_claims_queue_depth) > ", "⚠")).not.toEqual([]);
});

test("an alert says what it means and what to do, and how bad it is", () => {
  for (const { alert, labels, annotations } of alerts()) {
    expect(alert).toMatch(/^DomainClaims[A-Z]/);
    expect(["critical", "warning", "info"]).toContain(labels.severity);
    expect(annotations.description).toMatch(/\.$/);
    expect(annotations.summary).not.toMatch(/\.$/);
  }
});
