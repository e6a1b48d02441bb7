import type { Story } from "./story.ts";

/**
 * Runs `kubectl domain ...` in a namespace and presses Ctrl-C after so many seconds. Returns what it printed, and then the exit
 * code in a line of its own: 130 for a command that Ctrl-C ended.
 */
export async function ctrlC(story: Story, namespace: string, command: string, seconds: number): Promise<string> {
  const limit = `timeout --preserve-status --signal=INT ${String(seconds)}`;
  return await story.script(`code=0; ${limit} kubectl domain ${command} -n ${namespace} 2>&1 || code=$?; echo "$code"`);
}
