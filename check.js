/** What to run before a push, step by step: a line for each with the seconds it took, and what it said if it failed. */
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import process from "node:process";

const steps = ["types", "lint", "format", "generated", "unit"];
const env = { HISTORIES: "300", ...process.env };

for (const step of steps) {
  process.stdout.write(`${step.padEnd(10)} `);
  const begun = performance.now();
  const { code, said } = await run(step);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(5);
  process.stdout.write(`${code === 0 ? "ok    " : "failed"} ${seconds} s\n`);
  if (code !== 0) {
    process.stdout.write(`\n${said}\nnpm run ${step} says it again.\n`);
    process.exitCode = 1;
    break;
  }
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
