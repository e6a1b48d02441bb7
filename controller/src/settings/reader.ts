import type { Collected, Written } from "./collect.ts";
import { flag } from "./flags.ts";
import type { FlagName } from "./flags.ts";
import type { Parser } from "./values.ts";

/** Reads settings one by one and gathers what is wrong with them. */
export interface Reader {
  /** The value, or the default's. What is wrong is noted, and the stand-in returned. */
  readonly read: <T>(name: FlagName, parse: Parser<T>, standIn: T) => T;
  /** The value; undefined if nothing (or an empty text) was written and there is no default. */
  readonly optional: <T>(name: FlagName, parse: Parser<T>) => T | undefined;
  /** What was written, joined where it was given several times. */
  readonly written: (name: FlagName) => Written | undefined;
  readonly note: (problem: string) => void;
  readonly problems: readonly string[];
}

/** A reader of what was collected. */
export function reader(collected: Collected): Reader {
  const problems = [...collected.problems];
  const valueOf = <T>(where: string, written: string, parse: Parser<T>): T | undefined => {
    const parsed = parse(written);
    if ("value" in parsed) return parsed.value;
    problems.push(`${where} ${parsed.problem}`);
    return undefined;
  };
  const optional: Reader["optional"] = (name, parse) => {
    const written = collected.written.get(name);
    const fallback = flag(name).default;
    if (written === undefined) return fallback === undefined ? undefined : valueOf(`--${name}`, fallback, parse);
    const joined = written.values.join(",");
    if (joined === "" && fallback === undefined && flag(name).repeatable !== true) return undefined;
    return valueOf(written.where, joined, parse);
  };
  return {
    problems,
    optional,
    read: (name, parse, standIn) => optional(name, parse) ?? standIn,
    written: (name) => collected.written.get(name),
    note: (problem) => {
      problems.push(problem);
    },
  };
}
