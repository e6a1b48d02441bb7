import { textOf } from "../bytes.ts";
import type { Table } from "../lua.ts";

/** How many arguments Kong reads; more are an error. */
const MAX_ARGUMENTS = 1000;

/**
 * The arguments of a query as texts: a name without `=` is true, a repeated name is a list. Undefined if there are too
 * many of them.
 */
export function argumentsOf(query: string): Table | undefined {
  const found: Record<string, unknown> = {};
  const pairs = query.split("&").filter((pair) => pair !== "" && !pair.startsWith("="));
  if (pairs.length > MAX_ARGUMENTS) return undefined;
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const name = unescaped(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? true : unescaped(pair.slice(at + 1));
    const before = Object.hasOwn(found, name) ? found[name] : undefined;
    found[name] = before === undefined ? value : [before, value].flat();
  }
  return found;
}

/** Decodes `%XX` and `+`; what is no escape stays as it is. */
export function unescaped(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const bytes = Buffer.from(text.replaceAll("+", " ")).toString("latin1");
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return textOf(Buffer.from(decoded, "latin1"));
}
