import { pino } from "pino";
import { systemClock } from "../../time/clock.ts";
import type { Clock } from "../../time/clock.ts";
import { safeFields, safeText } from "./safe.ts";
import { textLine } from "./text.ts";

/** A message with fields: `object` ("Domain team-a/shop"), `reason`, `durationMs`, `err`, and other plain values. */
export interface Logger {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
  /** A logger that adds the fields to every message. */
  readonly child: (fields: object) => Logger;
}

/** Settings of {@link createLog}. */
export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  /** `json`: one object a line; `text`: for people. */
  readonly format: "json" | "text";
  /** Texts that must never appear, such as the values of headers that were set for Kong. */
  readonly secrets?: readonly string[];
  /** Where lines go; default: standard output. */
  readonly destination?: { readonly write: (line: string) => unknown };
  readonly clock?: Pick<Clock, "now">;
}

/** The log of the process. Fields are plain values and errors; of an error, only what is known to hold no secret. */
export function createLog(options: LogOptions): Logger {
  const { secrets = [], clock = systemClock, destination = process.stdout } = options;
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
  return loggerOf(root, {}, secrets);
}

type Level = LogOptions["level"];

function loggerOf(root: pino.Logger, bound: object, secrets: readonly string[]): Logger {
  const at =
    (level: Level) =>
    (fields: object, message: string): void => {
      if (!root.isLevelEnabled(level)) return;
      root[level](safeFields({ ...bound, ...fields }, secrets), safeText(message, secrets));
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => loggerOf(root, { ...bound, ...fields }, secrets),
  };
}
