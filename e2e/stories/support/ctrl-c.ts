import type { Story } from "./story.ts";

/** Seconds after which Ctrl-C is pressed, whatever was said. */
const patience = 150;

/**
 * Runs `kubectl domain ...` in a namespace and presses Ctrl-C when it has said what matches `moment`, a regular expression of grep.
 * That has to be something of what it waits for: it listens for Ctrl-C only a while after it has said what it wrote. Returns what it
 * printed, and then the exit code in a line of its own: 130 for a command that Ctrl-C ended.
 */
export async function ctrlC(story: Story, namespace: string, command: string, moment: string): Promise<string> {
  // timeout(1) hands the signal on: a shell without job control has its background ignore it. Unless it is in the foreground it does
  // so twice, and the second one ends whoever has heard the first.
  return await story.script(`
    timeout --foreground --preserve-status --signal=INT ${String(patience)} kubectl domain ${command} -n ${namespace} >said 2>&1 & pid=$!
    until grep --quiet --extended-regexp '${moment}' said || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
    kill -INT $pid 2>/dev/null || true
    code=0; wait $pid || code=$?
    cat said; echo "$code"`);
}
