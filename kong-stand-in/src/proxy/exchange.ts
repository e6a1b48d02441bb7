import type { Answer } from "./answer.ts";
import type { ClientRequest } from "./client-request.ts";
import type { Destination } from "./live.ts";

/** A request on its way through the gateway, and what plugins may still change about it. */
export type Exchange = {
  readonly request: ClientRequest;
  readonly requestId: string;
  readonly destination: Destination;
  /** Headers for the client's answer, whoever makes it. */
  readonly answerHeaders: [name: string, value: string][];
  /** Headers for the upstream in place of the client's, by name in lower case; undefined takes one away. */
  readonly upstreamHeaders: Map<string, readonly [name: string, value: string] | undefined>;
  /** What a plugin set in place of the service's host and port, and of the Host header for the upstream. */
  readonly overrides: { target?: { readonly host: string; readonly port: number }; host?: string };
};

/** What a plugin does in the access phase: it answers, or lets the request pass. */
export type Access = (exchange: Exchange) => Promise<Answer | undefined> | Answer | undefined;
