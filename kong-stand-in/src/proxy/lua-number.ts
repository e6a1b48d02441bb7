/**
 * The whole number that Lua reads from a text (`tonumber`, then cut to an integer), or undefined if it reads none:
 * Kong takes the port behind the first colon of a Host header this way, so `host:0x50` is `host:80`.
 */
function luaInteger(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?0x[0-9a-f]+$/i.test(trimmed)) {
    const magnitude = Number.parseInt(trimmed.replace(/^[+-]?0x/i, ""), 16);
    return trimmed.startsWith("-") ? -magnitude : magnitude;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return undefined;
  return Math.trunc(Number(trimmed));
}

/** Splits `host:port` at the first colon; without a number behind it the whole text is the host. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number | undefined } {
  const colon = text.indexOf(":");
  const port = colon === -1 ? undefined : luaInteger(text.slice(colon + 1));
  return port === undefined ? { host: text, port } : { host: text.slice(0, colon), port };
}
