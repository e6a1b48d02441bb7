import { KubeError } from "./errors.ts";

/**
 * Most bytes of one answer, and most characters of one line of a stream. A request has 3 MiB at most, and JSON writes one
 * byte as six at most, so every single object is shorter.
 */
export const maxAnswer = 20 * 1024 * 1024;

/**
 * Most bytes of a Secret that is read: a certificate and its key have some 100 KiB at most, and annotations 256 KiB. The API
 * server takes one with a hundred thousand keys, which to parse keeps the event loop busy for a tenth of a second.
 */
export const maxSecret = 512 * 1024;

/** The error for an answer, or a line of one, that is longer than what is read of it. */
export function tooLong(call: string, what: string, most: number): KubeError {
  const message = `${call}: ${what} of more than ${String(most)} bytes, which is not read`;
  return new KubeError(message, { status: 200, reason: "TooLong", kind: "tooLarge" });
}
