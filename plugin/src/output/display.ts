import { domainToUnicode } from "node:url";

/**
 * A host as people should see it, `xn--bcher-kva.example (bücher.example)`: what `display` of @domain-claims/crds says,
 * without its tables, which take longer to load than everything else a command does.
 */
export function display(host: string): string {
  if (!host.includes("xn--")) return host;
  const wildcard = host.startsWith("*.") ? "*." : "";
  const unicode = wildcard + domainToUnicode(host.slice(wildcard.length));
  return unicode === host ? host : `${host} (${unicode})`;
}
