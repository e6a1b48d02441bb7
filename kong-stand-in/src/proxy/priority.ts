import type { Route } from "../entities.ts";

/** A 64-bit unsigned number in two halves of 32 bits. */
export type Priority = { readonly high: number; readonly low: number };

/** What decides about a route's place, beside its id: `paths` are all of one length, or all regular expressions. */
export type Weighed = Pick<Route, "methods" | "hosts" | "headers" | "snis" | "paths" | "regex_priority">;

/**
 * The place of a route in Kong 3.9's flavor `traditional_compatible`: the larger number is tried first.
 *
 * Kong means one 64-bit number (kinds of matchers, plain hosts only, count of headers, regular expression,
 * its priority, length of the path), but shifts three of the parts by more than 31 places in 32-bit arithmetic,
 * where a shift by n is one by n mod 32. Their sum is a signed 32-bit number, and it is negative with four kinds of
 * matchers or with a regex_priority that has the 13th bit set. Where one of the two 64-bit parts is added to it (plain
 * hosts, regular expression) a negative one fills the upper half with ones; alone it becomes 2^63, whatever it was.
 * Either way it outranks every route whose number is as it was meant.
 */
export function priorityOf(route: Weighed): Priority {
  const path = route.paths?.[0];
  const isRegex = path?.startsWith("~") ?? false;
  const plainHostsOnly = route.hosts !== null && !route.hosts.some((host) => host.includes("*"));
  const headers = Object.keys(route.headers ?? {});
  const kinds = [route.methods, route.hosts, headers, route.snis, route.paths].filter(isFilled).length;

  const low =
    (kinds << (61 % 32)) |
    (Math.min(headers.length, MAX_HEADERS) << (52 % 32)) |
    ((isRegex ? route.regex_priority : 0) << 19) |
    (path === undefined || isRegex ? 0 : Buffer.byteLength(path) & 0x7ffff);
  if (low < 0 && !plainHostsOnly && !isRegex) return { high: 2 ** 31, low: 0 };
  const high = (low < 0 ? -1 : 0) | (plainHostsOnly ? 1 << (60 - 32) : 0) | (isRegex ? 1 << (51 - 32) : 0);
  return { high: high >>> 0, low: low >>> 0 };
}

const MAX_HEADERS = 255;

function isFilled(values: readonly unknown[] | null): boolean {
  return values !== null && values.length > 0;
}
