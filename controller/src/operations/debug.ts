import type { IncomingMessage } from "node:http";
import { anyHost, parseHost } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Inspection } from "../reconcile/inspection.ts";
import { serve } from "./http-server.ts";
import type { ListenAddress, Reply, Server } from "./http-server.ts";
import { logLevels } from "./logging/log.ts";
import type { AdjustableLog } from "./logging/log.ts";

/** What {@link startDebug} needs. */
export interface DebugOptions {
  /** A loopback address: it is asked from the machine or the pod itself. */
  readonly address: ListenAddress;
  /** The term that runs; undefined while this process does not lead. */
  readonly term: () => { readonly inspect: (host: RouteHost) => Inspection } | undefined;
  readonly log: Pick<AdjustableLog, "level" | "setLevel">;
}

/** The name under which a host of routes for any host is asked for. */
const anyHostName = "any";

const usage = `here are
GET /debug/hosts/HOST       what is known of a host and decided about it; ${anyHostName}: routes without a host
GET /debug/log-level        the least severe messages that are logged
PUT /debug/log-level        sets it; the body is one of ${logLevels.join(", ")}
`;

/** Longest body that is read, in bytes. */
const longestBody = 100;

/**
 * Serves `/debug` to whoever is on this machine, or in this pod: `kubectl port-forward` is. Rejects with a sentence if the
 * address can't be used.
 */
export async function startDebug(options: DebugOptions): Promise<Server> {
  return serve(options.address, "debug pages", (request) => answer(request, options));
}

async function answer(request: IncomingMessage, { log, term }: DebugOptions): Promise<Reply> {
  // A page in a browser of this machine must not read this under a name of its own that resolves to loopback.
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")) {
    return { status: 403, text: "ask localhost\n" };
  }
  const { method = "" } = request;
  const [path = "/"] = (request.url ?? "/").split("?");
  const [, host] = /^\/debug\/hosts\/([^/]+)$/.exec(path) ?? [];
  if (path === "/debug/log-level" && method === "PUT") return setLevel(log, await bodyOf(request));
  if (method !== "GET" && method !== "HEAD") return { status: 405, text: usage };
  if (path === "/debug/log-level") return { status: 200, text: `${log.level()}\n` };
  return host === undefined ? { status: 404, text: usage } : inspected(term(), host);
}

function inspected(term: ReturnType<DebugOptions["term"]>, text: string): Reply {
  const host = hostOf(text);
  if ("problem" in host) return { status: 400, text: `${host.problem}\n` };
  if (term === undefined) {
    return { status: 503, text: "this process does not lead, so it decides nothing: ask the holder of the Lease\n" };
  }
  const json = JSON.stringify(term.inspect(host.host), undefined, 2);
  return { status: 200, text: `${json}\n`, contentType: "application/json" };
}

function hostOf(text: string): { readonly host: RouteHost } | { readonly problem: string } {
  if (text === anyHostName) return { host: anyHost };
  try {
    const parsed = parseHost(decodeURIComponent(text));
    return parsed.ok ? { host: parsed.host } : { problem: parsed.problem.message };
  } catch {
    return { problem: "the host is not written as a URL's path is" };
  }
}

function setLevel(log: DebugOptions["log"], text: string): Reply {
  const level = logLevels.find((known) => known === text.trim());
  if (level === undefined) return { status: 400, text: `a level is one of ${logLevels.join(", ")}\n` };
  log.setLevel(level);
  return { status: 200, text: `${level}\n` };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > longestBody) break;
  }
  return text;
}
