import { unserved } from "./answers.ts";
import { AnswerTooLong, ExchangeFailed } from "./exchange.ts";
import { KongError } from "./errors.ts";
import type { KongRequest } from "./calls.ts";

/** Thrown into an exchange that took too long. */
export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

/** Thrown into an exchange whose caller gave up. */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
}

/** The error for a request that got no whole answer; says why in words, and whether Kong may have acted. */
export function networkError(request: KongRequest, thrown: unknown, timeoutMs: number): KongError {
  const sent = thrown instanceof ExchangeFailed && thrown.sent;
  const cause = thrown instanceof ExchangeFailed ? thrown.cause : thrown;
  const why = because(cause, timeoutMs);
  return new KongError(unserved(`${request.method} ${request.path}`, why), {
    kind: cause instanceof AnswerTooLong ? "tooLong" : "unavailable",
    why,
    outcomeUnknown: sent && request.method !== "GET",
    cause,
  });
}

function because(cause: unknown, timeoutMs: number): string {
  if (cause instanceof TookTooLong) return `no whole answer within ${timeoutMs / 1000} s`;
  if (cause instanceof GivenUp) return "the request was given up";
  const code = codeOf(cause);
  if (code === "EPROTO" || code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    return `what listens at its address does not speak TLS (${code}): if that is a port for plain http, write http://`;
  }
  const known = code === undefined ? undefined : sentences[code];
  if (known !== undefined) return `${known} (${code})`;
  if (
    code?.includes("CERT") ||
    code?.startsWith("ERR_TLS") ||
    code?.startsWith("ERR_SSL") ||
    code?.startsWith("UNABLE_TO_")
  ) {
    return `TLS with it fails (${code}): check the CA file, the server name and the client certificate`;
  }
  return code ?? (cause instanceof Error ? (cause.message.split("\n")[0] ?? cause.name) : "the connection failed");
}

const broke = "the connection broke before the answer was complete";

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at its address",
  ENOTFOUND: "its name does not resolve",
  EAI_AGAIN: "its name does not resolve just now",
  EHOSTUNREACH: "its address can't be reached",
  ENETUNREACH: "its address can't be reached",
  ETIMEDOUT: "its address does not react",
  UND_ERR_CONNECT_TIMEOUT: "its address does not react",
  ECONNRESET: broke,
  EPIPE: broke,
  UND_ERR_SOCKET: broke,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: broke,
  UND_ERR_CLOSED: "the connection is closed, because we are shutting down",
  UND_ERR_DESTROYED: "the connection is closed, because we are shutting down",
  ENOENT: "a file with credentials is missing",
  EACCES: "a file with credentials can't be read",
};

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
