import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { kongTransport } from "../../src/kong/transport.ts";
import type { KongTransport, KongTransportOptions } from "../../src/kong/calls.ts";
import { adminServer, json } from "./admin-server.ts";
import type { AdminServer } from "./admin-server.ts";
import { tempFolder } from "../support/temp-folder.ts";

const pem = (name: string): string => join(import.meta.dirname, "pem", name);
const open: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A server that tells who the client is, by its certificate. */
async function serving(): Promise<AdminServer> {
  const tls = {
    key: readFileSync(pem("server.key")),
    cert: readFileSync(pem("server.crt")),
    ca: readFileSync(pem("ca.crt")),
    requestCert: true,
    rejectUnauthorized: false,
  };
  const server = await adminServer((response, _seen, request) => {
    const subject = (request.socket as TLSSocket).getPeerCertificate().subject as { readonly CN?: string } | undefined;
    json(response, 200, { client: subject?.CN ?? null, protocol: request.httpVersion }, { connection: "close" });
  }, tls);
  open.push(server);
  return server;
}

async function transportTo(options: Partial<KongTransportOptions>): Promise<KongTransport> {
  const { url } = await serving();
  const transport = kongTransport({ url, timeoutMs: 5_000, connections: 2, ...options });
  open.push(transport);
  return transport;
}

const trusting = { caFile: pem("ca.crt"), tlsServerName: "kong-admin.test" };
const root = { method: "GET", path: "/" } as const;

test("a Kong with a certificate of the given authority and name is trusted", async () => {
  const transport = await transportTo(trusting);
  expect((await transport.request(root)).body).toEqual({ client: null, protocol: "1.1" });
});

test.each([
  ["of another authority", { ...trusting, caFile: pem("other-ca.crt") }, /TLS with it fails \((UNABLE_TO|CERT|SELF)/],
  ["of an authority unknown to the system", { tlsServerName: "kong-admin.test" }, /TLS with it fails/],
  ["for another name", { ...trusting, tlsServerName: "other.test" }, /ERR_TLS_CERT_ALTNAME_INVALID/],
])("a certificate %s is refused, and nothing was sent", async (_, options, sentence) => {
  const transport = await transportTo(options);
  const request = transport.request({ method: "POST", path: "/routes", body: {} });
  await expect(request).rejects.toMatchObject({
    kind: "unavailable",
    outcomeUnknown: false,
    message: expect.stringMatching(sentence) as string,
  });
});

test("with checks switched off every certificate is taken", async () => {
  const transport = await transportTo({ insecureSkipTlsVerify: true });
  expect((await transport.request(root)).status).toBe(200);
});

test("a renewed client certificate is shown from the next connection on", async () => {
  const directory = tempFolder();
  const clientCertFile = join(directory, "tls.crt");
  const clientKeyFile = join(directory, "tls.key");
  const put = (name: string): void => {
    copyFileSync(pem(`${name}.crt`), clientCertFile);
    copyFileSync(pem(`${name}.key`), clientKeyFile);
  };
  put("client");
  const transport = await transportTo({ ...trusting, clientCertFile, clientKeyFile });
  expect((await transport.request(root)).body).toMatchObject({ client: "client" });
  put("renewed-client");
  expect((await transport.request(root)).body).toMatchObject({ client: "renewed-client" });
});

test("a client certificate that is no PEM, or half replaced, is an error that does not show it", async () => {
  const clientCertFile = join(tempFolder(), "tls.crt");
  writeFileSync(clientCertFile, "not a certificate");
  const transport = await transportTo({ ...trusting, clientCertFile, clientKeyFile: pem("client.key") });
  const error: unknown = await transport.request(root).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "unavailable", outcomeUnknown: false });
  expect(String(error)).not.toContain("not a certificate");
});

test("a port that speaks no TLS is told from a certificate that is wrong", async () => {
  const plain = await adminServer((response) => {
    json(response, 200, {});
  });
  open.push(plain);
  const transport = kongTransport({ url: plain.url.replace("http:", "https:"), timeoutMs: 5_000, connections: 2 });
  open.push(transport);
  await expect(transport.request(root)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(
      /does not speak TLS \(\w+\): if that is a port for plain http, write http:/,
    ) as string,
  });
});

test("a port that wants TLS is named when it is asked without", async () => {
  const nginx = await adminServer((response) => {
    response.writeHead(400, { "content-type": "text/html" });
    response.end("<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>");
  });
  open.push(nginx);
  const transport = kongTransport({ url: nginx.url, timeoutMs: 5_000, connections: 2 });
  open.push(transport);
  await expect(transport.request(root)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("then write https://") as string,
  });
});
