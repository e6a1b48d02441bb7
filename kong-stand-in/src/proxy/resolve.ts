import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** Finds the IP address for a service's host; undefined if there is none. */
export type Resolve = (host: string) => Promise<string | undefined>;

/**
 * The stand-in's own way: an IP stays, names of Kubernetes Services (`<service>.<namespace>.svc`, with or without a
 * cluster domain) and `localhost` are this machine, any other name is looked up as the machine does.
 */
export async function resolveServiceHost(host: string): Promise<string | undefined> {
  if (/(^|\.)svc(\.[a-z0-9.-]+)?\.?$/i.test(host) || host === "localhost") return "127.0.0.1";
  return lookUpHost(host);
}

/** As the machine does it, names of Services included: in a cluster these are found by its DNS. */
export async function lookUpHost(host: string): Promise<string | undefined> {
  const literal = host.replace(/^\[(.*)\]$/, "$1");
  if (isIP(literal) !== 0) return literal;
  try {
    return (await lookup(host)).address;
  } catch {
    return undefined;
  }
}
