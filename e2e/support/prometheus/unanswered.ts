import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promtool } from "./promtool.ts";

/** The expressions for which Prometheus would have no sample, had it scraped these metrics (its text format) for ten minutes. */
export async function unanswered(expressions: readonly string[], metrics: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "domain-claims-metrics-"));
  const file = join(folder, "scraped.yaml");
  try {
    const tested = {
      interval: "1m",
      input_series: scraped(metrics),
      promql_expr_test: expressions.map((expr) => ({ expr: `absent(${expr})`, eval_time: "10m", exp_samples: [] })),
    };
    writeFileSync(file, JSON.stringify({ rule_files: [], evaluation_interval: "1m", tests: [tested] }));
    const said = (await promtool(["test", "rules", file])).join("\n");
    return expressions.filter((expr) => said.includes(`expr: ${JSON.stringify(`absent(${expr})`)}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The samples of a scrape, as series that stay as they are; those that are no number are left out. */
function scraped(metrics: string): readonly { readonly series: string; readonly values: string }[] {
  return [...metrics.matchAll(/^([a-z]\w*(?:\{.*\})?) (\+Inf|[\d.e+-]+)$/gm)].map(([, series = "", value = ""]) => ({
    series,
    // The notation has no `Infx10`.
    values: value === "+Inf" ? Array.from({ length: 11 }, () => "Inf").join(" ") : `${value}+0x10`,
  }));
}
