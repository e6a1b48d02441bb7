/** A request target, and the host that its absolute form names. */
export type Target = { readonly target: string; readonly query: string | undefined; readonly host: string | undefined };

/** Splits a request target in origin form or absolute form; undefined for any other (`*`, `host:port`). */
export function parseTarget(text: string): Target | undefined {
  if (text.startsWith("/")) return { target: text, query: queryOf(text), host: undefined };
  const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]+)(.*)$/s.exec(text);
  if (absolute === null) return undefined;
  const rest = absolute[2]!.startsWith("/") ? absolute[2]! : `/${absolute[2]!}`;
  return { target: rest, query: queryOf(rest), host: absolute[1]! };
}

/** nginx's `$args`: the text between the first `?` and a `#`; undefined without `?`. */
function queryOf(target: string): string | undefined {
  return /^[^?#]*\?([^#]*)/.exec(target)?.[1];
}

/**
 * Whether nginx takes a target in origin form: no control characters, only whole percent-encodings in the path, no
 * encoded NUL, and no dot segments that lead above the root.
 */
export function isAcceptableTarget(target: string): boolean {
  if (/[\x00-\x20\x7f]/.test(target)) return false;
  const path = /^[^?#]*/.exec(target)![0];
  if (/%(?![0-9A-Fa-f]{2})|%00/.test(path)) return false;
  const decoded = path.replaceAll(/%(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  let depth = 0;
  for (const segment of decoded.split("/")) {
    if (segment === "..") depth--;
    else if (segment !== "." && segment !== "") depth++;
    if (depth < 0) return false;
  }
  return true;
}
