import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "@domain-claims/crds/hostname";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ActualState } from "../../src/apply/kong/actual-state.ts";
import { DesiredState } from "../../src/apply/kong/desired-state.ts";
import { putEntity, removeEntity } from "../../src/apply/kong/entity.ts";
import type { EntityContext } from "../../src/apply/kong/entity.ts";
import { FailingWrites } from "../../src/apply/kong/failing-writes.ts";
import { resync } from "../../src/apply/kong/resync.ts";
import type { ResyncContext } from "../../src/apply/kong/resync.ts";
import { kongClient } from "../../src/kong/client.ts";
import type { Kong } from "../../src/kong/client.ts";
import type { KongRequest, KongTransport } from "../../src/kong/calls.ts";
import { kongTransport } from "../../src/kong/transport.ts";
import { collectionTable, inOrder } from "../../src/plan/kong/collections.ts";
import type { KongCertificate, KongSni } from "../../src/plan/kong/entities.ts";
import { systemClock } from "../../src/time/clock.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { settings } from "../support/builders.ts";
import { runningKong } from "./running-kong.ts";
import type { RunningKong } from "./running-kong.ts";
import { obedient } from "../support/proof.ts";

const pem = (name: string): string => readFileSync(join(import.meta.dirname, "pem", name), "utf8");
const tag = `test-${randomUUID()}`;
const host = `${randomUUID()}.acme.test` as Host;
const certificate: KongCertificate = {
  ...{ id: randomUUID(), cert: pem("server.crt"), key: pem("server.key") },
  ...{ cert_alt: null, key_alt: null, tags: [tag] },
};
const sni: KongSni = { id: randomUUID(), name: host, certificate: { id: certificate.id }, tags: [tag] };

let running: RunningKong;
let transport: KongTransport;
const requests: KongRequest[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  running = await runningKong();
  transport = kongTransport({ url: running.adminUrl, timeoutMs: 10_000, connections: 4 });
});
afterEach(async () => {
  await context().kong.remove("certificates", certificate.id);
  requests.splice(0);
});
afterAll(async () => {
  await transport.close();
  await running.stop();
});

/** A term that knows nothing yet. */
function context(): EntityContext & ResyncContext {
  const noted: KongTransport = {
    ...transport,
    request: (request) => {
      if (request.method !== "GET") requests.push(request);
      return transport.request(request);
    },
  };
  const kong: Kong = kongClient(noted, { tag });
  return {
    kong,
    actual: new ActualState(),
    desired: new DesiredState(),
    eventLoop: new EventLoop(systemClock),
    failing: new FailingWrites(systemClock),
    foreign: undefined,
    proof: obedient(),
    handshakes: undefined,
    review: () => undefined,
    state: new TermState(new World()),
    settings,
  };
}

/** Has the certificate and its SNI in Kong; returns a later term, which has listed them. */
async function afterBothWereWritten(): Promise<EntityContext & ResyncContext> {
  const before = context();
  await putEntity(before, "certificates", certificate, signal);
  await putEntity(before, "snis", sni, signal);
  requests.splice(0);
  const term = context();
  await resync(term, signal);
  return term;
}

const writes = (): readonly string[] => requests.splice(0).map(({ method, path }) => `${method} ${path.split("/")[1]}`);

test("what others refer to is listed before them", () => {
  const order = inOrder(collectionTable);
  expect(order.indexOf("certificates")).toBeLessThan(order.indexOf("snis"));
  expect(order.indexOf("services")).toBeLessThan(order.indexOf("routes"));
});

test("certificates and SNIs are written with the writes that are needed, known by host and reference, found again", async () => {
  const first = context();
  await putEntity(first, "certificates", certificate, signal);
  await putEntity(first, "snis", sni, signal);
  expect(writes()).toEqual(["POST certificates", "POST snis"]);
  await putEntity(first, "certificates", certificate, signal);
  await putEntity(first, "snis", sni, signal);
  expect(writes()).toEqual([]);
  expect(first.actual.forHost("snis", host)).toEqual([sni]);
  expect(first.actual.referrers("snis", { collection: "certificates", id: certificate.id })).toEqual([sni.id]);

  const later = context();
  expect(await resync(later, signal)).toMatchObject({ hosts: new Set([host]) });
  expect(await resync(later, signal)).toMatchObject({ hosts: new Set() });
  await putEntity(later, "certificates", certificate, signal);
  expect(writes()).toEqual([]);
});

test("of a secret only a hash is known, by which a changed one is found and written", async () => {
  const term = await afterBothWereWritten();
  await putEntity(term, "certificates", certificate, signal);
  expect(JSON.stringify(term.actual.get("certificates", certificate.id))).not.toContain("PRIVATE KEY");
  const renewed = { ...certificate, cert: pem("client.crt"), key: pem("client.key") };
  await putEntity(term, "certificates", renewed, signal);
  expect(requests.map(({ method, body }) => [method, body])).toEqual([
    ["PATCH", { cert: renewed.cert, key: renewed.key }],
  ]);
});

test("what Kong removes with an entity is gone with it", async () => {
  const term = await afterBothWereWritten();
  await removeEntity(term, "certificates", certificate.id, signal);
  expect(writes()).toEqual(["DELETE certificates"]);
  expect(term.actual.get("snis", sni.id)).toBeUndefined();
  expect(await term.kong.get("snis", sni.id)).toBeUndefined();
  expect(term.actual.forHost("snis", host)).toEqual([]);
});

test("an entity without a name is described by its id", async () => {
  const term = context();
  const foreign = kongClient(transport, { tag: "somebody-else" });
  const theirs = { ...certificate, tags: ["somebody-else"] };
  await foreign.create("certificates", theirs);
  await expect(putEntity(term, "certificates", certificate, signal)).rejects.toThrow(
    `Kong has a certificate with the id ${certificate.id}, which is not managed by domain claims`,
  );
});
