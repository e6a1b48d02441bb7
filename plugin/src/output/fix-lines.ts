import type { Fix } from "../claims/fixes.ts";
import { capped } from "./more.ts";
import { oneLine } from "./harmless.ts";
import { wrapped } from "./wrap.ts";

/** Longer lists are cut, with a count of the rest. */
const mostFixes = 10;

/** What helps: who can do it, and the command by itself, ready to be copied. */
export function fixLines(fixes: readonly Fix[], room: number | undefined): readonly string[] {
  const { shown, more } = capped(fixes, mostFixes);
  const lines = shown.map(
    ({ who, command, what }) =>
      wrapped(`To fix it, ${who}: ${what}`, room) + (command === undefined ? "" : `\n  ${oneLine(command)}`),
  );
  return more === undefined ? lines : [...lines, more];
}
