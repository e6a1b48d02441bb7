/** What to run before a push: a line for each step with the seconds it took, and at the end what those said that failed. */
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import process from "node:process";

/** The steps of a lane run one after the other, the lanes side by side: a second core has enough to do while the first one lints. */
const lanes = [["lint"], ["types", "format", "generated", "unit:short"]];
const env = { HISTORIES: "20", ...process.env };

const failed = (await Promise.all(lanes.map(runLane))).flat();
for (const { step, said } of failed) process.stdout.write(`\n${said}\nnpm run ${step} says it again.\n`);
if (failed.length > 0) process.exitCode = 1;

/** Runs the steps of a lane up to the first that fails; resolves with that one, if any. */
async function runLane(steps) {
  for (const step of steps) {
    const begun = performance.now();
    const { code, said } = await run(step);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(5);
    process.stdout.write(`${step.padEnd(10)} ${code === 0 ? "ok    " : "failed"} ${seconds} s\n`);
    if (code !== 0) return [{ step, said }];
  }
  return [];
}

/** Runs an npm script; resolves with its exit code and all that it printed. */
function run(script) {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["run", "--silent", script], { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    }
    child.on("error", reject).on("close", (code) => {
      resolve({ code, said });
    });
  });
}
