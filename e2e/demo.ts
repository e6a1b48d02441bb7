import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stageIn, WrongOutcome } from "./demo/stage.ts";
import { playStory } from "./demo/story.ts";
import { terminal, wantsColour } from "./demo/terminal.ts";
import { onStderr, step } from "./support/progress.ts";
import { seconds } from "./support/wait.ts";
import { startWorld } from "./support/world/start-world.ts";
import type { World } from "./support/world/start-world.ts";

// The demo of `make demo`: starts a world, plays the story in it, checks every outcome, and leaves nothing behind.

const screen = terminal((text) => process.stdout.write(text), wantsColour(process.stdout, process.env));
const folder = mkdtempSync(join(tmpdir(), "domain-claims-demo-"));
// Everything temporary goes there, so that it can be removed however this ends; what runs ends with this process.
process.env["TMPDIR"] = folder;
process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.once(signal, () => {
    onStderr("\ninterrupted: everything that was started is ended");
    process.exit(code);
  });
}

try {
  await play();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  onStderr(error instanceof WrongOutcome ? `\nThe story went wrong: ${message}` : `error: ${message}`);
  process.exitCode = 1;
}

async function play(): Promise<void> {
  const started = Date.now();
  onStderr("Starting a control plane, a gateway and the controller on this machine:");
  const progress = (line: string): void => onStderr(`  ${line}`);
  const world = await startWorld({ progress });
  try {
    await step(progress, "controller", () => world.startController(1, askingThe(world)));
    onStderr(`Ready after ${seconds(Date.now() - started)}. What follows is what each team types and sees.`);
    await playStory(world, stageIn(world, screen));
    // A gateway of ours goes as a whole; in a Kong that was given nothing of the demo may stay.
    if (!world.ours) await world.kubectl(["delete", "ingresses,domains", "--all", "--all-namespaces"]);
  } finally {
    await world.stop();
  }
  screen.heading("The end");
  screen.say(
    `Every outcome was as it should be; it took ${seconds(Date.now() - started)}, and nothing is left running.`,
  );
  screen.say("To play with the same world: make up, then source .run/env. The README has the commands.");
}

/** The controller asks the gateway itself what is live, over HTTPS, too. */
function askingThe({ proxyTls, proxyUrl }: World): readonly string[] {
  return ["--proxy-url", [proxyUrl, ...(proxyTls === undefined ? [] : [`https://${proxyTls}`])].join(",")];
}
