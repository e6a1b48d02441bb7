import { randomBytes } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../controlplane/place.ts";
import type { Place } from "../controlplane/place.ts";
import { onFreePorts } from "../ports.ts";
import { waitFor } from "../wait.ts";

/** A name server for the names that certificates are for; a name outside of its zones does not exist. */
export interface DnsServer {
  /** host:port, for UDP and TCP. */
  readonly address: string;
  /** The key (HMAC-SHA256) of those who may add and delete TXT records (RFC 2136, RFC 8945); the secret in base64. */
  readonly tsig: { readonly name: string; readonly secret: string };
  /**
   * Makes a zone, or writes it anew, and returns when it is served. `records` are lines of its master file (RFC 1035,
   * section 5); what updates have added to it stays.
   */
  readonly serve: (zone: string, records?: readonly string[]) => Promise<void>;
  /** Asks it as anybody may. */
  readonly resolver: Resolver;
}

/**
 * The record by which a name fails validation by DNS-01: updates of its challenge succeed, and change nothing, as the
 * challenge's name is an alias (RFC 2136, section 3.4.2.2).
 */
export function unprovable(name: string): string {
  return `_acme-challenge.${name}. CNAME elsewhere.invalid.`;
}

/** Starts the name server on a free port of 127.0.0.1, with these zones, which are empty at first. */
export async function startDnsServer(place: Place, command: string, zones: readonly string[]): Promise<DnsServer> {
  const folder = join(place.dataDir, "zones");
  const tsig = { name: "acme-key", secret: randomBytes(32).toString("base64") };
  let serial = 0;
  const write = (zone: string, records: readonly string[] = []): number => {
    serial += 1;
    // Nothing may be remembered for longer than a second.
    const start = ["$TTL 1", `@ SOA ns.${zone}. hostmaster.${zone}. ${serial} 1 1 1 1`, `@ NS ns.${zone}.`];
    writeFileSync(join(folder, `${zone}.zone`), [...start, ...records, ""].join("\n"));
    return serial;
  };
  mkdirSync(folder, { recursive: true });
  zones.forEach((zone) => write(zone));
  return onFreePorts(1, async ([port]) => {
    const address = `127.0.0.1:${port}`;
    const resolver = new Resolver();
    resolver.setServers([address]);
    const args = ["-listen", address, "-zones", folder, "-tsig-key", tsig.name, "-tsig-secret", tsig.secret];
    const running = await launch(place, { name: "dns-server", command, args }, () => answers(resolver));
    return {
      address,
      tsig,
      resolver,
      serve: async (zone, records) => {
        const wanted = write(zone, records);
        running.signal("SIGHUP");
        await waitFor({ what: `the zone ${zone} to be served anew`, interval: 10 }, async () => {
          return (await resolver.resolveSoa(zone)).serial === wanted;
        });
      },
    };
  });
}

/** Whether the server says that there is no such name, for one that is in no zone. */
async function answers(resolver: Resolver): Promise<boolean> {
  return resolver.resolveSoa("nobody.invalid").then(
    () => false,
    (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOTFOUND",
  );
}
