import type { Parsed, Parser } from "./values.ts";

/** The Admin API's address. Credentials don't belong in it: it is logged. */
export const adminUrl: Parser<string> = (written) => {
  const url = URL.parse(written);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return { problem: `is not an http or https address` };
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "has a user or a password in it: give them with --kong-admin-header" };
  }
  if (url.search !== "" || url.hash !== "") return { problem: `has a ? or # part, which can't be kept` };
  return { value: written };
};

/** One of the gateway's own addresses. */
export const proxyUrl: Parser<string> = (written) => {
  const url = URL.parse(written);
  const plain = url !== null && (url.protocol === "http:" || url.protocol === "https:");
  if (!plain || url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "")
    return { problem: `has ${written}, which is not an address such as http://kong-proxy.kong:80` };
  return { value: url.origin };
};

/** Headers that the connection itself needs. */
const notOurs = [
  "host",
  "connection",
  "content-length",
  "content-type",
  "transfer-encoding",
  "accept",
  "expect",
  "upgrade",
];

/** Headers from lines such as `Name: value`. The value may be a secret, so no message repeats it. */
export function headers(lines: readonly string[]): Parsed<Readonly<Record<string, string>>> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:]*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return { problem: `must be written as "Name: value"` };
    if (notOurs.includes(name.toLowerCase())) return { problem: `sets ${name}, which can't be set` };
    if (!/^[\t\x20-\x7e\x80-\xff]+$/.test(value))
      return { problem: `sets ${name} to nothing, or to characters that a header can't have` };
    if (found.has(name.toLowerCase())) return { problem: `sets ${name} twice` };
    found.set(name.toLowerCase(), value);
  }
  return { value: Object.fromEntries(found) };
}
