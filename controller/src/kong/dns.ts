type Configuration = Readonly<Record<string, unknown>>;

/**
 * True if `dns_order` has SRV before A. The DNS client that `new_dns_client` turns on does not read it: it asks for SRV
 * records only of names like `_http._tcp.x` (kong/dns/client.lua, Kong 3.9.1).
 */
export function asksSrvFirst({ dns_order: order, new_dns_client: newClient }: Configuration): boolean {
  if (!Array.isArray(order) || newClient === true) return false;
  const place = (type: string): number => order.findIndex((one) => String(one).toUpperCase() === type);
  return place("SRV") >= 0 && (place("A") < 0 || place("SRV") < place("A"));
}

/** Seconds for which the DNS of a cluster says that an answer is valid, where Kong does not: kubeadm's CoreDNS has `ttl 30`. */
const clusterTtl = 30;

/**
 * Milliseconds for which requests may go to an address after DNS has another one for the name: an answer is taken for
 * valid as long as `dns_valid_ttl` says, else DNS itself; and then, for `dns_stale_ttl` more, each worker uses it once again
 * while it asks anew. The client of `new_dns_client` has settings of its own, `resolver_...`. Undefined where Kong does not
 * say it.
 */
export function dnsCacheMs(configuration: Configuration): number | undefined {
  const client = configuration["new_dns_client"] === true ? "resolver" : "dns";
  const valid = configuration[`${client}_valid_ttl`] ?? clusterTtl;
  const stale = configuration[`${client}_stale_ttl`];
  if (typeof valid !== "number" || typeof stale !== "number") return undefined;
  return (valid + stale) * 1000;
}
