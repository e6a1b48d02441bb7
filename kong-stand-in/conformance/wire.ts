import { connect } from "node:net";

/** A request as it goes over the wire; `headers` are sent as they are, nothing is added but Host and the length. */
export type WireRequest = {
  readonly method: string;
  /** Sent as Latin-1, so that it can hold any byte. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly version?: "1.0" | "1.1";
};

/** An answer as it came; names of headers as they were sent. */
export type WireResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** Milliseconds after which an answer is given up. */
export const patienceMs = 120_000;

/** Sends one request over a connection of its own; unlike fetch it sends what no client would. */
export async function send(base: string, request: WireRequest): Promise<WireResponse> {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ""));
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", resolve);
    socket.on("close", () => resolve());
    // A server that refuses a large body may reset the connection after its answer.
    socket.on("error", (error) => (chunks.length > 0 ? resolve() : reject(error)));
  });
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no answer to ${request.method} ${request.path}`)));
  socket.write(Buffer.concat([Buffer.from(head(request, `${hostname}:${port}`), "latin1"), bodyOf(request)]));
  await ended;
  socket.destroy();
  return parse(Buffer.concat(chunks));
}

function head({ method, path, headers = {}, body, version = "1.1" }: WireRequest, host: string): string {
  const lengthKnown = body !== undefined && !("Transfer-Encoding" in headers);
  const lines = [
    `${method} ${path} HTTP/${version}`,
    `Host: ${host}`,
    "Connection: close",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(lengthKnown ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function bodyOf({ body }: WireRequest): Buffer {
  return Buffer.from(body ?? "");
}

function parse(bytes: Buffer): WireResponse {
  const at = bytes.indexOf("\r\n\r\n");
  if (at < 0) throw new Error("the connection ended before an answer");
  const [first, ...lines] = bytes.toString("latin1", 0, at).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const rest = bytes.subarray(at + 4);
  const chunked = /chunked/i.test(headers["Transfer-Encoding"] ?? "");
  return { status: Number(first!.split(" ")[1]), headers, body: chunked ? unchunked(rest) : rest };
}

function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (end < 0 || !(length > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
