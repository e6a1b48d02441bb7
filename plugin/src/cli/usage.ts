import type { CommandLine } from "./argv.ts";
import { UsageError } from "./usage-error.ts";

/** What of a command's class says which command lines are its own. */
export interface Usage {
  readonly args?: Readonly<Record<string, { readonly required?: boolean; readonly multiple?: boolean }>> | undefined;
  readonly flags?: Readonly<Record<string, { readonly required?: boolean }>> | undefined;
}

/** Checks a command line against what its command takes, in kubectl's words. Throws UsageError. */
export function checkUsage({ unknown, given, words }: CommandLine, { args = {}, flags = {} }: Usage): void {
  const [stranger] = unknown;
  if (stranger !== undefined)
    throw new UsageError(
      stranger.startsWith("--")
        ? `unknown flag: ${stranger.replace(/=.*$/s, "")}`
        : `unknown shorthand flag in ${stranger}`,
    );
  const missing = Object.keys(flags).filter((name) => flags[name]?.required === true && !given.includes(name));
  if (missing.length > 0)
    throw new UsageError(`required flag(s) ${missing.map((name) => `"${name}"`).join(", ")} not set`);
  const places = Object.entries(args);
  const absent = places.filter(([, { required }], at) => required === true && at >= words.length);
  if (absent.length > 0) throw new UsageError(`${absent.map(([name]) => name.toUpperCase()).join(", ")} is required`);
  const extra = words.slice(places.length);
  if (extra.length > 0 && !places.some(([, { multiple }]) => multiple === true))
    throw new UsageError(`unexpected argument: ${extra.join(", ")}`);
}
