import type { IncomingMessage } from "node:http";
import { serve } from "./http-server.ts";
import type { ListenAddress, Reply, Server } from "./http-server.ts";

/** One thing that has to be well for the process to be ready. */
export interface Check {
  /** Short and stable: `kong`, `watch/Domain`, ... */
  readonly name: string;
  readonly ok: boolean;
  /** Somebody should look at it, and it is no reason to take the process out of service. */
  readonly warns?: boolean;
  /** What is wrong, or how it is: "last heard of 75 s ago". */
  readonly detail: string;
}

/** What {@link startHealth} needs. */
export interface HealthOptions {
  readonly address: ListenAddress;
  /** Asked with every request to `/readyz`. */
  readonly checks: () => readonly Check[];
  /** What `/metrics` shows. */
  readonly registry: { readonly contentType: string; readonly metrics: () => Promise<string> };
}

/**
 * Serves `/livez` and `/healthz` (the process answers), `/readyz` (503 and what is wrong, if a check fails; `?verbose` shows every
 * check) and `/metrics`. Rejects with a sentence if the address can't be used.
 */
export async function startHealth(options: HealthOptions): Promise<Server> {
  return serve(options.address, "health and metrics", (request) => answer(request, options));
}

async function answer(request: IncomingMessage, { checks, registry }: HealthOptions): Promise<Reply> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, text: "only GET is answered here\n" };
  const [path, query = ""] = (request.url ?? "/").split("?");
  switch (path) {
    case "/livez":
    case "/healthz":
      return { status: 200, text: "ok\n" };
    case "/readyz":
      return readiness(checks(), new URLSearchParams(query).has("verbose"));
    case "/metrics":
      return { status: 200, text: await registry.metrics(), contentType: registry.contentType };
    default:
      return { status: 404, text: "here are /livez, /healthz, /readyz and /metrics\n" };
  }
}

/** As the API server answers: `[+]name ok` and `[-]name failed`, one a line; and `[!]name warns`. */
function readiness(checks: readonly Check[], verbose: boolean): Reply {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0 && !verbose) return { status: 200, text: "ok\n" };
  const lines = (verbose ? checks : failed).map(
    (check) => `${verdictOn(check)}${check.detail === "" ? "" : `: ${check.detail}`}\n`,
  );
  const verdict = failed.length === 0 ? "readyz check passed\n" : "readyz check failed\n";
  return { status: failed.length === 0 ? 200 : 503, text: lines.join("") + verdict };
}

function verdictOn({ name, ok, warns }: Check): string {
  if (!ok) return `[-]${name} failed`;
  return warns === true ? `[!]${name} warns` : `[+]${name} ok`;
}
