import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../controlplane/place.ts";
import type { Place } from "../controlplane/place.ts";
import type { KongAddresses } from "./given-kong.ts";
import { PROJECT } from "./project.ts";

/** Starts the embedded gateway on free ports and returns where it listens. `args` are further arguments for it. */
export async function startGateway(place: Place, args: readonly string[] = []): Promise<KongAddresses> {
  const readyFile = join(place.dataDir, "gateway.json");
  rmSync(readyFile, { force: true });
  const ports = ["--admin-port", "0", "--proxy-port", "0", "--tls-port", "0", "--control-port", "0"];
  const main = join(PROJECT, "kong-stand-in/src/main.ts");
  const command = process.execPath;
  await launch(
    place,
    { name: "gateway", command, args: [main, ...ports, "--ready-file", readyFile, ...args] },
    async () => existsSync(readyFile),
  );
  const ready = JSON.parse(readFileSync(readyFile, "utf8")) as ReadyFile;
  return {
    adminUrl: ready.admin,
    proxyUrl: ready.proxy,
    nodeUrls: ready.nodes.map(({ proxy }) => proxy),
    nodeTls: ready.nodes.map(({ tls }) => tls),
    proxyTls: ready.tls,
    controlUrl: ready.control,
    embedded: true,
  };
}

/** What the gateway writes when it listens: three addresses as URLs, host and port of the TLS listener, and proxy and TLS listener of each node. */
interface ReadyFile {
  readonly admin: string;
  readonly proxy: string;
  readonly tls: string;
  readonly control: string;
  readonly nodes: readonly { readonly proxy: string; readonly tls: string }[];
}
