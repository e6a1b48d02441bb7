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
  const ports = ["--admin-port", "0", "--proxy-port", "0", "--tls-port", "0"];
  const main = join(PROJECT, "e2e/support/gateway/main.ts");
  const command = process.execPath;
  await launch(
    place,
    { name: "gateway", command, args: [main, ...ports, "--ready-file", readyFile, ...args] },
    async () => existsSync(readyFile),
  );
  const { admin, proxy, tls } = JSON.parse(readFileSync(readyFile, "utf8")) as Record<
    "admin" | "proxy" | "tls",
    number
  >;
  return {
    adminUrl: `http://127.0.0.1:${admin}`,
    proxyUrl: `http://127.0.0.1:${proxy}`,
    proxyTls: `127.0.0.1:${tls}`,
    embedded: true,
  };
}
