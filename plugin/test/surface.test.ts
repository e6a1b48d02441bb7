import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { commands } from "../src/commands/index.ts";
import { globalFlags } from "../src/cli/flags.ts";
import { version } from "../src/cli/version.ts";

interface Flag {
  readonly char?: string;
  readonly aliases?: readonly string[];
  readonly type: string;
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly helpValue?: string;
}

interface Arg {
  readonly required?: boolean;
  readonly multiple?: boolean;
}

/** Commands, aliases, arguments and flags: what scripts depend on. Its change is a change of the plugin's interface. */
test("the command surface is the one that is written down", async () => {
  const lines = Object.entries(commands).flatMap(([name, command]) => [
    [
      name,
      ...command.aliases.map((alias) => `(${alias})`),
      ...Object.entries(command.args as Readonly<Record<string, Arg>>).map(([arg, { required, multiple }]) => {
        const shown = `${arg.toUpperCase()}${multiple === true ? ".." : ""}`;
        return required === true ? shown : `[${shown}]`;
      }),
    ].join(" "),
    ...flagLines(command.flags as unknown as Readonly<Record<string, Flag>>),
  ]);
  const globals = ["global flags", ...flagLines(globalFlags as unknown as Readonly<Record<string, Flag>>)];
  await expect([...lines, ...globals, ""].join("\n")).toMatchFileSnapshot("surface.golden.txt");
});

test("a flag means the same kind of value in every command, so that it can stand before it", () => {
  const kinds = new Map<string, string>();
  for (const { flags } of Object.values(commands))
    for (const [name, { type }] of Object.entries(flags as unknown as Readonly<Record<string, Flag>>)) {
      expect(kinds.get(name) ?? type, name).toBe(type);
      kinds.set(name, type);
    }
});

test("the plugin's version is its package's", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  expect(version).toBe(manifest.version);
});

function flagLines(flags: Readonly<Record<string, Flag>>): readonly string[] {
  return Object.entries(flags).map(([name, { char, aliases = [], type, multiple, required }]) =>
    [
      `  --${name}`,
      ...(char === undefined ? [] : [`-${char}`]),
      ...aliases.map((alias) => `--${alias}`),
      type === "boolean" ? "" : multiple === true ? "VALUE.." : "VALUE",
      required === true ? "(required)" : "",
    ]
      .join(" ")
      .trimEnd(),
  );
}
