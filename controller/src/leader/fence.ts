import { KongError } from "../kong/errors.ts";
import type { KongTransport } from "../kong/calls.ts";
import { KubeError } from "../kube/errors.ts";
import type { KubeTransport } from "../kube/calls.ts";

const sentence = "this process does not lead any more, so it writes nothing";

/**
 * The way to Kong for as long as this process leads: a write is refused as soon as it may not lead any more, and one that
 * is under way is given up when the lead is lost. Kong has no preconditions, so this is what keeps two leaders apart. Who
 * gives the work up, as a process that ends, still waits for a write that was sent: it may take effect after the Lease is
 * released, and the next leader has looked.
 */
export function fencedKong(transport: KongTransport, held: () => boolean, term: AbortSignal): KongTransport {
  return {
    ...transport,
    request: async (request) => {
      const writes = request.method !== "GET";
      if (writes && !held()) throw new KongError(sentence, { kind: "unavailable" });
      return transport.request({ ...request, signal: writes ? term : joined(request.signal, term) });
    },
  };
}

/** The same for the API server. */
export function fencedKube(transport: KubeTransport, held: () => boolean, term: AbortSignal): KubeTransport {
  return {
    ...transport,
    request: async (request) => {
      if (request.method !== "GET" && !held()) {
        throw new KubeError(sentence, { status: 0, reason: "", kind: "unavailable" });
      }
      return transport.request({ ...request, signal: joined(request.signal, term) });
    },
  };
}

function joined(own: AbortSignal | undefined, term: AbortSignal): AbortSignal {
  return own === undefined ? term : AbortSignal.any([own, term]);
}
