import type { Clock } from "../time/clock.ts";
import type { EventLoop } from "../time/event-loop.ts";

/** One request to the Admin API. */
export interface KongRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the Admin API's address, starting with a slash, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the whole answer must be there; default: the transport's. */
  readonly timeoutMs?: number | undefined;
  /** Bytes after which the answer is given up (kind `tooLong`); default: {@link longestAnswer}. */
  readonly maxBytes?: number | undefined;
}

/** No answer may be longer than this (bytes): Kong by its defaults takes no entity of more than 10 MiB. */
export const longestAnswer = 64 * 1024 * 1024;

/** Kong's answer, whatever its status. */
export interface KongResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; undefined if there was no body. */
  readonly body: unknown;
  /** How long the answer's text was. */
  readonly bytes: number;
}

/** The one place through which every call to Kong goes. Throws KongError where there is no whole JSON answer. */
export interface KongTransport {
  readonly request: (request: KongRequest) => Promise<KongResponse>;
  /** Ends all connections; requests under way fail. */
  readonly close: () => Promise<void>;
}

/** How Kong's Admin API is reached. Files are read again when they change. */
export interface KongTransportOptions {
  /** Address of the Admin API, http or https, with or without a path. */
  readonly url: string;
  /** A file whose content is sent as `Kong-Admin-Token`. */
  readonly tokenFile?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** PEM file with the certificate authorities to trust, instead of the system's. */
  readonly caFile?: string | undefined;
  readonly clientCertFile?: string | undefined;
  readonly clientKeyFile?: string | undefined;
  /** The name to ask for and to expect in Kong's certificate, where it is not the address's. */
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** Milliseconds until the whole answer must be there. */
  readonly timeoutMs: number;
  /** Most connections at once; see `connectionsNeeded`. */
  readonly connections: number;
  readonly clock?: Clock;
  /** What else there is to do shares it; default: one of its own. */
  readonly eventLoop?: EventLoop;
}
