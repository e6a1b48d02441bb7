import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDnsServer } from "../support/cert-manager/dns-server.ts";
import type { DnsServer } from "../support/cert-manager/dns-server.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import type { RunningProcess } from "../support/process.ts";

const dataDir = mkdtempSync(join(tmpdir(), "domain-claims-"));
const started: RunningProcess[] = [];

let dns: DnsServer;

beforeAll(async () => {
  const { dnsServer } = await certManagerPrograms();
  const onStart = (running: RunningProcess): number => started.push(running);
  const place = { dataDir, logDir: join(dataDir, "logs"), detached: false, onStart };
  dns = await startDnsServer(place, dnsServer, ["acme.example"]);
});

afterAll(async () => {
  await Promise.all(started.map((running) => running.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

test("a name in no zone does not exist, and neither does one in a zone without records at or below it", async () => {
  await dns.serve("acme.example", ["a.b.acme.example. TXT found"]);
  expect(await dns.resolver.resolveTxt("a.b.acme.example")).toEqual([["found"]]);
  await expect(dns.resolver.resolveTxt("b.acme.example")).rejects.toMatchObject({ code: "ENODATA" });
  await expect(dns.resolver.resolveTxt("a.acme.example")).rejects.toMatchObject({ code: "ENOTFOUND" });
  await expect(dns.resolver.resolveTxt("elsewhere.example")).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("of two zones above a name the nearest one answers", async () => {
  await dns.serve("acme.example", ["www.sub.acme.example. TXT above"]);
  await dns.serve("sub.acme.example", ["www TXT nearest"]);
  expect(await dns.resolver.resolveTxt("www.sub.acme.example")).toEqual([["nearest"]]);
});

test("an update that nobody signed is refused, and changes nothing", async () => {
  expect(await responseCode(dns.address, unsignedUpdate("acme.example", "new.acme.example"))).toBe(5);
  await expect(dns.resolver.resolveTxt("new.acme.example")).rejects.toMatchObject({ code: "ENOTFOUND" });
});

/** A message (RFC 2136, section 2) that adds a TXT record to a zone, without a signature. */
function unsignedUpdate(zone: string, name: string): Buffer {
  const encoded = (text: string): Buffer =>
    Buffer.concat([...text.split("."), ""].map((label) => Buffer.from([label.length, ...Buffer.from(label)])));
  const text = Buffer.from("text");
  return Buffer.concat([
    // An id, the opcode of an update (5), one zone, no prerequisite, one update, nothing more.
    Buffer.from([0, 1, 5 << 3, 0, 0, 1, 0, 0, 0, 1, 0, 0]),
    // The zone, by its SOA (6) of class IN (1).
    Buffer.from([...encoded(zone), 0, 6, 0, 1]),
    // A TXT (16) of class IN, for 60 s, with one string of text.
    Buffer.from([...encoded(name), 0, 16, 0, 1, 0, 0, 0, 60, 0, text.length + 1, text.length, ...text]),
  ]);
}

/** Sends a message by UDP and returns the response code of the answer. */
async function responseCode(address: string, message: Buffer): Promise<number> {
  const [host, port] = address.split(":");
  const socket = createSocket("udp4");
  try {
    socket.send(message, Number(port), host);
    const [answer] = (await once(socket, "message", { signal: AbortSignal.timeout(60_000) })) as [Buffer];
    return answer.readUInt8(3) & 0xf;
  } finally {
    socket.close();
  }
}
