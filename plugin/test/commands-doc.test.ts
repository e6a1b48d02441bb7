import { join } from "node:path";

import { format } from "prettier";
import { expect, test } from "vitest";

import { commands } from "../src/commands/index.ts";
import { globalFlags } from "../src/cli/flags.ts";

interface Flag {
  readonly char?: string;
  readonly aliases?: readonly string[];
  readonly hidden?: boolean;
  readonly helpValue?: string;
  readonly type: string;
  readonly required?: boolean;
  readonly summary?: string;
  readonly allowNo?: boolean;
}

interface Arg {
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly description?: string;
}

type Example = string | { readonly description?: string; readonly command: string };

const bin = "kubectl domain";

// Writes it anew: npx vitest run --project unit commands-doc --update
test("docs/commands.md lists the commands, arguments and flags that there are", async () => {
  const sections = Object.entries(commands).flatMap(([name, command]) => {
    const { args, aliases, description, examples, flags, summary } = command as unknown as {
      readonly summary: string;
      readonly description?: string;
      readonly aliases: readonly string[];
      readonly args: Readonly<Record<string, Arg>>;
      readonly flags: Readonly<Record<string, Flag>>;
      readonly examples?: readonly Example[];
    };
    return [
      `## ${name}`,
      `\`\`\`text\n${[bin, name, ...usage(args), ...required(flags)].join(" ")} [flags]\n\`\`\``,
      `${sentence(summary)}${description === undefined ? "" : ` ${sentence(description)}`}`,
      ...(aliases.length === 0 ? [] : [`Also called ${aliases.map((alias) => `\`${alias}\``).join(", ")}.`]),
      ...described(args),
      flagTable(flags),
      ...(examples === undefined ? [] : [`\`\`\`sh\n${examples.map(exampleText).join("\n")}\n\`\`\``]),
    ];
  });
  const globals = flagTable(globalFlags as unknown as Readonly<Record<string, Flag>>);
  const page = [introduction, ...sections, "## Global flags", globalsIntroduction, globals].join("\n\n");
  await expect(await format(`${page}\n`, { parser: "markdown", printWidth: 120 })).toMatchFileSnapshot(
    join(import.meta.dirname, "../../docs/commands.md"),
  );
});

const introduction = `# Commands of kubectl domain

Every command, with its arguments and flags, as \`kubectl domain COMMAND --help\` shows them. What they have in common,
and how the plugin is made: [plugin/](../plugin/README.md).`;

const globalsIntroduction = `Every command takes kubectl's global flags, before or after its own. \`--help\` shows only the
first three of them.`;

function usage(args: Readonly<Record<string, Arg>>): readonly string[] {
  return Object.entries(args).map(([name, { multiple, required }]) => {
    const shown = `${name.toUpperCase()}${multiple === true ? ".." : ""}`;
    return required === true ? shown : `[${shown}]`;
  });
}

function required(flags: Readonly<Record<string, Flag>>): readonly string[] {
  return Object.entries(flags).flatMap(([name, flag]) =>
    flag.required === true ? [`--${name} ${flag.helpValue ?? "VALUE"}`] : [],
  );
}

function described(args: Readonly<Record<string, Arg>>): readonly string[] {
  const lines = Object.entries(args).flatMap(([name, { description }]) =>
    description === undefined ? [] : [`- \`${name.toUpperCase()}\`: ${description}`],
  );
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function flagTable(flags: Readonly<Record<string, Flag>>): string {
  const rows = Object.entries(flags).map(([name, { aliases = [], char, helpValue, summary = "", type }]) => {
    const value = type === "boolean" ? "" : ` ${(helpValue ?? "VALUE").trim()}`;
    const names = [`--${name}${value}`, ...aliases.map((alias) => `--${alias}`), ...(char === undefined ? [] : [`-${char}`])]; // prettier-ignore
    return `| ${names.map((one) => `\`${one}\``.replaceAll("|", "\\|")).join(", ")} | ${summary} |`;
  });
  return ["| Flag | What it does |", "|---|---|", ...rows].join("\n");
}

function exampleText(example: Example): string {
  const { command, description } = typeof example === "string" ? { command: example, description: undefined } : example;
  const line = command.replaceAll("<%= config.bin %>", bin);
  return description === undefined ? line : `${line} # ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
