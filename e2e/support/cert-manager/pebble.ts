import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, request } from "undici";
import { launch } from "../controlplane/place.ts";
import type { Place } from "../controlplane/place.ts";
import { certificateAuthority } from "../pki.ts";
import { onFreePorts } from "../ports.ts";

/** A running ACME server (RFC 8555). */
export interface Pebble {
  readonly directoryUrl: string;
  /** The CA (PEM) of its API's own certificate. */
  readonly ca: string;
  /** The root (PEM) of what it issues: a new one at every start. */
  readonly root: string;
}

/**
 * A name that it refuses when it is ordered, with all names below it. Of two labels, as Pebble answers nothing to an order
 * for a name that is shorter than a refused one.
 */
export const REFUSED = "refused.example";

/** The only profile there is; where an order names none, Pebble picks one at random. */
export const PROFILE = "default";

/** Without the delays and the faults by which it trains clients, and each order with validations of its own. */
const STRAIGHT = { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0", PEBBLE_AUTHZREUSE: "0" };

/**
 * Starts Pebble on free ports of 127.0.0.1; it validates by the name server at `nameserver` (host:port), and HTTP-01 at
 * `httpPort` of the addresses that names have there. It forgets its accounts and orders when it ends.
 */
export async function startPebble(
  place: Place,
  command: string,
  { nameserver, httpPort }: { readonly nameserver: string; readonly httpPort: number },
): Promise<Pebble> {
  const folder = join(place.dataDir, "pebble");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const authority = await certificateAuthority("pebble-api-ca");
  const own = await authority.issue({ commonName: "pebble", hosts: ["127.0.0.1"], use: "server" });
  const certificate = write("api.crt", own.certificate);
  const privateKey = write("api.key", own.key);
  return onFreePorts(2, async ([port, managementPort]) => {
    const pebble = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${managementPort}`,
      certificate,
      privateKey,
      httpPort,
      domainBlocklist: [REFUSED],
      keyAlgorithm: "ecdsa",
      profiles: { [PROFILE]: { description: "90 days", validityPeriod: 90 * 24 * 3600 } },
      retryAfter: { authz: 0, order: 0 },
    };
    const args = ["-config", write("config.json", JSON.stringify({ pebble })), "-dnsserver", nameserver];
    const agent = new Agent({ connect: { ca: authority.certificate } });
    const get = async (url: string): Promise<string> => {
      // Without this header it answers 400.
      const headers = { "user-agent": "domain-claims-e2e" };
      const { statusCode, body } = await request(url, { dispatcher: agent, headers });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`GET ${url}: ${statusCode} ${text}`);
      return text;
    };
    const directoryUrl = `https://${pebble.listenAddress}/dir`;
    try {
      await launch(place, { name: "pebble", command, args, env: { ...process.env, ...STRAIGHT } }, async () => {
        return (await get(directoryUrl)) !== "";
      });
      const root = await get(`https://${pebble.managementListenAddress}/roots/0`);
      return { directoryUrl, ca: authority.certificate, root };
    } finally {
      await agent.destroy();
    }
  });
}
