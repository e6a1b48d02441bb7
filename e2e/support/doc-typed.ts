import { readFileSync, readdirSync } from "node:fs";
import { join, normalize } from "node:path";
import type { DocPage } from "./doc-pages.ts";
import { PROJECT } from "./world/project.ts";

/** Pages, or blocks of pages by a part of their text, that no suite types, and why. */
export interface Untyped {
  /** Below the checkout. */
  readonly page: string;
  /** Absent: none of the page's blocks is typed. */
  readonly containing?: string;
  readonly why: string;
}

/** What people type and no test can. */
export const untyped: readonly Untyped[] = [
  { page: "README.md", containing: "make run", why: "it runs in the foreground; the suites start the same program" },
  { page: "docs/bench.md", why: "it takes minutes; e2e/bench.e2e.ts runs its parts with few claims" },
  {
    page: "docs/commands.md",
    why: "examples of the sources, each alone; the tests of the commands are in plugin/test",
  },
  {
    page: "docs/install.md",
    containing: "rollout status",
    why: "it needs pods: e2e/kind waits for the rollout, and chart-release.e2e.ts does what helm test would",
  },
  { page: "docs/kind.md", why: "it needs Docker; a workflow runs it" },
  {
    page: "docs/kong.md",
    why: "it needs Docker, or a Kong that is there; the suites type the same beside the stand-in",
  },
  { page: "docs/soak.md", why: "it takes hours; check runs some of the same histories" },
];

/** What the suites type: blocks that they name by page and a part, and pages of which they type every step. */
export function typedBySuites(): readonly { readonly page: string; readonly containing: string }[] {
  const files = readdirSync(join(PROJECT, "e2e"), { recursive: true, encoding: "utf8" });
  const suites = files.filter((name) => name.endsWith(".e2e.ts") && !name.includes("node_modules"));
  return suites.flatMap((name) => {
    const source = readFileSync(join(PROJECT, "e2e", name), "utf8");
    const blocks = source.matchAll(/docBlock\("([^"]+)", "sh", "([^"]+)"\)/g);
    const pages = source.matchAll(/docSteps\("([^"]+)"\)/g);
    return [...blocks, ...pages].map(([, page = "", containing = ""]) => ({
      page: normalize(`docs/${page}`),
      containing,
    }));
  });
}

/** The blocks of a page that people type (`sh`), and that are neither typed by a suite nor in the table of what can't be. */
export function forgottenBlocks({ name, blocks }: DocPage): readonly string[] {
  const known = [...typedBySuites(), ...untyped].filter(({ page }) => page === name);
  return blocks
    .filter(
      ({ language, code }) => language === "sh" && !known.some(({ containing = "" }) => code.includes(containing)),
    )
    .map(({ code }) => code);
}
