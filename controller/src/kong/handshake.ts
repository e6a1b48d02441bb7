import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { TLSSocket } from "node:tls";
import { fingerprintOf } from "../x509/key-pair.ts";

/** The leaf that the gateway showed for a server name. */
export interface ShownLeaf {
  /** SHA-256 of its DER, in lower case hex. */
  readonly leaf: string;
  /** True if it is for the server name (RFC 6125, section 6.4). */
  readonly coversName: boolean;
}

/** The gateway's addresses for https, and how one is asked what it shows for a server name. */
export interface HttpsProxies {
  readonly urls: readonly string[];
  /** Rejects where no handshake is completed in time. */
  readonly handshake: (url: string, serverName: string, timeoutMs: number, signal: AbortSignal) => Promise<ShownLeaf>;
}

/**
 * Begins a connection to one of the gateway's https addresses as a browser does for the server name, and ends it when the
 * leaf has been shown. Whom the client would trust is not asked: a certificate may be from an authority of the team's own.
 * Rejects where no handshake is completed within `timeoutMs`, or the signal aborts.
 */
export async function handshake(
  url: string,
  serverName: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ShownLeaf> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = connect({
    ...{ host, port: port === "" ? 443 : Number(port), rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] },
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
    return shownBy(socket, serverName);
  } finally {
    // What comes after is nobody's concern, and must not end the process.
    socket.on("error", () => undefined);
    socket.destroy();
  }
}

/** A client that is shown no certificate (an anonymous cipher suite) completes no handshake: OpenSSL offers none by itself. */
function shownBy(socket: TLSSocket, serverName: string): ShownLeaf {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new Error("the handshake showed no certificate");
  return {
    leaf: fingerprintOf(certificate),
    coversName: certificate.checkHost(serverName, { subject: "never" }) !== undefined,
  };
}
