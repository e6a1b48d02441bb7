import { textOf } from "../bytes.ts";

/** Arguments as they stand in a query or a form: a name without `=` is true, a repeated name is a list. */
export type RawArguments = Map<string, RawArgument>;
/** The value of one argument. */
export type RawArgument = string | true | (string | true)[];

/** How many arguments Kong reads; more are an error. */
const MAX_ARGUMENTS = 1000;

/** Splits `a=1&b=2`; undefined if there are too many arguments. */
export function parseArguments(text: string): RawArguments | undefined {
  const found: RawArguments = new Map();
  const pairs = text.split("&").filter((pair) => pair !== "" && !pair.startsWith("="));
  if (pairs.length > MAX_ARGUMENTS) return undefined;
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const name = unescaped(at < 0 ? pair : pair.slice(0, at));
    addArgument(found, name, at < 0 ? true : unescaped(pair.slice(at + 1)));
  }
  return found;
}

/** Adds a value; a second one under the same name makes a list. */
function addArgument(found: RawArguments, name: string, value: string | true): void {
  const before = found.get(name);
  if (before === undefined) found.set(name, value);
  else found.set(name, [...(Array.isArray(before) ? before : [before]), value]);
}

/** Decodes `%XX` and `+`; what is no escape stays as it is. */
export function unescaped(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const bytes = Buffer.from(text.replaceAll("+", " ")).toString("latin1");
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return textOf(Buffer.from(decoded, "latin1"));
}

/** The fields of a multipart form; empty if the type names no boundary. */
export function parseMultipart(body: string, contentType: string): RawArguments {
  const found: RawArguments = new Map();
  const boundary = /boundary=("?)([^";]+)\1/.exec(contentType)?.[2];
  if (boundary === undefined) return found;
  for (const part of body.split(`--${boundary}`).slice(1)) {
    const [head, ...content] = part.split("\r\n\r\n");
    const name = /content-disposition:[^\r\n]*\bname="([^"]*)"/i.exec(head!)?.[1];
    if (name !== undefined) addArgument(found, name, content.join("\r\n\r\n").replace(/\r\n$/, ""));
  }
  return found;
}
