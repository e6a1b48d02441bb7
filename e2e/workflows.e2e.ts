import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { beforeAll, describe, expect, test } from "vitest";
import { actionlint, actionlintProgram } from "./support/actionlint.ts";
import { PROJECT } from "./support/world/project.ts";

const folder = join(PROJECT, ".github/workflows");
const files = readdirSync(folder).map((name) => join(folder, name));
const targets = [...readFileSync(join(PROJECT, "Makefile"), "utf8").matchAll(/^([a-z0-9-]+):.*## /gm)].map(
  ([, target = ""]) => target,
);

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What is done by steps of its own, or by another workflow, which says itself how long that may take. */
interface Job {
  readonly uses?: string;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}

interface Step {
  readonly run?: string;
}

beforeAll(async () => {
  await actionlintProgram();
});

test("actionlint has nothing to say about the workflows", async () => {
  expect(files.length).toBeGreaterThan(1);
  expect(await actionlint(files)).toEqual([]);
});

test("a workflow with a slip is noticed", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "domain-claims-")), "slip.yml");
  const step = "run: echo ${{ matrix.node }}";
  writeFileSync(file, `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - ${step}\n`);
  expect(await actionlint([file])).toEqual([expect.stringContaining('"node" is not defined')]);
  rmSync(dirname(file), { recursive: true });
});

describe.each(files.map((file) => [file.slice(folder.length + 1), file] as const))("%s", (_, file) => {
  const workflow = load(readFileSync(file, "utf8")) as Workflow;

  test("says what it may do, and ends in time", () => {
    expect(workflow.permissions).toBeDefined();
    for (const job of Object.values(workflow.jobs).filter(({ uses }) => uses === undefined))
      expect(job["timeout-minutes"]).toBeDefined();
  });

  test("calls only targets that the Makefile has", () => {
    const called = Object.values(workflow.jobs).flatMap(({ steps = [] }) =>
      steps.flatMap(({ run = "" }) => [...run.matchAll(/\bmake ([a-z0-9-]+)/g)].map(([, target = ""]) => target)),
    );
    expect(called).not.toEqual([]);
    for (const target of called) expect(targets).toContain(target);
  });
});
