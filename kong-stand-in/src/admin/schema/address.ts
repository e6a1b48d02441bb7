import { isIPv4, isIPv6 } from "node:net";

import { UnexpectedError } from "../lua.ts";

/** What a host text is: its kind and port if it has one; or why it is none. */
export type Address =
  { readonly kind: "ipv4" | "ipv6" | "name"; readonly port: number | undefined } | { readonly error: string };

const BAD_PORT = "invalid port number";

/** Reads `name`, `name:port`, `ipv4`, `ipv4:port`, `ipv6`, `[ipv6]` or `[ipv6]:port`, as loosely as Kong does. */
export function addressOf(text: string): Address {
  const colons = text.split(":").length - 1;
  if (colons > 1) return ipv6(text);
  return /^[\d.]+$/.test(text.replace(":", "")) ? ipv4(text) : name(text);
}

/** Why the text is no host without a port; undefined if it is one. */
export function hostFault(text: string): string | undefined {
  return portlessFault(text, addressOf(text));
}

/** Why the text is no name for TLS, with at most one `*` as its first or last character. */
export function wildcardHostFault(text: string): string | undefined {
  const star = text.indexOf("*");
  if (star > 0 && star !== text.length - 1) return "wildcard must be leftmost or rightmost character";
  if (star !== text.lastIndexOf("*")) return "only one wildcard must be specified";
  const host = text.replace("*", "wildcard");
  const address = addressOf(host);
  if ("kind" in address && address.kind !== "name") return "must not be an IP";
  return portlessFault(host, address);
}

/** Why the text is no host of a route: wildcards are looked at elsewhere, a port is welcome. */
export function routeHostFault(text: string): string | undefined {
  const address = addressOf(text.replaceAll("*", "abc"));
  return "error" in address ? address.error : undefined;
}

/** Why the text is neither an IP address nor a range of them. */
export function ipOrRangeFault(text: string): string | undefined {
  const [ip, prefix, ...rest] = text.split("/");
  const bits = isIPv4(ip!) ? 32 : isIPv6(ip!) ? 128 : -1;
  const range = prefix === undefined || (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && range && rest.length === 0 ? undefined : `invalid ip or cidr range: '${text}'`;
}

function portlessFault(text: string, address: Address): string | undefined {
  if ("error" in address) return address.error === BAD_PORT ? "must not have a port" : `invalid value: ${text}`;
  return address.port === undefined ? undefined : "must not have a port";
}

function ipv4(text: string): Address {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?::(\d+))?$/.exec(text);
  if (match === null || match.slice(1, 5).some((part) => Number(part) > 255)) {
    return { error: `invalid ipv4 address: ${text}` };
  }
  return withPort("ipv4", match[5]);
}

function ipv6(text: string): Address {
  const bracketed = /^\[([^[\]]*)\](.*)$/s.exec(text);
  let port: string | undefined;
  if (bracketed !== null && bracketed[2] !== "") {
    port = /^:(\d*)$/.exec(bracketed[2]!)?.[1];
    if (port === undefined) return { error: "invalid ipv6 address" };
    if (port === "") throw new UnexpectedError("attempt to compare nil with number");
    if (Number(port) > 65535) return { error: BAD_PORT };
  }
  let check = bracketed?.[1] ?? text;
  if (check.startsWith(":")) check = `0${check}`;
  if (check.endsWith(":")) check = `${check}0`;
  const missing = 8 - (check.split(":").length - 1);
  if (check.includes("::")) check = check.replace("::", `:${"0:".repeat(Math.max(missing, 0))}`);
  if (!/^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$/i.test(check)) return { error: `invalid ipv6 address: ${text}` };
  return withPort("ipv6", port);
}

function name(text: string): Address {
  const port = /:(\d+)$/.exec(text)?.[1];
  if (port !== undefined && Number(port) > 65535) return { error: BAD_PORT };
  const host = port === undefined ? text : text.slice(0, -(port.length + 1));
  const labels = host.split(".");
  const wrong = labels.some((label, i) => label.endsWith("-") || (label === "" && i < labels.length - 1));
  if (!/^[\dA-Za-z._-]+$/.test(host) || wrong) return { error: `invalid hostname: ${text}` };
  return withPort("name", port);
}

function withPort(kind: "ipv4" | "ipv6" | "name", port: string | undefined): Address {
  if (port === undefined) return { kind, port: undefined };
  return Number(port) > 65535 ? { error: BAD_PORT } : { kind, port: Number(port) };
}
