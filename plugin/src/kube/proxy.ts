import { isIP } from "node:net";

import type { Env } from "./program.ts";

/**
 * The proxy through which a server is reached, as Go's `httpproxy` reads the environment: `HTTPS_PROXY` or
 * `HTTP_PROXY` by the server's scheme, not for loopback addresses, and not for what `NO_PROXY` names;
 * undefined: it is reached directly.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function proxyFromEnvironment(server: URL, env: Env): string | undefined {
  const secure = server.protocol === "https:";
  const proxy = secure ? env["HTTPS_PROXY"] || env["https_proxy"] : env["HTTP_PROXY"] || env["http_proxy"];
  if (!proxy) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || host === "::1" || /^127\./.test(host)) return undefined;
  const port = server.port || (secure ? "443" : "80");
  const exceptions = (env["NO_PROXY"] || env["no_proxy"] || "").split(",").map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => entry !== "" && excepts(entry, host, port))) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** One entry of NO_PROXY: `*`, an address, a range, `example.com` (it and all below) or `.example.com` (all below). */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isIP(host) === 4 && inRange(host, entry);
  const withPort = /^(?<name>[^:]+|\[.*\]):(?<port>\d+)$/.exec(entry)?.groups;
  if (withPort !== undefined && withPort["port"] !== port) return false;
  const name = (withPort?.["name"] ?? entry).replace(/^\[|\]$/g, "").replace(/^\*\./, ".");
  if (isIP(host) !== 0) return host === name;
  return name.startsWith(".") ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function inRange(address: string, range: string): boolean {
  const [base = "", bits = ""] = range.split("/");
  if (isIP(base) !== 4) return false;
  const mask = bits === "0" ? 0 : (~0 << (32 - Number(bits))) >>> 0;
  return (number(address) & mask) >>> 0 === (number(base) & mask) >>> 0;
}

function number(address: string): number {
  return address.split(".").reduce((value, part) => (value << 8) | Number(part), 0) >>> 0;
}
