import { buildConnector } from "undici";
import type { buildConnector as Connector } from "undici";
import { watchedFile } from "./files.ts";
import type { WatchedFile } from "./files.ts";
import type { KongTransportOptions } from "./calls.ts";

/** Milliseconds to make a connection, TLS included. */
const connectTimeoutMs = 5_000;

/**
 * Makes connections to Kong with the certificates that the files hold at that moment: a renewed client certificate is
 * used from the next connection on.
 */
export function connector(options: KongTransportOptions): Connector.connector {
  const files = {
    ca: fileOf(options.caFile),
    cert: fileOf(options.clientCertFile),
    key: fileOf(options.clientKeyFile),
  };
  const settings = {
    allowH2: false,
    timeout: Math.min(connectTimeoutMs, options.timeoutMs),
    ...(options.tlsServerName === undefined ? {} : { servername: options.tlsServerName }),
    rejectUnauthorized: options.insecureSkipTlsVerify !== true,
  };
  let current: { readonly version: string; readonly connect: Connector.connector } | undefined;

  const connect = async (): Promise<Connector.connector> => {
    const read = await Promise.all(
      Object.entries(files).map(async ([option, file]) => [option, await file?.read()] as const),
    );
    const version = read.map(([, content]) => content?.changes ?? 0).join();
    const texts = Object.fromEntries(read.flatMap(([option, content]) => (content ? [[option, content.text]] : [])));
    if (current?.version !== version) current = { version, connect: buildConnector({ ...settings, ...texts }) };
    return current.connect;
  };

  return (target, callback) => {
    connect().then(
      (make) => {
        try {
          make(target, callback);
        } catch (error) {
          // A certificate or key that is no PEM.
          callback(asError(error), null);
        }
      },
      (error: unknown) => {
        callback(asError(error), null);
      },
    );
  };
}

function fileOf(path: string | undefined): WatchedFile | undefined {
  return path === undefined ? undefined : watchedFile(path);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
