import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { commandProblem, commandSurface } from "../support/doc-commands.ts";
import { brokenLinks, docPages, page } from "../support/doc-pages.ts";
import { forgottenBlocks, typedBySuites, untyped } from "../support/doc-typed.ts";
import { PROJECT } from "../support/world/project.ts";

// What pages name is there. The pages that are made from the sources have tests of their own, which hold them to that; so
// they say here what there is.

const pages = docPages();
const surface = commandSurface();
const column = (name: string): readonly string[] =>
  [...page(name).text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = ""]) => cell);
const settings = column("docs/settings.md");
const metrics = column("docs/metrics.md").filter((name) => name.startsWith("domain_claims_"));
const alerts = column("docs/metrics.md").filter((name) => name.startsWith("DomainClaims"));
const reasons = column("docs/reasons.md");
const targets = [...readFileSync(join(PROJECT, "Makefile"), "utf8").matchAll(/^([a-z0-9-]+):/gm)].map(([, one]) => one);
const values = load(readFileSync(join(PROJECT, "charts/domain-claims/values.yaml"), "utf8")) as Values;

interface Values {
  readonly [name: string]: unknown;
}

/** Flags of other programs that pages speak of. */
const flagsOfOthers = [
  ...["--watch-namespace", "--restore-resource-priorities", "--include-cluster-resources", "--take-ownership"],
  ...["--claims", "--rounds", "--runs", "--minutes", "--histories", "--from", "--resume", "--workers", "--update"],
  ...["--log-level", "--help", "--replicas", "--previous"],
];

test("there is something to look at", () => {
  expect(pages.length).toBeGreaterThan(20);
  for (const list of [settings, metrics, alerts, reasons]) expect(list.length).toBeGreaterThan(8);
});

describe.each(pages.map((one) => [one.name, one] as const))("%s", (_, { blocks, inline, text }) => {
  const typed = blocks.filter(({ language }) => ["sh", "console", "text"].includes(language)).map(({ code }) => code);

  test("every kubectl domain line is one that the plugin understands", () => {
    const lines = [...typed.flatMap((code) => code.split("\n")), ...inline];
    const commands = lines.flatMap((line) => /kubectl domain .*$/.exec(line)?.[0] ?? []);
    for (const command of commands) {
      // A flag that has to be given is left out where only the command is meant: `kubectl domain share`.
      const problem = commandProblem(surface, command);
      const onlyNamed = command.split(" ").length <= 4 && inline.includes(command);
      expect(onlyNamed && problem?.includes(" needs ") === true ? undefined : problem, command).toBeUndefined();
    }
  });

  test("every target of make that it names is there", () => {
    const lines = [...typed.flatMap((code) => code.split("\n")), ...inline];
    const named = lines.flatMap((line) => /^\s*make ([a-z][a-z0-9-]*)/.exec(line)?.[1] ?? []);
    for (const target of named) expect(targets).toContain(target);
  });

  test("every setting that it names is there", () => {
    const named = inline.flatMap((code) => /^(--[a-z][a-z-]*)(?:[= ].*)?$/.exec(code)?.[1] ?? []);
    const ofPlugin = [...surface.values()].flatMap((flags) => [...flags.keys()]);
    for (const flag of named) expect([...settings, ...ofPlugin, ...flagsOfOthers]).toContain(flag);
  });

  test("every metric and alert that it names is there", () => {
    for (const [name] of text.matchAll(/\bdomain_claims_[a-z_]+\b/g)) {
      expect([...metrics, ...metrics.map((metric) => `${metric}_count`)]).toContain(name);
    }
    for (const [name] of text.matchAll(/\bDomainClaims[A-Z]\w+\b/g)) expect(alerts).toContain(name);
  });

  test("every value of the chart that it names is there", () => {
    for (const code of inline) {
      const [path = ""] = code.split(/[:=]/);
      const [first = "", ...rest] = path.split(".");
      if (!/^[a-z][\w.-]*\.[\w.-]+$/i.test(path) || !(first in values) || /\.(md|ts|yaml)$/.test(path)) continue;
      expect(at(values, [first, ...rest]), path).toBeDefined();
    }
  });

  test("every block of commands is typed by a suite, or it is said why none can", () => {
    expect(forgottenBlocks(page(_))).toEqual([]);
  });

  test("every link leads somewhere", () => {
    expect(brokenLinks({ name: _, text, blocks, inline })).toEqual([]);
  });
});

/** What a path of names leads to; null where a value is there and empty. */
function at(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof value !== "object" || value === null || !(first in value)) return undefined;
  return at((value as Values)[first], rest);
}

describe("docs/operate.md", () => {
  const { text } = page("docs/operate.md");

  test("says of each alert what to do, and of no other", () => {
    const headings = [...text.matchAll(/^### (DomainClaims\w+)$/gm)].map(([, name = ""]) => name);
    expect(headings.sort()).toEqual([...alerts].sort());
  });

  test("tells of reasons that there are", () => {
    const [, table = ""] = text.split("## Reasons that ask for an administrator");
    const named = [...table.split("\n## ")[0]!.matchAll(/^\| `([A-Z]\w+)`/gm)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(10);
    for (const reason of named) expect(reasons).toContain(reason);
  });
});

test("docs/README.md leads to every page", () => {
  const { text } = page("docs/README.md");
  const names = pages.map(({ name }) => name).filter((name) => /^docs\/(?!README)/.test(name));
  for (const name of names) expect(text).toContain(`](${name.replace("docs/", "")})`);
});

test("what is said to be typed by nobody is there, and nobody types it", () => {
  for (const { page: name, containing = "" } of untyped) {
    const found = page(name).blocks.filter(({ language, code }) => language === "sh" && code.includes(containing));
    expect(found, `${name}: ${containing}`).not.toEqual([]);
    for (const typed of typedBySuites().filter((one) => one.page === name))
      for (const { code } of found) expect(code.includes(typed.containing), `${name}: ${typed.containing}`).toBe(false);
  }
});

test("commands that no suite types are noticed", () => {
  const blocks = ["kubectl wait\n", "kubectl get pods\n"].map((code) => ({ language: "sh", code }));
  const added = { name: "docs/gitops.md", text: "", inline: [], blocks };
  expect(forgottenBlocks(added)).toEqual(["kubectl get pods\n"]);
});

test("a command with a slip is noticed", () => {
  expect(commandProblem(surface, "kubectl domain clam acme.org")).toBe("there is no command clam");
  expect(commandProblem(surface, "kubectl domain share acme.org -n acme-org")).toBe("share needs --with");
  expect(commandProblem(surface, "kubectl domain unshare acme.org --from a # why")).toBeUndefined();
  expect(commandProblem(surface, "kubectl domain list --all -A")).toBe("list has no flag --all");
  expect(commandProblem(surface, "kubectl domain redirect '*.acme.org' --to acme.org | cat --number")).toBeUndefined();
  const broken = { blocks: [], inline: [], text: "[a](nowhere.md) [b](README.md#nothing) [c](README.md)" };
  expect(brokenLinks({ ...broken, name: "docs/x.md" })).toEqual(["nowhere.md", "README.md#nothing"]);
});
