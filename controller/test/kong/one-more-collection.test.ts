import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "@domain-claims/crds/hostname";
import { afterAll, beforeAll, expect, test } from "vitest";
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
import type { CollectionRow, CollectionTable } from "../../src/plan/kong/collections.ts";
import type { Collection, Entities } from "../../src/plan/kong/entities.ts";
import { plain, reference, secret, set } from "../../src/plan/kong/fields.ts";
import { systemClock } from "../../src/time/clock.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { settings } from "../support/builders.ts";
import { runningKong } from "./running-kong.ts";
import type { RunningKong } from "./running-kong.ts";
import { obedient } from "../support/proof.ts";

/** Two collections of which the sources know nothing: all there is to say of them is in these rows. */
interface Certificate {
  readonly id: string;
  readonly cert: string;
  readonly key: string;
  readonly tags: readonly string[];
}
interface Sni {
  readonly id: string;
  readonly name: string;
  readonly certificate: { readonly id: string };
  readonly tags: readonly string[];
}
// The sources call a row by the collections that they know.
const [certificates, snis] = ["certificates", "snis"] as unknown as readonly [Collection, Collection];
const rows: { readonly snis: CollectionRow<Sni>; readonly certificates: CollectionRow<Certificate> } = {
  snis: {
    one: "a server name",
    fields: { id: plain, name: plain, certificate: reference(certificates, { goesWithIt: true }), tags: set },
    hosts: ({ name }) => [name as Host],
  },
  certificates: { one: "a certificate", fields: { id: plain, cert: plain, key: secret, tags: set } },
};
const table = { ...collectionTable, ...rows } as unknown as CollectionTable;
const asEntity = (entity: Certificate | Sni): Entities[Collection] => entity as unknown as Entities[Collection];

const pem = (name: string): string => readFileSync(join(import.meta.dirname, "pem", name), "utf8");
const tag = `test-${randomUUID()}`;
const host = `${randomUUID()}.acme.test` as Host;
const certificate: Certificate = { id: randomUUID(), cert: pem("server.crt"), key: pem("server.key"), tags: [tag] };
const sni: Sni = { id: randomUUID(), name: host, certificate: { id: certificate.id }, tags: [tag] };

let running: RunningKong;
let transport: KongTransport;
const requests: KongRequest[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  running = await runningKong();
  transport = kongTransport({ url: running.adminUrl, timeoutMs: 10_000, connections: 4 });
}, 30_000);
afterAll(async () => {
  await context().kong.remove(certificates, certificate.id);
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
  const kong: Kong = kongClient(noted, { tag, table });
  return {
    kong,
    actual: new ActualState(table),
    desired: new DesiredState(),
    failing: new FailingWrites(systemClock),
    foreign: undefined,
    proof: obedient(),
    state: new TermState(new World()),
    settings,
  };
}

const writes = (): readonly string[] => requests.splice(0).map(({ method, path }) => `${method} ${path.split("/")[1]}`);

test("what others refer to is listed before them, in whatever order the rows stand", () => {
  const order = inOrder(table) as readonly string[];
  expect(order.indexOf("certificates")).toBeLessThan(order.indexOf("snis"));
  expect(order.indexOf("services")).toBeLessThan(order.indexOf("routes"));
});

test("a collection is one row: written with the writes that are needed, known by host and reference, found again", async () => {
  const first = context();
  await putEntity(first, certificates, asEntity(certificate), signal);
  await putEntity(first, snis, asEntity(sni), signal);
  expect(writes()).toEqual(["POST certificates", "POST snis"]);
  await putEntity(first, certificates, asEntity(certificate), signal);
  await putEntity(first, snis, asEntity(sni), signal);
  expect(writes()).toEqual([]);
  expect(first.actual.forHost(snis, host)).toEqual([sni]);
  expect(first.actual.referrers(snis, { collection: certificates, id: certificate.id })).toEqual([sni.id]);

  const later = context();
  expect(await resync(later, signal)).toMatchObject({ hosts: new Set([host]) });
  expect(await resync(later, signal)).toMatchObject({ hosts: new Set() });
  await putEntity(later, certificates, asEntity(certificate), signal);
  expect(writes()).toEqual([]);
});

test("of a secret only a hash is known, by which a changed one is found and written", async () => {
  const term = context();
  await resync(term, signal);
  await putEntity(term, certificates, asEntity(certificate), signal);
  expect(JSON.stringify(term.actual.get(certificates, certificate.id))).not.toContain("PRIVATE KEY");
  const renewed = { ...certificate, cert: pem("client.crt"), key: pem("client.key") };
  await putEntity(term, certificates, asEntity(renewed), signal);
  expect(requests.map(({ method, body }) => [method, body])).toEqual([
    ["PATCH", { cert: renewed.cert, key: renewed.key }],
  ]);
  requests.splice(0);
});

test("what Kong removes with an entity is gone with it", async () => {
  const term = context();
  await resync(term, signal);
  await removeEntity(term, certificates, certificate.id, signal);
  expect(writes()).toEqual(["DELETE certificates"]);
  expect(term.actual.get(snis, sni.id)).toBeUndefined();
  expect(await term.kong.get(snis, sni.id)).toBeUndefined();
  expect(term.actual.forHost(snis, host)).toEqual([]);
});

test("an entity without a name is described by its id", async () => {
  const term = context();
  const foreign = kongClient(transport, { tag: "somebody-else", table });
  const theirs = { ...certificate, tags: ["somebody-else"] };
  await foreign.create(certificates, asEntity(theirs));
  await expect(putEntity(term, certificates, asEntity(certificate), signal)).rejects.toThrow(
    `Kong has a certificate with the id ${certificate.id}, which is not managed by domain claims`,
  );
});
