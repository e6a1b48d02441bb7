import * as net from "node:net";
import * as tls from "node:tls";
import { patienceMs } from "./wire.ts";

/** A request that is written byte for byte as it stands here, however odd; texts are sent as UTF-8. */
export type RawRequest = {
  readonly scheme?: "http" | "https";
  readonly method?: string;
  readonly path?: string;
  readonly version?: string;
  /** The Host header; absent for none. */
  readonly host?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** The server name in the TLS handshake; absent for none. */
  readonly sni?: string;
  /** The only kind of certificate that the client takes. */
  readonly alg?: "rsa" | "ecdsa";
};

/** Where a proxy listens. */
export type ProxyAddress = { readonly host: string; readonly proxyPort: number; readonly tlsPort: number };

/** An answer; headers are in their order, `certificate` is the one that was served, DER. */
export type RawAnswer = {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly certificate: Buffer | undefined;
};

/** Sends one request on a connection of its own and reads the whole answer. @throws where none comes. */
export async function rawRequest(proxy: ProxyAddress, request: RawRequest): Promise<RawAnswer> {
  const socket = await connected(proxy, request);
  const received: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => received.push(bytes));
  const ended = new Promise<void>((resolve, reject) => {
    socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no answer within ${patienceMs / 1000} s`)));
    socket.on("end", resolve);
    socket.on("error", reject);
  });
  socket.write(textOf(request));
  await ended;
  const certificate = socket instanceof tls.TLSSocket ? socket.getPeerCertificate().raw : undefined;
  socket.destroy();
  return { ...answerOf(Buffer.concat(received), request.method), certificate };
}

function connected(proxy: ProxyAddress, { scheme, sni, alg }: RawRequest): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    if (scheme !== "https") {
      const socket = net.connect(proxy.proxyPort, proxy.host, () => resolve(socket)).once("error", reject);
      return;
    }
    const socket = tls
      .connect(
        {
          host: proxy.host,
          port: proxy.tlsPort,
          servername: sni ?? "",
          rejectUnauthorized: false,
          ...(alg === undefined ? {} : { sigalgs: SIGNATURES[alg] }),
        },
        () => resolve(socket),
      )
      .once("error", reject);
  });
}

const SIGNATURES = { rsa: "rsa_pss_rsae_sha256:RSA+SHA256", ecdsa: "ecdsa_secp256r1_sha256" } as const;

function textOf({
  method = "GET",
  path = "/",
  version = "HTTP/1.1",
  host,
  headers = [],
  body = "",
}: RawRequest): string {
  const lines = [
    `${method} ${path} ${version}`,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function answerOf(bytes: Buffer, method: string | undefined): Omit<RawAnswer, "certificate"> {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) throw new Error(`not an HTTP answer: ${JSON.stringify(bytes.toString("latin1"))}`);
  const [line = "", ...rest] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = rest.map((text) => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon), text.slice(colon + 1).trim()] as const;
  });
  const isChunked = headers.some(
    ([name, value]) => name.toLowerCase() === "transfer-encoding" && /chunked/i.test(value),
  );
  const raw = bytes.subarray(end + 4);
  const body = method === "HEAD" ? "" : (isChunked ? joined(raw) : raw).toString("utf8");
  return { status: Number(line.split(" ")[1]), headers, body };
}

function joined(chunked: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const end = chunked.indexOf("\r\n", at);
    const length = Number.parseInt(chunked.toString("latin1", at, end), 16);
    if (!(length > 0)) return Buffer.concat(chunks);
    chunks.push(chunked.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
