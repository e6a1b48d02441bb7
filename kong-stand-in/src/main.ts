import { renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { startGateway } from "./index.ts";
import { lookUpHost } from "./proxy/resolve.ts";

const USAGE =
  "usage: main.ts [--host 127.0.0.1] [--admin-port N] [--proxy-port N] [--tls-port N] [--control-port N] " +
  "[--nodes N] [--workers N] [--worker-state-update-frequency SECONDS] [--db-update-frequency SECONDS] [--seed N] " +
  "[--allow-debug-header] [--cluster-dns] [--ready-file F]   (port 0: a free one)";

/** Runs the gateway until SIGTERM or SIGINT; the ready file, if asked for, appears whole when everything listens. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      "admin-port": { type: "string", default: "0" },
      "proxy-port": { type: "string", default: "0" },
      "tls-port": { type: "string", default: "0" },
      "control-port": { type: "string" },
      nodes: { type: "string", default: "1" },
      workers: { type: "string", default: "1" },
      "worker-state-update-frequency": { type: "string", default: "0" },
      "db-update-frequency": { type: "string", default: "0" },
      seed: { type: "string", default: "1" },
      "allow-debug-header": { type: "boolean", default: false },
      "cluster-dns": { type: "boolean", default: false },
      "ready-file": { type: "string" },
    },
  });
  const control = values["control-port"];
  const gateway = await startGateway({
    host: values.host,
    adminPort: numberIn(values["admin-port"]),
    proxyPort: numberIn(values["proxy-port"]),
    tlsPort: numberIn(values["tls-port"]),
    nodes: countIn(values.nodes),
    workers: countIn(values.workers),
    workerStateUpdateFrequency: numberIn(values["worker-state-update-frequency"]),
    dbUpdateFrequency: numberIn(values["db-update-frequency"]),
    seed: numberIn(values.seed),
    allowDebugHeader: values["allow-debug-header"],
    ...(values["cluster-dns"] && { resolve: lookUpHost }),
    ...(control !== undefined && { controlPort: numberIn(control) }),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void gateway.stop().then(() => process.exit(0)));
  }
  const { adminUrl: admin, proxyUrl: proxy, tlsAddress: tls, controlUrl } = gateway;
  const nodes = gateway.nodes.map(({ proxyUrl, tlsAddress }) => ({ proxy: proxyUrl, tls: tlsAddress }));
  const controlled = controlUrl === undefined ? {} : { control: controlUrl };
  const ready = JSON.stringify({ admin, proxy, tls, nodes, ...controlled, pid: process.pid });
  const file = values["ready-file"];
  if (file === undefined) console.log(ready);
  else {
    writeFileSync(`${file}.part`, ready);
    renameSync(`${file}.part`, file);
  }
}

function numberIn(text: string): number {
  const number = Number(text);
  if (text === "" || !(number >= 0)) throw new Error(`"${text}" is no number`);
  return number;
}

function countIn(text: string): number {
  const count = numberIn(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`"${text}" is no number of nodes or workers`);
  return count;
}

main().catch((error: unknown) => {
  console.error(`gateway: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 1;
});
