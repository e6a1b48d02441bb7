/**
 * nginx's `$host`: the host of a request in lower case, without port and without a trailing dot; undefined if nginx
 * refuses it (empty, two dots in a row, a slash, a blank or a control character). Without any host, which only
 * HTTP/1.0 may send, it is the server's own name.
 */
export function serverName(host: string | undefined, httpVersion: string): string | undefined {
  if (host === undefined) return httpVersion === "1.0" ? "kong" : undefined;
  if (/\.\.|[/\x00-\x20\x7f]/.test(host)) return undefined;
  const literal = /^\[[^\]]*\]/.exec(host)?.[0];
  const name = (literal ?? host.replace(/:.*$/s, "")).replace(/\.$/, "");
  return name === "" ? undefined : name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
