/** One call to the API server. */
export interface KubeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Starting with a slash, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default: `application/json`; a PATCH must name its own. */
  readonly contentType?: string | undefined;
  /** Which form of the answer is asked for. Default: `application/json`. */
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the whole answer must be there; of a stream, until its headers must. Default: 15 s. */
  readonly timeoutMs?: number | undefined;
  /** Most bytes that are read of the answer; a GET whose answer is longer fails as `tooLarge`. Default: 20 MiB. */
  readonly maxBytes?: number | undefined;
  /** True for a call that must not queue behind others, such as the renewal of a lease. */
  readonly urgent?: boolean | undefined;
}

/** The API server's answer, whatever its status. */
export interface KubeResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, or the text where the answer is none; undefined if there was no body. */
  readonly body: unknown;
}

/** An answer that goes on: one line at a time. */
export interface KubeStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Whole lines as they arrive. Throws KubeError on a reset, on a line that ends half-way and on one of more than 20 MiB;
   * leaving the loop ends the call.
   */
  readonly lines: AsyncIterable<string>;
  /** The whole body, where the status is not 200; `lines` is empty then. */
  readonly body?: unknown;
}

/** The one place through which every call to the API server goes. Throws KubeError (`unavailable`) where there is no whole answer. */
export interface KubeTransport {
  readonly request: (request: KubeRequest) => Promise<KubeResponse>;
  readonly stream: (request: KubeRequest) => Promise<KubeStream>;
  /** Ends all connections; calls under way fail. */
  readonly close: () => Promise<void>;
}
