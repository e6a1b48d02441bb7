import type { Plugin } from "../entities.ts";
import { bareAnswer, jsonAnswer, type Answer } from "./answer.ts";
import { textOf } from "./bytes.ts";
import type { Access, Exchange } from "./exchange.ts";
import type { HeaderList } from "./headers.ts";
import type { LuaPlugins } from "./lua-plugins.ts";

/** Runs the plugins chosen for a request in Kong's order, until one answers. */
export async function runPlugins(
  plugins: ReadonlyMap<string, Plugin>,
  exchange: Exchange,
  lua: LuaPlugins,
): Promise<Answer | undefined> {
  for (const name of ORDER) {
    const plugin = plugins.get(name);
    if (plugin === undefined) continue;
    const answer = await accessOf(plugin, lua)(exchange);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The plugins that the stand-in runs, by falling priority; any other changes nothing. */
const ORDER = ["pre-function", "redirect", "request-termination"] as const;

function accessOf(plugin: Plugin, lua: LuaPlugins): Access {
  switch (plugin.name as (typeof ORDER)[number]) {
    case "pre-function":
      return (exchange) => lua.access(plugin, exchange);
    case "redirect":
      return (exchange) => redirect(plugin.config, exchange);
    case "request-termination":
      return (exchange) => terminate(plugin.config, exchange);
  }
}

/** The texts of request-termination where neither message nor body is configured. */
const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  404: "Not found",
  405: "Method not allowed",
  500: "An unexpected error occurred",
  502: "Bad Gateway",
  503: "Service unavailable",
};

function terminate(config: Plugin["config"], { request, requestId }: Exchange): Answer | undefined {
  const status = numberIn(config, "status_code") ?? 503;
  const trigger = textIn(config, "trigger");
  if (trigger !== undefined && !isTriggered(trigger, request)) return undefined;
  const body = textIn(config, "body");
  if (body !== undefined) {
    const type = textIn(config, "content_type");
    return { status, headers: type === undefined ? [] : [["Content-Type", type]], body };
  }
  const message = textIn(config, "message") ?? DEFAULT_MESSAGES[status];
  return message === undefined ? bareAnswer(status, [], requestId, request.header) : jsonAnswer(status, { message });
}

function isTriggered(trigger: string, request: Exchange["request"]): boolean {
  return request.header(trigger).length > 0 || new URLSearchParams(request.query ?? "").has(trigger);
}

function redirect(config: Plugin["config"], { request }: Exchange): Answer {
  const location = textIn(config, "location") ?? "";
  const headers: HeaderList = [["Location", config.keep_incoming_path === true ? kept(location, request) : location]];
  return { status: numberIn(config, "status_code") ?? 301, headers, body: "redirecting" };
}

function kept(location: string, request: Exchange["request"]): string {
  const url = new URL(location);
  url.pathname = textOf(request.path) ?? request.path;
  url.search = request.query ?? "";
  return url.href;
}

function textIn(config: Plugin["config"], field: string): string | undefined {
  const value = config[field];
  return typeof value === "string" ? value : undefined;
}

function numberIn(config: Plugin["config"], field: string): number | undefined {
  const value = config[field];
  return typeof value === "number" ? value : undefined;
}
