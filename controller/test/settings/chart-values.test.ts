import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { expect, test } from "vitest";
import { flag, flagNames } from "../../src/settings/flags.ts";
import type { FlagName } from "../../src/settings/flags.ts";

// Writes them anew: npx vitest run --project unit chart-values --update
const chart = join(import.meta.dirname, "../../../charts/domain-claims");
const read = (name: string): string => readFileSync(join(chart, name), "utf8");

/** Flags that have a value of their own in the chart, as their value comes from a Secret or is needed. */
const elsewhere: Readonly<Partial<Record<FlagName, string>>> = {
  "kong-admin-url": "kong.adminUrl",
  "kong-admin-token-file": "kong.token",
  "kong-admin-ca-file": "kong.ca",
  "kong-admin-client-cert-file": "kong.clientCertificate",
  "kong-admin-client-key-file": "kong.clientCertificate",
};

/** Settings that the chart's templates read, too: they have their value in values.yaml. */
const readByTemplates: readonly FlagName[] = ["ingress-class", "ingress-controller-name", "health-address"];

/** What holds in a release where nothing is said: its pods know their namespace, and the template names the Lease. */
const ofTheRelease: Readonly<Partial<Record<FlagName, string>>> = {
  "system-namespace": "the release's namespace",
  "lease-namespace": "the release's namespace",
  "lease-name": "the release's name",
};

/** What ends when it is done is no setting of a Deployment. */
const notForDeployments: readonly FlagName[] = [
  ...(["report-only", "watch", "report-format", "before-uninstall", "before-uninstall-timeout"] as const),
];

const settings = flagNames.filter((name) => !(name in elsewhere) && !notForDeployments.includes(name));

test("values.yaml has every setting of the controller, and no other", async () => {
  const lines = settings.flatMap((name) => {
    const { help, default: usual, defaultText } = flag(name);
    const otherwise = ofTheRelease[name] ?? defaultText ?? usual;
    const value = readByTemplates.includes(name) ? String(usual) : "null";
    return [`  # ${help}${otherwise === undefined ? "" : ` Default: ${otherwise}.`}`, `  ${name}: ${value}`];
  });
  const block = ["settings:", ...lines, "# end of settings"].join("\n");
  const values = read("values.yaml").replace(/^settings:.*?^# end of settings$/ms, () => block);
  await expect(values).toMatchFileSnapshot(join(chart, "values.yaml"));
});

test("values.schema.json describes every setting in the words of the controller's help", async () => {
  const schema = JSON.parse(read("values.schema.json")) as { properties: { settings: object } };
  const described = {
    ...schema.properties.settings,
    required: readByTemplates,
    properties: Object.fromEntries(
      settings.map((name) => [name, { description: flag(name).help, ...valuesOf(name) }] as const),
    ),
  };
  const whole = { ...schema, properties: { ...schema.properties, settings: described } };
  const text = await format(JSON.stringify(whole), { parser: "json", printWidth: 120 });
  await expect(text).toMatchFileSnapshot(join(chart, "values.schema.json"));
});

test("the values that settings have elsewhere are in values.yaml, and the template names their flags", () => {
  for (const [name, path] of Object.entries(elsewhere)) {
    const [, key = ""] = path.split(".");
    expect(read("values.yaml")).toMatch(new RegExp(`^  ${key}:`, "m"));
    expect(read("templates/_arguments.tpl")).toContain(`--${name}=`);
  }
});

test("the chart is of the controller's version", () => {
  const { version } = JSON.parse(readFileSync(join(chart, "../../controller/package.json"), "utf8")) as {
    version: string;
  };
  expect(read("Chart.yaml")).toContain(`\nappVersion: ${version}\n`);
});

function valuesOf(name: FlagName): object {
  if (readByTemplates.includes(name)) return { type: "string" };
  const { takes, repeatable, switch: isSwitch } = flag(name);
  if (Array.isArray(takes)) return { enum: [...takes, null] };
  if (isSwitch) return { type: ["boolean", "null"] };
  if (takes === "number") return { type: ["integer", "null"] };
  return { type: repeatable ? ["string", "array", "null"] : ["string", "null"] };
}
