import type { Host } from "./host.ts";

/**
 * The pattern that reserves the host; undefined if none does. A pattern is canonical: `*.x` means every name below x at any
 * depth, wildcards included, but not x; anything else means exactly itself.
 */
export function matchesReserved(host: Host, patterns: readonly string[]): string | undefined {
  return patterns.find((pattern) =>
    pattern.startsWith("*.") ? host.length > pattern.length - 1 && host.endsWith(pattern.slice(1)) : host === pattern,
  );
}

/** What is reserved when an administrator says nothing: the cluster's own DNS domain, and all below it. */
export function defaultReserved(clusterDomain: string): readonly string[] {
  return [clusterDomain, `*.${clusterDomain}`];
}
