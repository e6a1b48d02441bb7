/** The controller's client of the API server against a real one. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Host } from "@domain-claims/crds/host";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubeApi } from "../../src/kube/api.ts";
import type { KubeApi } from "../../src/kube/api.ts";
import type { HostRecordSpec } from "../../src/kube/record-body.ts";
import { eventRecorder } from "../../src/kube/events.ts";
import type { KubeEvent } from "../../src/kube/event-object.ts";
import { leaderElection } from "../../src/leader/lease.ts";
import type { LeaderElection } from "../../src/leader/lease.ts";
import { kubeTransport } from "../../src/kube/transport.ts";
import { translate } from "../../src/translate/translate.ts";
import type { ClusterTransport } from "../../src/kube/transport.ts";
import type { ClaimStatus } from "../../src/world/claim-status.ts";
import { keptControlPlane } from "../../../e2e/support/controlplane/kept.ts";
import type { ControlPlane } from "../../../e2e/support/controlplane/control-plane.ts";
import { seams, watched } from "./watched.ts";

const crds = join(import.meta.dirname, "../../../crds");
const namespace = "shop";
const domains = `/apis/platform.koli.io/v1/namespaces/${namespace}/domains`;
const records = "/apis/platform.koli.io/v1/hostrecords";
const ingresses = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;

let cluster: ControlPlane;
let transport: ClusterTransport;
let api: KubeApi;

beforeAll(async () => {
  cluster = await keptControlPlane({ crds });
  transport = await kubeTransport({ kubeconfig: cluster.kubeconfig });
  api = kubeApi(transport, translate);
  await cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  await cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name: "kong-system" } });
});

afterAll(async () => {
  await transport.close();
  await cluster.stop();
});

interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly finalizers?: readonly string[];
}

interface Read {
  readonly metadata: Meta;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

async function read(path: string): Promise<Read> {
  return (await cluster.api.must("GET", path)) as Read;
}

async function createClaim(name: string): Promise<Meta & { readonly namespace: string }> {
  const body = {
    apiVersion: "platform.koli.io/v1",
    kind: "Domain",
    metadata: { name },
    spec: { primary: `${name}.org` },
  };
  return { ...((await cluster.api.must("POST", domains, body)) as Read).metadata, namespace };
}

const okStatus: ClaimStatus = {
  ...{
    phase: "OK",
    reason: "Held",
    message: "shop holds it",
    lastUpdateTime: "2026-04-04T12:25:42Z",
    observedGeneration: 1,
  },
  ...{ host: "acme.org", holder: "shop/acme" },
  conditions: [
    {
      ...{ type: "Accepted", status: "True", reason: "Held", message: "held", observedGeneration: 1 },
      lastTransitionTime: "2026-04-04T12:25:42Z",
    },
  ],
};

describe("a claim", () => {
  test("is read from the API server, and absent only if it is", async () => {
    const claim = await createClaim("reads");
    const { uid, resourceVersion } = claim;
    expect(await api.getClaim(namespace, "reads")).toMatchObject({ uid, resourceVersion, primary: "reads.org" });
    expect(await api.getClaim(namespace, "never")).toBeUndefined();
    expect(await api.getClaim("no-such-namespace", "never")).toBeUndefined();
  });

  test("gets its status by server-side apply, which takes back what it no longer says and changes nothing the second time", async () => {
    const claim = await createClaim("acme");
    const first = await api.applyClaimStatus(claim, okStatus);
    expect((await read(`${domains}/acme`)).status).toEqual(okStatus);
    expect(await api.applyClaimStatus(claim, okStatus)).toEqual(first);
    const { host: _, holder: __, ...less } = okStatus;
    await api.applyClaimStatus(claim, { ...less, phase: "Failed", conditions: [] });
    const { status } = await read(`${domains}/acme`);
    expect(status).not.toHaveProperty("host");
    expect(status).not.toHaveProperty("holder");
    expect(status).toMatchObject({ phase: "Failed" });
  });

  test("is never created by its status, and its status never reaches a successor of its name", async () => {
    const claim = await createClaim("fleeting");
    await cluster.api.must("DELETE", `${domains}/fleeting`);
    await expect(api.applyClaimStatus(claim, okStatus)).rejects.toMatchObject({
      name: "KubeError",
      kind: expect.stringMatching(/^(notFound|conflict)$/),
    });
    expect((await cluster.api.call("GET", `${domains}/fleeting`)).status).toBe(404);
    const successor = await createClaim("fleeting");
    await expect(api.applyClaimStatus(claim, okStatus)).rejects.toMatchObject({ kind: "conflict" });
    const now = await read(`${domains}/fleeting`);
    expect(now.metadata.resourceVersion).toBe(successor.resourceVersion);
    expect(now).not.toHaveProperty("status");
  });

  test("gets and loses our finalizer only as the version and the incarnation that were read", async () => {
    const claim = { ...(await createClaim("finalized")), finalizers: { count: 0, ours: undefined } };
    const written = await api.addFinalizer(claim);
    const { resourceVersion } = (await read(`${domains}/finalized`)).metadata;
    expect(written).toMatchObject({ finalizers: { count: 1, ours: 0 }, resourceVersion });
    const stale = { ...claim, finalizers: written.finalizers };
    await expect(api.removeFinalizer(stale)).rejects.toMatchObject({ kind: "conflict", status: 409 });
    await expect(api.addFinalizer(claim)).rejects.toMatchObject({ kind: "conflict", status: 409 });
    const now = (await read(`${domains}/finalized`)).metadata;
    const uid = "00000000-0000-4000-8000-000000000000";
    await expect(api.removeFinalizer({ ...written, uid })).rejects.toMatchObject({ kind: "conflict" });
    await expect(api.removeFinalizer({ ...written, finalizers: { count: 1, ours: 1 } })).rejects.toThrow();
    expect((await read(`${domains}/finalized`)).metadata).toEqual(now);
    await api.removeFinalizer(written);
    expect((await read(`${domains}/finalized`)).metadata.finalizers).toBeUndefined();
    await cluster.api.must("DELETE", `${domains}/finalized`);
    await expect(api.removeFinalizer(written)).rejects.toMatchObject({ kind: "notFound" });
  });
});

test("16,000 finalizers of a tenant: ours comes and goes beside them; a status that no longer fits is refused as too large", async () => {
  const finalizers = Array.from({ length: 16_000 }, (_, n) => `example.com/${"f".repeat(40)}-${n}`);
  const body = { apiVersion: "platform.koli.io/v1", kind: "Domain", spec: { primary: "stuffed.org" } };
  await cluster.api.must("POST", domains, {
    ...body,
    metadata: { name: "stuffed", finalizers: finalizers.slice(0, 8_000) },
  });
  const claim = await api.getClaim(namespace, "stuffed");
  if (claim === undefined) throw new Error("the claim is not there");
  const added = await api.addFinalizer(claim);
  expect(added.finalizers).toEqual({ count: 8_001, ours: 8_000 });
  const removed = await api.removeFinalizer(added);
  expect((await read(`${domains}/stuffed`)).metadata.finalizers).toEqual(finalizers.slice(0, 8_000));
  const long = { ...okStatus, message: "m".repeat(4_000_000) };
  await expect(api.applyClaimStatus(removed, long)).rejects.toMatchObject({ kind: "tooLarge", status: 413 });

  const metadata = { name: "larger", finalizers };
  const larger = (await cluster.api.must("POST", domains, { ...body, metadata })) as Read;
  await expect(api.applyClaimStatus({ ...larger.metadata, namespace }, okStatus)).rejects.toMatchObject({
    ...{ kind: "tooLarge", status: 500 },
  });
});

describe("an Ingress", () => {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const balancer = async (name: string): Promise<unknown> =>
    (await read(`${ingresses}/${name}`)).status?.["loadBalancer"];
  const create = async (name: string) => {
    const body = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name },
      spec: { defaultBackend: backend },
    };
    return {
      ...((await cluster.api.must("POST", ingresses, body)) as Read).metadata,
      kind: "Ingress" as const,
      namespace,
    };
  };

  test("gets and loses its addresses, and a stale version is refused", async () => {
    const ingress = await create("web");
    const resourceVersion = await api.applySourceStatus(ingress, [{ ip: "192.0.2.1" }, { hostname: "lb.example" }]);
    expect(await balancer("web")).toEqual({ ingress: [{ ip: "192.0.2.1" }, { hostname: "lb.example" }] });
    await expect(api.applySourceStatus(ingress, [])).rejects.toMatchObject({ kind: "conflict" });
    const again = await api.applySourceStatus({ ...ingress, resourceVersion }, [{ ip: "192.0.2.2" }]);
    expect(await balancer("web")).toEqual({ ingress: [{ ip: "192.0.2.2" }] });
    await api.applySourceStatus({ ...ingress, resourceVersion: again }, []);
    expect(await balancer("web")).toEqual({});
    expect((await read(`${ingresses}/web`)).spec).toMatchObject({ defaultBackend: backend });
  });

  test("also loses addresses that another controller wrote", async () => {
    const ingress = await create("taken");
    const whole = await read(`${ingresses}/taken`);
    const status = { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } };
    await cluster.api.must("PUT", `${ingresses}/taken/status`, { ...whole, status });
    const { resourceVersion } = (await read(`${ingresses}/taken`)).metadata;
    await api.applySourceStatus({ ...ingress, resourceVersion }, []);
    expect(await balancer("taken")).toEqual({});
  });
});

describe("a record", () => {
  const spec: HostRecordSpec = {
    host: "held.example.org" as Host,
    holder: {
      ...{ kind: "primary", namespace, namespaceUid: "n1", name: "acme", uid: "u1", since: "2026-04-04T12:25:42Z" },
      authority: { kind: "delegation", host: "example.org" as Host, namespace: "a", name: "b", uid: "u2" },
    },
    redemption: undefined,
    transfer: undefined,
    grants: [{ namespace: "b", uid: "n2" }],
    history: [
      {
        ...{ kind: "shared", namespace: "a", name: "b", uid: "u0", from: "2026-01-01T00:00:00Z" },
        ...{ to: "2026-02-01T00:00:00Z", reason: "Deleted" },
      },
    ],
  };
  const idOf = async (name: string): Promise<Meta> => (await read(`${records}/${name}`)).metadata;

  test("goes to one of two that create it at once", async () => {
    const host = "race.example.org" as Host;
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => api.createRecord({ ...spec, host })));
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    expect(failures).toHaveLength(7);
    for (const failure of failures) expect(failure).toMatchObject({ kind: "alreadyExists", status: 409 });
  });

  test("of a wildcard has a name that the API server takes", async () => {
    await api.createRecord({ ...spec, host: "*.example.org" as Host });
    expect((await read(`${records}/wc--any.example.org`)).spec).toMatchObject({ host: "*.example.org" });
  });

  test("goes to one of two that update it at once, and the loser is told so", async () => {
    await api.createRecord({ ...spec, holder: undefined });
    const record = await idOf(spec.host);
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map((n) => api.updateRecord(record, { ...spec, grants: [{ namespace: `g${n}`, uid: "n" }] })),
    );
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    expect(failures).toHaveLength(3);
    for (const failure of failures) expect(failure).toMatchObject({ kind: "conflict", status: 409 });
  });

  test("is not touched as another version or incarnation than the one that was read", async () => {
    const host = "versions.example.org" as Host;
    await api.createRecord({ ...spec, host });
    const first = await idOf(host);
    await api.updateRecord(first, { ...spec, host, holder: undefined });
    const second = await idOf(host);
    await expect(api.deleteRecord(first)).rejects.toMatchObject({ kind: "conflict" });
    const uid = "00000000-0000-4000-8000-000000000000";
    await expect(api.deleteRecord({ ...second, uid })).rejects.toMatchObject({ kind: "conflict" });
    await expect(api.updateRecord({ ...second, uid }, { ...spec, host })).rejects.toMatchObject({ kind: "conflict" });
    expect(await idOf(host)).toEqual(second);
    await api.deleteRecord(second);
    await expect(api.deleteRecord(second)).rejects.toMatchObject({ kind: "notFound" });
    await expect(api.updateRecord(second, { ...spec, host })).rejects.toMatchObject({
      kind: expect.stringMatching(/^(notFound|conflict)$/),
    });
    expect((await cluster.api.call("GET", `${records}/${host}`)).status).toBe(404);
  });

  test("comes back from a watch as it was written", async () => {
    const host = "roundtrip.example.org" as Host;
    const seen = await watched(transport);
    const written = await api.createRecord({ ...spec, host });
    await seen.until((event) => event.kind === "HostRecord" && event.type === "set" && event.object.host === host);
    expect(seen.events).toContainEqual({ type: "set", kind: "HostRecord", object: written });
    expect(written).toMatchObject({ ...spec, host });
    await seen.stop();
  });
});

describe("a service account", () => {
  test("is refused what RBAC does not give it, by a sentence that says what", async () => {
    await cluster.api.must("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: "nobody" } });
    const { kubeconfig } = await cluster.serviceAccount(namespace, "nobody");
    const theirs = await kubeTransport({ kubeconfig });
    await expect(kubeApi(theirs, translate).getClaim(namespace, "acme")).rejects.toMatchObject({
      kind: "refused",
      status: 403,
      message: expect.stringContaining(`system:serviceaccount:${namespace}:nobody`),
    });
    await theirs.close();
  });
});

test("an event is one object that counts up, in the namespace of what it is about", async () => {
  const claim = await createClaim("eventful");
  const recorder = eventRecorder({ ...seams, transport, controllerName: "platform.koli.io/kong", instance: "e2e" });
  const event: KubeEvent = {
    regarding: { apiVersion: "platform.koli.io/v1", kind: "Domain", namespace, name: "eventful", uid: claim.uid },
    ...{ type: "Warning", reason: "AlreadyClaimed", action: "Decide", note: "ü".repeat(2_000) },
  };
  const about = async (): Promise<readonly Read[]> => {
    const list = (await read(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`)) as unknown as {
      readonly items: readonly Read[];
    };
    return list.items.filter((item) => item.metadata.name.startsWith("eventful."));
  };
  recorder.record(event);
  await expect.poll(async () => (await about()).length).toBe(1);
  recorder.record(event);
  recorder.record(event);
  await recorder.stop(150_000);
  expect(recorder.dropped()).toBe(0);
  expect(await about()).toEqual([
    expect.objectContaining({ reason: "AlreadyClaimed", series: expect.objectContaining({ count: 3 }) }),
  ]);
});

test("a Lease is held by one of two electors, and passes on at once when it is released", async () => {
  const abort = { a: new AbortController(), b: new AbortController() };
  const told: string[] = [];
  const elector = (who: "a" | "b"): { readonly election: LeaderElection; readonly running: Promise<void> } => {
    const election = leaderElection({
      annotations: () => ({}),
      ...{ ...seams, transport, namespace: "kong-system", name: "domain-claims", identity: who },
      ...{ leaseDurationMs: 15_000, renewDeadlineMs: 12_000, retryPeriodMs: 500 },
      onGained: () => told.push(`${who} gained`),
      onLost: () => told.push(`${who} lost`),
      onWentBack: () => told.push(`${who} went back`),
    });
    return { election, running: election.run(abort[who].signal) };
  };
  const lease = (): Promise<Read> => read("/apis/coordination.k8s.io/v1/namespaces/kong-system/leases/domain-claims");
  const both = { a: elector("a"), b: elector("b") };
  await expect.poll(() => told).toHaveLength(1);
  await delay(16_000);
  expect(told).toHaveLength(1);
  const first = both.a.election.held() ? "a" : "b";
  const second = first === "a" ? "b" : "a";
  abort[first].abort();
  await both[first].running;
  // Nobody has to wait until it expires.
  expect((await lease()).spec?.["holderIdentity"]).not.toMatch(new RegExp(`^${first}_`));
  await expect.poll(() => both[second].election.held()).toBe(true);
  expect(told).toEqual([`${first} gained`, `${first} lost`, `${second} gained`]);
  expect((await lease()).spec).toMatchObject({ leaseTransitions: 1, leaseDurationSeconds: 15 });
  abort[second].abort();
  await both[second].running;
});
