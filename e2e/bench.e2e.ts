import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PROJECT } from "./support/world/project.ts";

test("the benchmark of the core says what one change takes, and that a restart writes nothing", async () => {
  const printed = await run("controller/test/bench/scale.ts", ["--claims", "20,40", "--rounds", "2", "--crowds", "10"]);
  expect(printed).toMatch(/a host is claimed and routed +│ '5 \+ 1, \d+' +│ '5 \+ 1, \d+'/);
  expect(printed).toMatch(/writes of that restart +│ 0 +│ 0 /);
});

test("the benchmark of orders says how many a burst of names takes, and how long with bad names among them", async () => {
  const printed = await run("controller/test/bench/orders.ts", ["--names", "100"]);
  expect(printed).toMatch(/100 names +│ 1 +│ 2 +│ '\d+\.\d' +│ '\d+\.\d' +│ '1\.\d\d' +│ '\d+\.\d' +│ '1\.\d\d'/);
});

test("the live benchmark says how long a claim and a command take, beside the bare calls", async () => {
  const printed = await run("e2e/bench/live.ts", ["--claims", "20", "--rounds", "2"]);
  const times = "'\\d+\\.\\d \\(\\d+\\.\\d\\)'";
  for (const what of [
    "claimed and routed, until it is served",
    "claim deleted, until it is not",
    "kubectl nothing | kubectl get domains -n team-0",
    "kubectl domain list -n team-0 | kubectl get domains -n team-0",
  ])
    expect(printed).toMatch(new RegExp(`${what.replaceAll("|", "\\|")} +│ ${times} +│ ${times} +│ '\\d+\\.\\d\\d'`));
});

test("the benchmark of attacks says what an uninvolved team feels, and how long the controller could do nothing else", async () => {
  const printed = await run("e2e/bench/attacks.ts", ["--rounds", "1", "--only", "dots"]);
  const times = "'\\d+\\.\\d \\(\\d+\\.\\d\\)'";
  for (const what of ["nothing \\(idle\\)", "Ingresses with a path of 1 MB of dots"])
    expect(printed).toMatch(
      new RegExp(
        `${what} +│ ${times} +│ ${times} +│ '\\d+\\.\\d\\d' +│ '\\d+\\.\\d\\d' +│ '\\d+\\.\\d' +│ '(\\d+\\.\\d|-)'`,
      ),
    );
});

async function run(program: string, args: readonly string[]): Promise<string> {
  const line = ["--expose-gc", join(PROJECT, program), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, line, { env: { ...process.env, NO_COLOR: "1" } });
  return stdout;
}
