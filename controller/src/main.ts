import { parseConfig } from "./settings/parse-config.ts";
import type { Config } from "./settings/config.ts";
import { startController } from "./controller.ts";
import { kubeTransport } from "./kube/transport.ts";
import { createLog } from "./operations/logging/log.ts";
import { reportOnly } from "./report/run.ts";
import { systemClock } from "./time/clock.ts";
import { finishClaims } from "./uninstall/finish-claims.ts";
import type { Finish } from "./uninstall/finish-claims.ts";

const parsed = parseConfig(process.argv.slice(2), process.env);
if ("help" in parsed) process.stdout.write(parsed.help);
else if ("version" in parsed) process.stdout.write(`${parsed.version}\n`);
else if ("problems" in parsed) {
  for (const problem of parsed.problems) process.stderr.write(`error: ${problem}\n`);
  process.exitCode = 1;
} else if (parsed.config.beforeUninstall !== undefined)
  await finish(parsed.config.kubernetes, parsed.config.beforeUninstall);
else if (parsed.config.report.only) await printReport(parsed.config);
else await run(parsed.config);

/** Runs until a signal asks for the end; one that comes before all has begun, and a second one, end at once. */
async function run(config: Config): Promise<void> {
  const log = createLog({ ...config.log, secrets: Object.values(config.kong.headers) });
  process.on("SIGUSR2", () => {
    log.toggleDebug();
  });
  // The first process of a container gets no signal that it has not asked for.
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(1));
      });
    }
  });
  try {
    const controller = await Promise.race([asked, startController(config, log)]);
    if (controller !== undefined) {
      await Promise.race([asked, controller.failed.catch((error: unknown) => report(error))]);
      await controller.stop();
    }
  } catch (error) {
    report(error);
  }
  // What is left open, such as a connection that does not close, must not keep the process.
  process.exit();
}

/** Prints what would be, once or until a signal asks for the end, and the log beside it on stderr. */
async function printReport(config: Config): Promise<void> {
  const secrets = Object.values(config.kong.headers);
  const log = createLog({ level: "warn", format: config.log.format, secrets, destination: process.stderr });
  const ended = new AbortController();
  if (config.report.watch)
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());
  const print = (text: string): void => {
    process.stdout.write(text);
  };
  try {
    await reportOnly(config, log, { print, signal: ended.signal });
  } catch (error) {
    report(error);
  }
}

/** Finishes claims before the controller is removed. */
async function finish(cluster: Config["kubernetes"], what: Finish): Promise<void> {
  const transport = await kubeTransport(cluster).catch((error: unknown) => report(error));
  if (transport === undefined) return;
  try {
    await finishClaims(what, { transport, clock: systemClock, print: (line) => process.stdout.write(`${line}\n`) });
  } catch (error) {
    report(error);
  } finally {
    await transport.close();
  }
}

function report(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
}
