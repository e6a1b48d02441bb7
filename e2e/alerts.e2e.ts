import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertCases } from "./alerts/cases.ts";
import type { AlertCase } from "./alerts/cases.ts";
import { promtool, promtoolProgram } from "./support/prometheus/promtool.ts";
import { PROJECT } from "./support/world/project.ts";

// The alerts of the chart, in Prometheus' own hands: when each fires, and when it does not.

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const folder = mkdtempSync(join(tmpdir(), "domain-claims-alerts-"));
const rulesFile = join(folder, "rules.yaml");
const rules = load(readFileSync(join(PROJECT, "charts/domain-claims/files/alerts.yaml"), "utf8")) as readonly Rule[];

beforeAll(async () => {
  await promtoolProgram();
  writeFileSync(rulesFile, JSON.stringify({ groups: [{ name: "domain-claims", rules }] }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("promtool has nothing to say about the rules", async () => {
  expect(await promtool(["check", "rules", "--lint=all", "--lint-fatal", rulesFile])).toEqual([]);
});

test("every alert has a case in which it fires and one moment at which it does not, and there are no others", () => {
  expect(Object.keys(alertCases).sort()).toEqual(rules.map(({ alert }) => alert).sort());
  for (const [alert, cases] of Object.entries(alertCases)) {
    expect(
      cases.flatMap(({ fires }) => fires),
      alert,
    ).not.toEqual([]);
    expect(
      cases.flatMap(({ quiet }) => quiet),
      alert,
    ).not.toEqual([]);
  }
});

describe.each(rules.map((rule) => [rule.alert, rule] as const))("%s", (alert, rule) => {
  test.each((alertCases[alert] ?? []).map((one) => [one.when, one] as const))("when %s", async (_, one) => {
    expect(await problems(rule, one)).toEqual([]);
  });
});

test("a case that is not so is noticed", async () => {
  const [rule] = rules;
  const [one] = alertCases["DomainClaimsNotScraped"] ?? [];
  if (rule === undefined || one === undefined) throw new Error("there is no alert");
  expect((await problems(rule, { ...one, quiet: one.fires, fires: one.quiet })).join()).toContain(
    "DomainClaimsNotScraped",
  );
});

/** What promtool says of a case that is not so. */
async function problems(rule: Rule, { series, quiet, fires, labels = {} }: AlertCase): Promise<readonly string[]> {
  const where = rule.alert === "DomainClaimsNotScraped" ? {} : { namespace: "kong-system", job: "claims" };
  const alert = {
    exp_labels: { ...rule.labels, ...where, ...labels },
    exp_annotations: Object.fromEntries(
      Object.entries(rule.annotations).map(([name, text]) => [
        name,
        text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? ""),
      ]),
    ),
  };
  const at = (times: readonly string[], expected: readonly object[]): readonly object[] =>
    times.map((time) => ({ eval_time: time, alertname: rule.alert, exp_alerts: expected }));
  const tested = {
    interval: "1m",
    input_series: Object.entries(series).map(([name, values]) => ({ series: `domain_claims_${name}`, values })),
    alert_rule_test: [...at(quiet, []), ...at(fires, [alert])],
  };
  const file = join(folder, "case.yaml");
  writeFileSync(file, JSON.stringify({ rule_files: [rulesFile], evaluation_interval: "1m", tests: [tested] }));
  return await promtool(["test", "rules", file]);
}
