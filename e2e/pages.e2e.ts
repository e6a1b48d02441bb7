import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { docSteps, missingLine } from "./support/doc-steps.ts";
import type { DocStep } from "./support/doc-steps.ts";
import { freePorts } from "./support/ports.ts";
import { silent } from "./support/progress.ts";
import { envFileOf, takeDown } from "./support/world/run-folder.ts";
import { up } from "./support/world/up.ts";

// docs/tutorial.md and docs/rbac.md as they are written, typed into one shell in the world of `make up`.

const folder = mkdtempSync(join(tmpdir(), "domain-claims-tutorial-"));
const endOfStep = "--- that was the step ---";
let shell: ChildProcessWithoutNullStreams | undefined;
let said = "";

beforeAll(async () => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(KUBE|KONG_)/.test(name)));
  await up({ folder, controller: true, env, progress: silent });
  shell = spawn("bash", ["--norc"], { env });
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  await typed(`exec 2>&1; source '${envFileOf(folder)}'`);
});

afterAll(async () => {
  shell?.stdin.end("kill $(jobs -p) 2>/dev/null\n");
  await takeDown(folder);
  rmSync(folder, { recursive: true, force: true });
});

/** Types a script into the shell, and waits for all that it prints. */
async function typed(script: string): Promise<string> {
  said = "";
  shell?.stdin.write(`${script}\necho '${endOfStep}'\n`);
  await vi.waitFor(() => expect(said).toContain(`${endOfStep}\n`), { timeout: 60_000 });
  return said.replace(endOfStep, "");
}

/** True for what only asks: it may be asked again, since what it asks for may happen a moment later. */
function isQuestion(script: string): boolean {
  return script
    .trim()
    .split("\n")
    .every((line) => /^(visit|\w+ (auth|wait|domain (list|tree|whois|explain|doctor))) /.test(line));
}

test("every step of the tutorial answers what the page shows", async () => {
  const [one, two] = await freePorts(2);
  for (const step of docSteps("tutorial.md")) {
    const script = step.script.replaceAll("8088", String(one)).replaceAll("8089", String(two));
    await answers({ ...step, script });
  }
});

test("the recipes for rights give these rights and no others", async () => {
  for (const step of docSteps("rbac.md")) await answers(step);
});

/** Types a step, and asks its questions again until it has answered what the page shows. */
async function answers(step: DocStep): Promise<void> {
  const { script } = step;
  let output = await typed(script);
  // The backends have begun to listen a moment after they were started, and rights are in force a moment after they were given.
  const questions = isQuestion(script) ? script : (script.match(/^(visit|kubectl auth) .*$/gm) ?? []).join("\n");
  const deadline = Date.now() + 20_000;
  while (questions !== "" && missingLine(step, output) !== undefined && Date.now() < deadline)
    output += await typed(questions);
  expect(missingLine(step, output), `${script}\nanswered:\n${output}`).toBeUndefined();
}
