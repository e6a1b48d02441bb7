import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { handshake } from "../../src/kong/handshake.ts";
import { fingerprintOf } from "../../src/x509/key-pair.ts";
import { pairFor, rsa } from "../support/pki.ts";

const shop = await pairFor(["shop.example", "*.shop.example"]);
const fallback = await pairFor(["localhost"], { algorithm: rsa(2048) });

let server: Server;
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => server.close(closed));
});

/** Has the server listen on a free port; the address is an https one whatever it speaks. */
async function listening(one: Server): Promise<string> {
  server = one;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const gateway = (): Promise<string> =>
  listening(
    createTlsServer({
      ...fallback,
      SNICallback: (name, done) => done(null, name.endsWith("shop.example") ? createSecureContext(shop) : undefined),
    }),
  );

const never = new AbortController().signal;
const leaf = (cert: string): string => fingerprintOf(new X509Certificate(cert));

test("the leaf that is shown for a server name is known by its fingerprint, and whether it is for the name", async () => {
  const url = await gateway();
  expect(await handshake(url, "shop.example", 5_000, never)).toEqual({ leaf: leaf(shop.cert), coversName: true });
  expect(await handshake(url, "x.shop.example", 5_000, never)).toEqual({ leaf: leaf(shop.cert), coversName: true });
  expect(await handshake(url, "y.x.shop.example", 5_000, never)).toMatchObject({ coversName: false });
  expect(await handshake(url, "other.example", 5_000, never)).toEqual({ leaf: leaf(fallback.cert), coversName: false });
});

test("no connection is left over", async () => {
  const url = await gateway();
  await handshake(url, "shop.example", 5_000, never);
  await expect.poll(() => sockets.size).toBe(0);
});

test("a gateway that accepts and says nothing is given up in time", async () => {
  const url = await listening(createServer((socket) => void socket.resume()));
  const begun = performance.now();
  await expect(handshake(url, "shop.example", 50, never)).rejects.toThrow();
  expect(performance.now() - begun).toBeLessThan(4_000);
  await expect.poll(() => sockets.size).toBe(0);
});

test("one that speaks half a handshake, and then nothing, is given up in time", async () => {
  const url = await listening(
    createServer((socket) => void socket.write(Buffer.from("160303004a020000460303", "hex"))),
  );
  await expect(handshake(url, "shop.example", 50, never)).rejects.toThrow();
});

test("one that does not speak TLS, or hangs up, is told at once", async () => {
  const plain = await listening(createServer((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
  await expect(handshake(plain, "shop.example", 60_000, never)).rejects.toThrow();
  server.close();
  await expect(handshake(plain, "shop.example", 60_000, never)).rejects.toThrow(/ECONNREFUSED/);
  server = createServer();
});

test("what is given up ends at once", async () => {
  const url = await listening(createServer(() => undefined));
  const over = new AbortController();
  const asked = handshake(url, "shop.example", 60_000, over.signal);
  over.abort();
  await expect(asked).rejects.toThrow();
});
