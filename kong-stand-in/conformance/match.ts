import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Compares answers with recorded ones whose server-made values are placeholders, and puts real values back where a
 * later request uses them. `<uuid:N>`, `<offset:N>` and `<hash:N>` are bound by their first appearance, so the same
 * number must be the same value ever after; `<time>`, `<ms>` and the like stand for any value of their kind.
 */
export class Placeholders {
  #bound = new Map<string, string>();
  #pemFolder: string;

  constructor(pemFolder: string) {
    this.#pemFolder = pemFolder;
  }

  /** The request value with every bound placeholder and every `<pem:file>` filled in; throws on an unbound one. */
  fill<T>(value: T): T {
    if (typeof value === "string") return this.#fillText(value) as T;
    if (Array.isArray(value)) return value.map((item) => this.fill(item as unknown)) as T;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)])) as T;
  }

  /** Where and how the actual value differs from the recorded one; undefined if it does not. Binds as it goes. */
  difference(expected: unknown, actual: unknown, at = ""): string | undefined {
    if (typeof expected === "string") return this.#textDifference(expected, actual, at);
    if (Array.isArray(expected)) return this.#listDifference(expected, actual, at);
    if (isRecord(expected)) return this.#recordDifference(expected, actual, at);
    return expected === actual ? undefined : unequal(expected, actual, at);
  }

  #fillText(text: string): string {
    return text.replace(/<(uuid|offset|hash):\d+>|<pem:([^>]+)>/g, (placeholder, kind: string, pem?: string) => {
      if (pem !== undefined) return this.#pem(pem);
      const value = this.#bound.get(placeholder);
      if (value === undefined) throw new Error(`${placeholder} is used before an answer gave it`);
      return kind === "offset" ? encodeURIComponent(value) : value;
    });
  }

  #pem(spec: string): string {
    const [file, variant] = spec.split("|");
    const text = readFileSync(join(this.#pemFolder, file!), "utf8");
    if (variant === "crlf") return text.replaceAll("\n", "\r\n");
    return variant === "no-final-newline" ? text.replace(/\n$/, "") : text;
  }

  #textDifference(expected: string, actual: unknown, at: string): string | undefined {
    const rows = /^<(\d+) rows?\b/.exec(expected);
    if (rows !== null) {
      const same = Array.isArray(actual) && actual.length === Number(rows[1]);
      return same ? undefined : unequal(expected, actual, at);
    }
    if (typeof actual === "number") {
      return /^<(time|n|ms|pid|size)>$/.test(expected) ? undefined : unequal(expected, actual, at);
    }
    if (typeof actual !== "string") return unequal(expected, actual, at);
    const wanted = at.endsWith("next") ? sortedQuery(expected) : essential(expected);
    const found = at.endsWith("next") ? sortedQuery(actual) : essential(actual);
    return this.#bindText(wanted, found) ? undefined : unequal(expected, actual, at);
  }

  #bindText(expected: string, actual: string): boolean {
    const names: string[] = [];
    const source = expected
      .split(/(<[a-z][a-z-]*(?::[^>]+)?>)/)
      .map((part) => {
        const pattern = this.#pattern(part);
        if (pattern?.startsWith("(")) names.push(part);
        return pattern ?? escapeRegExp(part);
      })
      .join("");
    const match = new RegExp(`^${source}$`, "s").exec(actual);
    if (match === null) return false;
    const found = names.map((name, i) => [name, decode(name, match[i + 1]!)] as const);
    for (const [name, value] of found) {
      if ((this.#bound.get(name) ?? value) !== value) return false;
      this.#bound.set(name, value);
    }
    return true;
  }

  /** What a placeholder matches: in parentheses if it is to be bound; undefined for text that is none. */
  #pattern(part: string): string | undefined {
    const kind = /^<([a-z-]+)(?::([^>]+))?>$/.exec(part);
    if (kind === null) return undefined;
    if (kind[1] === "pem" && kind[2] !== undefined) return escapeRegExp(this.#pem(kind[2]));
    if (kind[2] !== undefined) return BOUND[kind[1]!];
    return FREE[kind[1]!];
  }

  #listDifference(expected: readonly unknown[], actual: unknown, at: string): string | undefined {
    if (!Array.isArray(actual)) return unequal(expected, actual, at);
    if (actual.length !== expected.length) return `${at}: ${actual.length} entries instead of ${expected.length}`;
    return first(expected.keys(), (i) => this.difference(expected[i], actual[i], `${at}[${i}]`));
  }

  #recordDifference(expected: Record<string, unknown>, actual: unknown, at: string): string | undefined {
    if (!isRecord(actual)) return unequal(expected, actual, at);
    const partial = "<only>" in expected;
    const keys = Object.keys(expected).filter((key) => key !== "<only>");
    const extra = partial ? [] : Object.keys(actual).filter((key) => !(key in expected));
    if (extra.length > 0) return `${at}: has ${extra.join(", ")} besides`;
    return first(keys, (key) =>
      key in actual ? this.difference(expected[key], actual[key], `${at}.${key}`) : `${at}: lacks ${key}`,
    );
  }
}

const BOUND: Readonly<Record<string, string>> = {
  uuid: "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
  offset: "([A-Za-z0-9+/=%]+)",
  hash: "([0-9a-f]{32})",
};

const FREE: Readonly<Record<string, string>> = {
  time: "\\d+",
  n: "\\d+",
  ms: "\\d+",
  pid: "\\d+",
  size: "[\\d.]+(?: [KMG]iB)?",
  uuid: BOUND["uuid"]!.replace("(", "(?:"),
  "node-id": BOUND["uuid"]!.replace("(", "(?:"),
  "request-id": "[0-9a-f]{32}",
  requestid: "[0-9a-f]{32}",
  hostname: "[^\\s]+",
  path: ".*",
};

/** Texts that belong to the OpenSSL, PCRE and Rust libraries of one build, cut off where they begin. */
function essential(text: string): string {
  return text
    .replace(/(invalid (?:certificate|key): )(?:(?!; (?:cert|key)).)*(\)?)/gs, "$1…$2")
    .replace(/(\(PCRE returned: ).*/s, "$1…")
    .replace(/(Router Expression failed validation: ).*/s, "$1…");
}

/** A link with its arguments in order, since their order means nothing. */
function sortedQuery(link: string): string {
  const [path, query] = link.split("?");
  return query === undefined ? link : `${path}?${query.split("&").sort().join("&")}`;
}

function decode(name: string, value: string): string {
  return name.startsWith("<offset") ? decodeURIComponent(value) : value;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function first<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unequal(expected: unknown, actual: unknown, at: string): string {
  return `${at || "the value"}: ${brief(actual)} instead of ${brief(expected)}`;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
