import { once } from "node:events";
import { connect } from "node:tls";
import type { Story } from "./story.ts";

/** The DNS names of the certificate with which the gateway answers for a server name: `DNS:acme.example, ...`; empty for its own. */
export async function certifiedNames({ proxyTls }: Story, servername: string): Promise<string> {
  if (proxyTls === undefined) throw new Error("Set KONG_PROXY_TLS to the host:port of your Kong's TLS listener");
  const colon = proxyTls.lastIndexOf(":");
  const [host, port] = [proxyTls.slice(0, colon), Number(proxyTls.slice(colon + 1))];
  const socket = connect({ host, port, servername, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerCertificate().subjectaltname ?? "";
  } finally {
    socket.destroy();
  }
}
