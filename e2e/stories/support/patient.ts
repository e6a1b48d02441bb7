/** Commands of the plugin that by themselves wait for less than a test does. */
const commands: readonly string[] = ["accept", "claim", "redirect", "release", "share", "transfer"];

/**
 * The arguments of a command of the plugin with which it waits as long as a test does for anything (`eventually`), unless they say
 * themselves for how long: its users have half a minute's patience, which is no measure for a slow machine.
 */
export function patient(args: readonly string[]): readonly string[] {
  const [command = ""] = args;
  if (!commands.includes(command) || args.some((arg) => arg.startsWith("--timeout"))) return args;
  return [...args, "--timeout=150s"];
}

/** What a command said on stderr without the notes on what it waits for, which come where that takes more than two seconds. */
export function withoutWaiting(stderr: string): string {
  return stderr.replaceAll(/^note: waiting for .*\n/gm, "");
}
