import type { KongRequest, KongResponse, KongTransport } from "../../src/kong/calls.ts";

/** A transport without sockets: `answer` decides; requests are remembered. */
export interface FakeTransport extends KongTransport {
  readonly requests: readonly KongRequest[];
}

/** Makes one. */
export function fakeTransport(answer: (request: KongRequest) => KongResponse | Promise<KongResponse>): FakeTransport {
  const requests: KongRequest[] = [];
  return {
    requests,
    request: async (request) => {
      requests.push(request);
      return answer(request);
    },
    close: () => Promise.resolve(),
  };
}

/** An answer of Kong. */
export function answered(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): KongResponse {
  return { status, headers, body, bytes: body === undefined ? 0 : JSON.stringify(body).length };
}
