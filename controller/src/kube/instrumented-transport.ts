import type { Clock } from "../time/clock.ts";
import { KubeError, errorOf } from "./errors.ts";
import type { KubeRequest, KubeTransport } from "./calls.ts";

/** One call to the API server, as metrics see it. */
export interface KubernetesCall {
  readonly verb: string;
  /** The resource, plural: `domains`, `hostrecords`, ... */
  readonly resource: string;
  readonly seconds: number;
  /** `ok`, or the kind of its error. */
  readonly outcome: string;
}

/** The transport, with every request but streams told to `observe`. */
export function instrumentedTransport(
  transport: KubeTransport,
  clock: Clock,
  observe: (call: KubernetesCall) => void,
): KubeTransport {
  return {
    ...transport,
    request: async (request) => {
      const begun = clock.monotonic();
      const note = (outcome: string): void => {
        observe({ ...verbOf(request), seconds: (clock.monotonic() - begun) / 1000, outcome });
      };
      try {
        const response = await transport.request(request);
        note(response.status < 400 ? "ok" : errorOf(request.path, response).kind);
        return response;
      } catch (error) {
        note(error instanceof KubeError ? error.kind : "unavailable");
        throw error;
      }
    },
  };
}

/** The resource of a path such as `/apis/GROUP/VERSION/namespaces/NS/domains/NAME/status` (Kubernetes API conventions). */
function verbOf({ method, path }: KubeRequest): { readonly verb: string; readonly resource: string } {
  const rest = path.split("/").slice(path.startsWith("/api/") ? 3 : 4);
  const own = rest[0] === "namespaces" && rest.length > 2 ? rest.slice(2) : rest;
  const subresource = own[2] === undefined ? "" : `/${own[2]}`;
  return { verb: method.toLowerCase(), resource: `${own[0] ?? ""}${subresource}` };
}
