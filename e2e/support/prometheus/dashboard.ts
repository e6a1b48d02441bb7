import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../world/project.ts";

/** What the panels of the chart's dashboard ask Prometheus. */
export function dashboardQueries(): readonly string[] {
  const { panels } = JSON.parse(readFileSync(join(PROJECT, "charts/domain-claims/files/dashboard.json"), "utf8")) as {
    readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  };
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}
