import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";

/** An alert as a PrometheusRule has it. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** The alerts that the chart brings. */
export function alerts(): readonly Alert[] {
  const file = join(import.meta.dirname, "../../../charts/domain-claims/files/alerts.yaml");
  return load(readFileSync(file, "utf8")) as readonly Alert[];
}

/** All alerts as a table in Markdown, for the documentation. */
export function alertReference(): string {
  const rows = alerts().map(({ alert, expr, for: time = "at once", labels, annotations }) => {
    const { summary, description } = annotations;
    // In a table there are no templates: `{{ $labels.queue }}` is any queue.
    const text = `${summary}. ${description}`.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "($1)");
    // Between two of these a table begins its next cell, also in code.
    const code = `\`${expr.replaceAll("|", "\\|")}\``;
    return `| \`${alert}\` | ${labels.severity} | ${code} | ${time} | ${text} |`;
  });
  return [
    "| Alert | Severity | Expression | For | What it means, and what to do |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
