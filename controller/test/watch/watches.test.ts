import { expect, test } from "vitest";
import type { WorldEvent } from "../../src/world/event.ts";
import { watchesFor } from "../../src/watch/kinds.ts";
import { startWatches } from "../../src/watch/watches.ts";
import { fakeApi, statusAnswer } from "../kube/fake-api.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

const domains = "/apis/platform.koli.io/v1/domains";
const kinds = [
  ...["Certificate", "CertificateRequest", "ClusterIssuer", "Domain", "DomainCertificate", "HostRecord", "Ingress"],
  ...["IngressClass", "Issuer", "Namespace", "Secret", "Service"],
];

/** Watches of an API server whose Domains can't be read while `closed` is true. */
function started() {
  const api = fakeApi();
  const clock = new FakeClock();
  const events: WorldEvent[] = [];
  const state = { closed: false, synced: 0 };
  api.fault = ({ path }) => (state.closed && path === domains ? statusAnswer(503, "ServiceUnavailable") : undefined);
  api.put("/api/v1/namespaces", { metadata: { name: "shop" } });
  api.put("/apis/networking.k8s.io/v1/ingressclasses", { metadata: { name: "kong" } });
  api.put(domains, { metadata: { name: "acme", namespace: "shop" }, spec: { primary: "acme.org" } });
  const start = () =>
    startWatches({
      ...{ transport: api, clock, random: () => 0.5, log: fakeLog() },
      onEvent: (event) => events.push(event),
      onSynced: () => (state.synced += 1),
    });
  return { api, clock, events, state, start };
}

test("all kinds are followed, and the first sync is told once, after all of their objects", async () => {
  const { api, clock, events, start, state } = started();
  const watches = start();
  await clock.pass(0);
  expect(events.map(({ kind }) => kind).sort()).toEqual(["Domain", "IngressClass", "Namespace"]);
  expect(state.synced).toBe(1);
  expect(
    watches
      .health()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(kinds);
  expect(watches.health().every(({ synced, stale }) => synced && !stale)).toBe(true);
  api.compact();
  for (const watch of api.watches) watch.reset();
  await clock.pass(60_000);
  expect(state.synced).toBe(1);
  await watches.stop();
});

test("nothing counts as synced while one kind could not be listed", async () => {
  const { clock, start, state } = started();
  state.closed = true;
  const watches = start();
  await clock.pass(60_000);
  expect(state.synced).toBe(0);
  expect(
    watches
      .health()
      .filter(({ synced }) => !synced)
      .map(({ kind }) => kind),
  ).toEqual(["Domain"]);
  state.closed = false;
  await clock.pass(30_000);
  expect(state.synced).toBe(1);
  await watches.stop();
});

test("a kind is stale when the API server has not been heard of for too long, and the others are not", async () => {
  const { api, clock, start, state } = started();
  const watches = start();
  await clock.pass(0);
  state.closed = true;
  for (const watch of api.watches) if (watch.path === domains) watch.reset();
  await clock.pass(144_000);
  expect(watches.health().some(({ stale }) => stale)).toBe(false);
  await clock.pass(3_000);
  expect(
    watches
      .health()
      .filter(({ stale }) => stale)
      .map(({ kind }) => kind),
  ).toEqual(["Domain"]);
  state.closed = false;
  await clock.pass(31_000);
  expect(watches.health().some(({ stale }) => stale)).toBe(false);
  await watches.stop();
});

test.each([true, false])(
  "of Secrets nothing but metadata is asked for, and only of those for TLS (lists streamed: %s)",
  async (streamsLists) => {
    const { api, clock, start } = started();
    api.streamsLists = streamsLists;
    const watches = start();
    await clock.pass(1_000);
    const asked = api.requests.filter(({ path }) => path === "/api/v1/secrets");
    expect(asked.length).toBeGreaterThan(streamsLists ? 0 : 1);
    for (const { accept, query } of asked) {
      const list = query?.["watch"] === undefined ? "List" : "";
      expect(accept).toBe(`application/json;as=PartialObjectMetadata${list};g=meta.k8s.io;v=v1, application/json`);
      expect(query?.["fieldSelector"]).toBe("type=kubernetes.io/tls");
    }
    await watches.stop();
  },
);

test.each([
  ["neither orders nor approves", {}, []],
  ["orders from a ClusterIssuer", { orders: true, clusterIssuers: true }, ["Certificate", "ClusterIssuer"]],
  ["orders from Issuers", { orders: true, issuers: true }, ["Certificate", "Issuer"]],
  [
    "orders and approves",
    { orders: true, clusterIssuers: true, approvals: true },
    ["Certificate", "ClusterIssuer", "CertificateRequest"],
  ],
])("of cert-manager's kinds a controller that %s watches no more than it needs", (_, purposes, expected) => {
  const none = { orders: false, clusterIssuers: false, issuers: false, approvals: false };
  const theirs = watchesFor({ ...none, ...purposes }).filter(({ path }) => path.includes("cert-manager.io"));
  expect(theirs.map(({ kind }) => kind)).toEqual(expected);
});
