import { flag, flagNames, variablesOf } from "./flags.ts";
import type { Flag, FlagName } from "./flags.ts";

/** What `--help` prints: every setting, grouped, with its default and its name in the environment. */
export function helpText(): string {
  const groups = Map.groupBy(flagNames, (name) => flag(name).group);
  const sections = [...groups].map(([group, names]) => `${group}:\n${names.map(entry).join("\n\n")}`);
  return `${introduction}\n\n${sections.join("\n\n")}\n\n${ending}\n`;
}

/** All settings as a table in Markdown, for the documentation. */
export function flagReference(): string {
  const rows = flagNames.map((name) => {
    const cells = [`\`--${name}\``, variablesOf(name).map(code).join(", "), shownDefault(flag(name)), flag(name).help];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| Flag | Environment | Default | Meaning |", "|---|---|---|---|", ...rows].join("\n") + "\n";
}

const introduction = `Decides who may serve which hostname on this cluster, and makes it live in Kong.

Usage:
  domain-claims-controller --kong-admin-url=URL [options]

A flag counts more than its environment variable. Durations are written as 500ms, 30s, 5m, 12h or 90d.`;

const ending = `Other:
    -h, --help:
	Print this text.

    --version:
	Print the version.`;

function entry(name: FlagName): string {
  const { takes, help, default: value } = flag(name);
  const shown = value === undefined ? `<${[takes].flat().join("|").replaceAll('"', "")}>` : value;
  return `    --${name}=${shown}:\n\t${help}${defaultNote(flag(name))}\n\tEnvironment: ${variablesOf(name).join(", ")}`;
}

function defaultNote({ defaultText }: Flag): string {
  return defaultText === undefined ? "" : ` Default: ${defaultText}.`;
}

function shownDefault({ default: value, defaultText }: Flag): string {
  return defaultText ?? (value === undefined ? "" : code(value));
}

function code(text: string): string {
  return `\`${text}\``;
}
