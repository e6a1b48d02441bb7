import { pino } from "pino";

/** Characters that wait for room at most, such as on a full disk; lines that come when there are more are lost. */
const mostWaiting = 1_000_000;

/**
 * Where a log goes: a file descriptor, by default that of standard output. A disk that is full, or a reader that is gone, costs
 * lines and nothing else: what waits is written when there is room again.
 */
export function logOutput(fd = 1): { readonly write: (line: string) => unknown } {
  const output = pino.destination({ dest: fd, sync: true, maxLength: mostWaiting });
  // Nobody can be told by the log that the log can't be written.
  output.on("error", () => undefined);
  return output;
}
