import { pino } from "pino";
import { systemClock } from "../../time/clock.ts";
import type { Clock } from "../../time/clock.ts";
import type { Log } from "./logger.ts";
import { logOutput } from "./output.ts";
import { safeFields, safeText } from "./safe.ts";
import { sparingLog } from "./sparing.ts";
import { textLine } from "./text.ts";

/** How severe a message can be, from the least to the most. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** Settings of {@link createLog}. */
export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line; `text`: for people. */
  readonly format: "json" | "text";
  /** Texts that must never appear, such as the values of headers that were set for Kong. */
  readonly secrets?: readonly string[];
  /** Where lines go; default: standard output. */
  readonly destination?: { readonly write: (line: string) => unknown };
  readonly clock?: Pick<Clock, "now" | "monotonic">;
}

/** A log that can be made to say more for a while. */
export interface AdjustableLog extends Log {
  /** The least severe messages that are said now. */
  readonly level: () => LogLevel;
  /** From now on nothing less severe is said. */
  readonly setLevel: (to: LogLevel) => void;
  /** From now on everything is said; called again, as much as before. */
  readonly toggleDebug: () => void;
}

/** The log of the process. Fields are plain values and errors; of an error, only what is known to hold no secret. */
export function createLog(options: LogOptions): AdjustableLog {
  const { secrets = [], clock = systemClock, destination = logOutput() } = options;
  const write = (line: string): void => {
    destination.write(options.format === "text" ? textLine(line) : line);
  };
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are made safe before they come here; pino's own serializer would take more of them.
      serializers: { err: (safe: unknown) => safe },
    },
    { write },
  );
  const at =
    (level: LogLevel) =>
    (fields: object, message: string): void => {
      if (!root.isLevelEnabled(level)) return;
      root[level](safeFields(fields, secrets), safeText(message, secrets));
    };
  const log: Log = sparingLog({ debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }, clock);
  const setLevel = (to: LogLevel): void => {
    // Said while everything is said, since it would be lost where only warnings are.
    root.level = "debug";
    log.info({ to }, "the log level has changed");
    root.level = to;
  };
  return {
    ...log,
    level: () => root.level as LogLevel,
    setLevel,
    toggleDebug: () => {
      setLevel(root.level === "debug" ? options.level : "debug");
    },
  };
}
