import { createPrivateKey, X509Certificate } from "node:crypto";
import { createServer, connect } from "node:tls";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";

const now = new Date("2026-04-04T12:25:42Z");
const authority = await certificateAuthority("test-ca", now, 10);

test("the authority is a CA, signed by itself, valid for the days that were asked for", () => {
  const certificate = new X509Certificate(authority.certificate);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.validFromDate.toISOString()).toBe("2026-04-04T11:25:42.000Z");
  expect(certificate.validToDate.toISOString()).toBe("2026-04-14T12:25:42.000Z");
});

test("a user's certificate carries the name as CN and each group as O, and is no CA", async () => {
  const issued = await authority.issue({ commonName: "bügs", organizations: ["devs", "ops"], use: "client", now });
  const certificate = new X509Certificate(issued.certificate);
  expect(certificate.subject).toBe("O=devs\nO=ops\nCN=bügs");
  expect(certificate.issuer).toBe("CN=test-ca");
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
});

test("no two certificates have one serial number", async () => {
  const issued = await Promise.all(
    Array.from({ length: 20 }, () => authority.issue({ commonName: "x", use: "client" })),
  );
  const serials = issued.map(({ certificate }) => new X509Certificate(certificate).serialNumber);
  expect(new Set(serials).size).toBe(20);
});

test("a server's certificate is accepted for its names and addresses, with its client's", async () => {
  const ca = await certificateAuthority("today");
  const server = await ca.issue({ commonName: "server", hosts: ["127.0.0.1", "a.example"], use: "server" });
  const client = await ca.issue({ commonName: "client", use: "client" });
  const options = { cert: server.certificate, key: server.key, ca: ca.certificate, requestCert: true };
  const listening = createServer(options, (socket) => socket.end(socket.authorized ? "welcome" : "who?"));
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as AddressInfo;
  const greeting = (host: string, servername: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const pair = { cert: client.certificate, key: client.key, ca: ca.certificate };
      const socket = connect({ host, port, servername, ...pair });
      socket.once("data", (data) => resolve(String(data))).once("error", reject);
    });
  expect(await greeting("127.0.0.1", "")).toBe("welcome");
  expect(await greeting("127.0.0.1", "a.example")).toBe("welcome");
  await expect(greeting("127.0.0.1", "b.example")).rejects.toThrow("does not match certificate's altnames");
  listening.close();
});
