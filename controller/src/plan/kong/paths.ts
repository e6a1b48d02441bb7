import type { PathMatch } from "../../world/source.ts";

/** A match in Kong's terms. */
export interface KongPath {
  readonly paths: readonly string[];
  /** What decides between two paths of a wildcard host that both match: the larger wins. */
  readonly rank: number;
}

/**
 * What Kong has to match on a host without wildcard: a plain prefix where that will do, since Kong looks those up fastest.
 * A prefix leaves its own path to an exact match of the same text, where the host has one.
 */
export function exactHostPaths({ kind, path }: PathMatch, hasExact: boolean): readonly string[] {
  switch (kind) {
    case "exact":
      return [`~${escape(path)}$`];
    case "prefix":
      if (path === "/") return ["/"];
      return hasExact ? [`${path}/`] : [`${path}/`, `~${escape(path)}$`];
    case "start":
      return [path];
    case "regex":
      return [`~${path}`];
  }
}

/** What Kong has to match on a wildcard host: a single regular expression, as rule L2a has it. */
export function wildcardHostPaths({ kind, path }: PathMatch, hasExact: boolean): KongPath {
  switch (kind) {
    case "exact":
      return { paths: [`~${escape(path)}$`], rank: path.length + 1 };
    case "prefix":
      if (path === "/") return { paths: ["~/"], rank: 1 };
      return { paths: [hasExact ? `~${escape(path)}/` : `~${escape(path)}(?:/|$)`], rank: path.length };
    case "start":
      return { paths: [`~${escape(path)}`], rank: path.length };
    case "regex":
      return { paths: [`~${path}`], rank: path.length };
  }
}

/** Escapes what has a meaning in the regular expressions of PCRE and of Rust's regex. */
function escape(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
