import { dirname } from "node:path";
import { ask } from "./ask.ts";
import { controlPlaneBinaries } from "./controlplane/binaries.ts";
import { onStderr } from "./progress.ts";
import { RUN_FOLDER, takeDown } from "./world/run-folder.ts";
import { status } from "./world/status.ts";
import { up } from "./world/up.ts";

// The world of `make up` and `make down`: node e2e/support/world.ts prepare|up|down|status
// `prepare` only sees to it that the control plane's programs are there, which may take minutes the first time.
// CONTROLLER=0 leaves the controller out; KONG_ADMIN_URL with KONG_PROXY_URL name a Kong to use instead of the gateway.

const commands: Readonly<Record<string, () => Promise<number>>> = {
  up: async () => {
    const controller = process.env["CONTROLLER"] !== "0";
    const options = { folder: RUN_FOLDER, controller, env: process.env, progress: onStderr, signal: interruption() };
    await up(process.stdin.isTTY ? { ...options, ask: ask(process.stdin, process.stderr) } : options);
    return 0;
  },
  down: async () => {
    const ended = await takeDown(RUN_FOLDER);
    onStderr(ended.length === 0 ? "nothing was running" : `ended: ${ended.join(", ")}`);
    return 0;
  },
  prepare: async () => {
    const { kubectl } = await controlPlaneBinaries();
    onStderr(`the control plane's programs are in ${dirname(kubectl)}`);
    return 0;
  },
  status: async () => {
    const { lines, up } = status(RUN_FOLDER);
    console.log(lines.join("\n"));
    return up ? 0 : 1;
  },
};

/** Aborted when somebody wants us to end. What does not notice within five seconds is ended with us. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      controller.abort(new Error(`interrupted (${signal})`));
      setTimeout(() => process.exit(1), 5_000).unref();
    });
  }
  return controller.signal;
}

const command = commands[process.argv[2] ?? ""];
if (command === undefined) onStderr("usage: node e2e/support/world.ts prepare|up|down|status");
try {
  process.exitCode = await (command?.() ?? 2);
} catch (error) {
  onStderr(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
