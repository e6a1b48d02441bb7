import type { Route } from "../entities.ts";
import { splitHostPort } from "./lua-number.ts";
import type { Part } from "./parts.ts";
import { priorityOf, type Priority } from "./priority.ts";
import { pathRegex } from "../route-regex.ts";
import { rustRegex, RustRegexError } from "../rust-regex.ts";

/** What a request shows the router; texts are decoded. */
export type Facts = {
  readonly scheme: "http" | "https";
  readonly method: string;
  readonly host: string | undefined;
  /** The port in the Host header, or that of the listener. */
  readonly port: number;
  readonly path: string;
  readonly sni: string | undefined;
  /** The values of a header, by the name in lower case with `_` for `-`. */
  readonly header: (name: string) => readonly string[];
};

/** A text that stands for itself, for all that end with it, or for all that begin with it. */
export type Pattern = { readonly kind: "is" | "ends" | "begins"; readonly text: string };

/** A host matcher; `port` only where the route names one. */
export type HostPattern = Pattern & { readonly port: number | undefined };

/** A part of a route, made ready to be tried. */
export type Matcher = {
  readonly id: string;
  readonly route: Route;
  readonly priority: Priority;
  readonly hosts: readonly HostPattern[];
  readonly usesPath: boolean;
  readonly headerNames: readonly string[];
  /** Whether the request is this route's, and if so which part of the path it matched (undefined without paths). */
  readonly match: (facts: Facts) => { readonly prefix: string | undefined } | undefined;
};

/** Makes a part ready, or returns the reason why Kong's router would leave it out. */
export function matcherOf(part: Part): Matcher | { readonly refused: string } {
  const { route } = part;
  try {
    const paths = part.paths.map(pathMatcher);
    const headers = Object.entries(route.headers ?? {}).map(headerMatcher);
    const methods = new Set(route.methods ?? []);
    const hosts = (route.hosts ?? []).map(hostPattern);
    const snis = (route.snis ?? []).map(sniPattern);
    return {
      id: part.id,
      route,
      priority: priorityOf({ ...route, paths: part.paths }),
      hosts,
      usesPath: paths.length > 0,
      headerNames: headers.map(({ name }) => name),
      match: (facts) => {
        if (methods.size > 0 && !methods.has(facts.method)) return undefined;
        if (hosts.length > 0 && !hosts.some((host) => hostMatches(host, facts))) return undefined;
        if (!sniMatches(snis, facts)) return undefined;
        if (!headers.every((header) => header.matches(facts.header(header.name)))) return undefined;
        return matchedPath(paths, facts.path);
      },
    };
  } catch (error) {
    if (error instanceof RustRegexError) return { refused: error.message };
    throw error;
  }
}

function matchedPath(
  paths: readonly ((path: string) => string | undefined)[],
  path: string,
): { readonly prefix: string | undefined } | undefined {
  if (paths.length === 0) return { prefix: undefined };
  for (const match of paths) {
    const prefix = match(path);
    if (prefix !== undefined) return { prefix };
  }
  return undefined;
}

/** A plain path is a string prefix; `~` begins a regular expression. */
function pathMatcher(path: string): (path: string) => string | undefined {
  if (!path.startsWith("~")) return (requested) => (requested.startsWith(path) ? path : undefined);
  return pathRegex(path.slice(1)).find;
}

/** Values are compared in lower case; `~*` begins a regular expression. */
function headerMatcher([header, values]: readonly [string, readonly string[]]): {
  readonly name: string;
  readonly matches: (values: readonly string[]) => boolean;
} {
  const tests = values.map((value) => {
    if (!value.startsWith("~*")) {
      const wanted = asciiLower(value);
      return (given: string) => given.toLowerCase() === wanted;
    }
    const expression = rustRegex(asciiLower(value.slice(2)));
    return (given: string) => expression.test(given.toLowerCase());
  });
  return {
    name: asciiLower(header).replaceAll("-", "_"),
    matches: (given) => given.some((value) => tests.some((test) => test(value))),
  };
}

function hostPattern(text: string): HostPattern {
  const { host, port } = splitHostPort(text);
  return { ...pattern(host), port };
}

/** A trailing dot does not count in a route's SNI, except behind a wildcard on the right. */
function sniPattern(text: string): Pattern {
  const { kind } = pattern(text);
  return pattern(kind !== "begins" && text.length > 1 && text.endsWith(".") ? text.slice(0, -1) : text);
}

function pattern(text: string): Pattern {
  if (text.startsWith("*")) return { kind: "ends", text: text.slice(1) };
  if (text.endsWith("*")) return { kind: "begins", text: text.slice(0, -1) };
  return { kind: "is", text };
}

function hostMatches(pattern: HostPattern, facts: Facts): boolean {
  if (facts.host === undefined || !patternMatches(pattern, facts.host)) return false;
  return pattern.port === undefined || pattern.port === facts.port;
}

/** On plain http the SNI matcher does not count. */
function sniMatches(patterns: readonly Pattern[], facts: Facts): boolean {
  const { sni } = facts;
  if (patterns.length === 0 || facts.scheme !== "https") return true;
  return sni !== undefined && patterns.some((pattern) => patternMatches(pattern, sni));
}

function patternMatches({ kind, text }: Pattern, value: string): boolean {
  if (kind === "is") return value === text;
  return kind === "ends" ? value.endsWith(text) : value.startsWith(text);
}

function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
