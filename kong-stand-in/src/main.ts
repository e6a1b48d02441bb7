import { renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { startGateway } from "./index.ts";

const USAGE =
  "usage: main.ts [--host 127.0.0.1] [--admin-port N] [--proxy-port N] [--tls-port N] [--control-port N] " +
  "[--worker-state-update-frequency SECONDS] [--ready-file F]   (port 0: a free one)";

/** Runs the gateway until SIGTERM or SIGINT; the ready file, if asked for, appears whole when everything listens. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      "admin-port": { type: "string", default: "0" },
      "proxy-port": { type: "string", default: "0" },
      "tls-port": { type: "string", default: "0" },
      "control-port": { type: "string" },
      "worker-state-update-frequency": { type: "string", default: "0" },
      "ready-file": { type: "string" },
    },
  });
  const control = values["control-port"];
  const gateway = await startGateway({
    host: values.host,
    adminPort: numberIn(values["admin-port"]),
    proxyPort: numberIn(values["proxy-port"]),
    tlsPort: numberIn(values["tls-port"]),
    workerStateUpdateFrequency: numberIn(values["worker-state-update-frequency"]),
    ...(control !== undefined && { controlPort: numberIn(control) }),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void gateway.stop().then(() => process.exit(0)));
  }
  const { adminUrl: admin, proxyUrl: proxy, tlsAddress: tls, controlUrl } = gateway;
  const ready = JSON.stringify({ admin, proxy, tls, ...(controlUrl && { control: controlUrl }), pid: process.pid });
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

main().catch((error: unknown) => {
  console.error(`gateway: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 1;
});
