import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { parseArgs } from "node:util";
import { gatewayImages } from "../docker.ts";
import { freePorts } from "../ports.ts";
import { waitFor } from "../wait.ts";
import { containers, endOf, runContainer } from "./containers.ts";
import { serveServiceNames } from "./service-dns.ts";

// A Kong and its database in Docker, in the place of the stand-in: `node main.ts --ready-file F` runs until it is killed, and
// writes to F where Kong listens, as the stand-in does. KONG_IMAGE and POSTGRES_IMAGE name the images.

const { values } = parseArgs({ options: { "ready-file": { type: "string", default: "kong.json" } } });
const [postgres = 0, admin = 0, proxy = 0, proxyTls = 0, dns = 0] = await freePorts(5);
const { postgres: database, kong } = containers(gatewayImages(process.env), { postgres, admin, proxy, proxyTls, dns });

await serveServiceNames(dns);
const databaseEnd = endOf(database, runContainer(database));
// It listens on TCP only when its first start is over.
await Promise.race([databaseEnd, waitFor({ what: "PostgreSQL to listen", timeout: 120_000 }, () => listens(postgres))]);
const kongEnd = endOf(kong, runContainer(kong));
const ready = waitFor({ what: "Kong to answer", timeout: 120_000, interval: 200 }, answers);
await Promise.race([databaseEnd, kongEnd, ready]);
writeFileSync(
  values["ready-file"],
  JSON.stringify({
    admin: `http://127.0.0.1:${admin}`,
    proxy: `http://127.0.0.1:${proxy}`,
    tls: `127.0.0.1:${proxyTls}`,
    nodes: [{ proxy: `http://127.0.0.1:${proxy}`, tls: `127.0.0.1:${proxyTls}` }],
  }),
);
await Promise.race([databaseEnd, kongEnd]);

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Whether the Admin API and the proxy answer as a Kong that has started. */
async function answers(): Promise<boolean> {
  const [status, nothing] = await Promise.all([
    fetch(`http://127.0.0.1:${admin}/status`),
    fetch(`http://127.0.0.1:${proxy}/`),
  ]);
  return status.ok && nothing.status === 404;
}
