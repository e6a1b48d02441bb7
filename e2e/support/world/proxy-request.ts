import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { createSecureContext } from "node:tls";
import type { SecureContext } from "node:tls";
import type { KongAddresses } from "./given-kong.ts";

/** A request as somebody out there would make it. */
export interface ProxyRequest {
  /** The host that it is for; any name, as the connection goes to the gateway in every case. */
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether to use TLS, with the host as server name (SNI). */
  readonly tls?: boolean;
  /** The root (PEM) which the gateway's certificate for the host has to lead to; any certificate will do unless given. */
  readonly root?: string;
}

/** The gateway's answer. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends one request through the gateway, on a connection of its own. Throws when it is not trusted. */
export async function proxyRequest(
  kong: Pick<KongAddresses, "proxyUrl" | "proxyTls">,
  wanted: ProxyRequest,
): Promise<ProxyAnswer> {
  const { host, path = "/", method = "GET", tls = false, root } = wanted;
  const url = new URL(path, tls ? `https://${tlsAddress(kong)}` : kong.proxyUrl);
  // `path` as it stands: URL would resolve dots and escape characters that the gateway must see.
  const options = { method, path, headers: { ...wanted.headers, host }, agent: false } as const;
  return new Promise((resolve, reject) => {
    const sent = tls
      ? httpsRequest(url, {
          ...{ ...options, servername: host },
          ...{ secureContext: trusting(root), rejectUnauthorized: root !== undefined },
        })
      : httpRequest(url, options);
    sent.once("error", reject).once("response", (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }), reject);
    });
    sent.end(wanted.body);
  });
}

/** What trusts a root, or everybody's: made once for each, as it takes as long as a part of every request. */
function trusting(root = ""): SecureContext {
  const known = contexts.get(root) ?? createSecureContext(root === "" ? {} : { ca: root });
  contexts.set(root, known);
  return known;
}

const contexts = new Map<string, SecureContext>();

function tlsAddress({ proxyTls }: Pick<KongAddresses, "proxyTls">): string {
  if (proxyTls === undefined) throw new Error("Set KONG_PROXY_TLS to the host:port of your Kong's TLS listener");
  return proxyTls;
}
