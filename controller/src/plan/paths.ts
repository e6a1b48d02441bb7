import type { IngressPath } from "../world/types.ts";

/** What Kong has to match for a path of an Ingress. */
export interface KongPath {
  /** Identifies the path among those of its host: two paths with the same identity would match the same requests. */
  readonly identity: string;
  /** For a host without wildcard: a plain prefix where that will do, since Kong looks those up fastest. */
  readonly exactHost: readonly string[];
  /** For a wildcard host: a single regular expression, as rule L2a has it. */
  readonly wildcardHost: readonly string[];
  /** For a wildcard host: what decides between two paths that both match; the larger wins. */
  readonly rank: number;
}

/** A path of an Ingress in Kong's terms, or why there is none. */
export type KongPathResult =
  { readonly ok: true; readonly path: KongPath } | { readonly ok: false; readonly message: string };

/**
 * Translates a path by its type (Kubernetes, "Ingress path types"): Exact matches itself; Prefix matches element by
 * element, so `/foo` matches `/foo` and `/foo/bar`, not `/foobar`; ImplementationSpecific is Kong's own: a plain prefix, or
 * a regular expression after `/~`. `exact` has the identities of the host's Exact paths: a Prefix leaves its own path to them.
 */
export function kongPath(path: IngressPath, exact: ReadonlySet<string> = new Set()): KongPathResult {
  if (path.pathType === "ImplementationSpecific" && path.path.startsWith("/~")) return regexPath(path.path.slice(2));
  const normal = normalizePath(path.path === "" ? "/" : path.path);
  if (!normal.ok) return normal;
  switch (path.pathType) {
    case "Exact":
      return found(
        `Exact ${normal.path}`,
        [`~${escape(normal.path)}$`],
        [`~${escape(normal.path)}$`],
        normal.path.length + 1,
      );
    case "Prefix":
      return prefixPath(normal.path.replace(/\/+$/, ""), exact);
    case "ImplementationSpecific": {
      const { path: plain } = normal;
      return found(`Plain ${plain}`, [plain], [`~${escape(plain)}`], plain.length);
    }
  }
}

function prefixPath(prefix: string, exact: ReadonlySet<string>): KongPathResult {
  if (prefix === "") return found("Prefix /", ["/"], ["~/"], 1);
  const pattern = escape(prefix);
  return exact.has(`Exact ${prefix}`)
    ? found(`Prefix ${prefix}`, [`${prefix}/`], [`~${pattern}/`], prefix.length)
    : found(`Prefix ${prefix}`, [`${prefix}/`, `~${pattern}$`], [`~${pattern}(?:/|$)`], prefix.length);
}

/** A regular expression is anchored at the start by Kong, and has to begin with the slash that every path begins with. */
function regexPath(expression: string): KongPathResult {
  if (!expression.startsWith("/")) {
    return { ok: false, message: `the regular expression after /~ has to begin with a slash, as in /~/v[0-9]+` };
  }
  return found(`Regex ${expression}`, [`~${expression}`], [`~${expression}`], expression.length);
}

function found(
  identity: string,
  exactHost: readonly string[],
  wildcardHost: readonly string[],
  rank: number,
): KongPathResult {
  return { ok: true, path: { identity, exactHost, wildcardHost, rank } };
}

/** Characters that mean something else when they are percent-encoded (RFC 3986, reserved; and the percent sign itself). */
const reserved = new Set("!#$%&'()*+,/:;=?@[]");

/**
 * The form in which Kong compares paths: characters that need no encoding are decoded, escapes of reserved ones are in
 * upper case, dot segments are resolved (RFC 3986, section 6.2.2). Empty segments are refused, as Kong refuses them.
 */
export function normalizePath(
  text: string,
): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string } {
  if (!text.startsWith("/")) return { ok: false, message: "a path begins with a slash" };
  if (text.includes("//")) return { ok: false, message: "a path has no empty segments (//)" };
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    return { ok: false, message: "a percent sign is followed by two hexadecimal digits" };
  const decoded = text.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeRun);
  if (decoded.includes("\uFFFD")) return { ok: false, message: "its percent-encoded bytes are not UTF-8" };
  return { ok: true, path: resolveDots(decoded) };
}

/** Decodes a run of escapes as UTF-8, but for reserved characters. */
function decodeRun(run: string): string {
  let out = "";
  let bytes = "";
  const flush = (): void => {
    out += decodeUtf8(bytes);
    bytes = "";
  };
  for (const escape of run.toUpperCase().match(/%../g) ?? []) {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (reserved.has(character)) {
      flush();
      out += escape;
    } else bytes += escape;
  }
  flush();
  return out;
}

function decodeUtf8(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return "\uFFFD";
  }
}

function resolveDots(path: string): string {
  const out: string[] = [];
  const segments = path.slice(1).split("/");
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (segment === "..") out.pop();
    if (segment === "." || segment === "..") {
      if (last) out.push("");
    } else out.push(segment);
  }
  return `/${out.join("/")}`;
}

/** Escapes what has a meaning in the regular expressions of PCRE and of Rust's regex. */
function escape(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
