import { createPrivateKey, X509Certificate } from "node:crypto";
import { createServer, connect } from "node:tls";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import * as der from "../support/der.ts";
import { certificateAuthority } from "../support/pki.ts";

const now = new Date("2026-04-04T12:25:42Z");
const authority = certificateAuthority("test-ca", now, 10);

test("the authority is a CA, signed by itself, valid for the days that were asked for", () => {
  const certificate = new X509Certificate(authority.certificate);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.validFromDate.toISOString()).toBe("2026-04-04T11:25:42.000Z");
  expect(certificate.validToDate.toISOString()).toBe("2026-04-14T12:25:42.000Z");
});

test("a user's certificate carries the name as CN and each group as O, and is no CA", () => {
  const issued = authority.issue({ commonName: "bügs", organizations: ["devs", "ops"], use: "client", now });
  const certificate = new X509Certificate(issued.certificate);
  expect(certificate.subject).toBe("O=devs\nO=ops\nCN=bügs");
  expect(certificate.issuer).toBe("CN=test-ca");
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
});

test("no two certificates have one serial number", () => {
  const serials = Array.from({ length: 20 }, () => {
    return new X509Certificate(authority.issue({ commonName: "x", use: "client" }).certificate).serialNumber;
  });
  expect(new Set(serials).size).toBe(20);
});

test("a server's certificate is accepted for its names and addresses, with its client's", async () => {
  const ca = certificateAuthority("today");
  const server = ca.issue({ commonName: "server", hosts: ["127.0.0.1", "a.example"], use: "server" });
  const client = ca.issue({ commonName: "client", use: "client" });
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

test.each([
  ["0", [0], "020100"],
  ["127", [127], "02017f"],
  ["128, which needs a leading zero", [128], "02020080"],
  ["256 with zeros in front", [0, 0, 1, 0], "02020100"],
])("the integer %s is written in its shortest form", (_, bytes, expected) => {
  expect(der.integer(Buffer.from(bytes)).toString("hex")).toBe(expected);
});

test("lengths from 128 on are written with a length of their own", () => {
  expect(der.octetString(Buffer.alloc(127)).subarray(0, 2).toString("hex")).toBe("047f");
  expect(der.octetString(Buffer.alloc(128)).subarray(0, 3).toString("hex")).toBe("048180");
  expect(der.octetString(Buffer.alloc(300)).subarray(0, 4).toString("hex")).toBe("0482012c");
});

test("an object identifier's large numbers take several bytes", () => {
  expect(der.oid("1.2.840.10045.4.3.2").toString("hex")).toBe("06082a8648ce3d040302");
});
