import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host, Hostname } from "@domain-claims/crds/host";
import { loadAll } from "js-yaml";
import { expect, test } from "vitest";
import { kubeApi } from "../../src/kube/api.ts";
import type { KubeApi } from "../../src/kube/api.ts";
import type { KubeRequest, KubeTransport } from "../../src/kube/calls.ts";
import { eventRecorder } from "../../src/kube/events.ts";
import { leaseClient } from "../../src/leader/lease-object.ts";
import { translate } from "../../src/translate/translate.ts";
import { watches } from "../../src/watch/kinds.ts";
import { noGroup } from "../../src/world/certificate-group.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "./fake-log.ts";

const rbac = join(import.meta.dirname, "../../../charts/domain-claims/files/rbac.yaml");

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly Readonly<Record<"apiGroups" | "resources" | "verbs", readonly string[]>>[];
}

/** What a role in the chart allows, as `verb group/resource`. */
function allowed(kind: string, name: string): readonly string[] {
  const objects = loadAll(readFileSync(rbac, "utf8")) as readonly Role[];
  const role = objects.find((object) => object.kind === kind && object.metadata.name === name);
  const rights = role?.rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))),
  );
  return [...new Set(rights)].sort();
}

/** The right that a call needs. */
function needed({ method, path }: Pick<KubeRequest, "method" | "path">): string {
  const [, group = "", rest = ""] = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(?:namespaces\/[^/]+\/)?(.*)$/.exec(path) ?? [];
  // Of a namespace itself, the expression took the name for that of what is in it.
  const [resource = "", name, sub] = (rest === "" ? path.slice("/api/v1/".length) : rest).split("/");
  const verbs = {
    GET: name === undefined ? "list" : "get",
    POST: "create",
    PUT: "update",
    PATCH: "patch",
    DELETE: "delete",
  };
  return `${verbs[method]} ${group}/${resource}${sub === undefined ? "" : `/${sub}`}`;
}

/** A transport that notes what is asked and answers with an object of nothing. */
function noting(): { readonly transport: KubeTransport; readonly rights: () => readonly string[] } {
  const requests: KubeRequest[] = [];
  const transport: KubeTransport = {
    request: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: { metadata: { resourceVersion: "1" }, items: [] } };
    },
    stream: () => Promise.reject(new Error("nothing is watched here")),
    close: async () => undefined,
  };
  return { transport, rights: () => [...new Set(requests.map(needed))].sort() };
}

test("the controller's cluster-wide rights are those of its calls: none is missing, none is left over", async () => {
  const { transport, rights } = noting();
  const version = { namespace: "shop", name: "acme", uid: "u1", resourceVersion: "1" };
  const record = { host: "acme.org" as Host, holder: undefined, redemption: undefined, grants: [], history: [] };
  const status = {
    phase: "OK",
    reason: "Held",
    message: "",
    lastUpdateTime: "",
    observedGeneration: 1,
    conditions: [],
  };
  const report = {
    ...{ wanted: 0, issued: 0, failing: 0, left: 0, notAfter: undefined, nextOrderAt: undefined },
    ...{ waiting: [], moreWaiting: 0 },
  };
  const group = { namespace: "shop", name: "acme.org" as Hostname, group: noGroup, report };
  const order = {
    ...{ namespace: "shop", name: "acme.org-1", names: [], owner: { name: "acme.org", uid: "u2" } },
    issuer: { kind: "ClusterIssuer", name: "letsencrypt" } as const,
  };
  const api = kubeApi(transport, { fieldManager: "domain-claims", translate });
  const calls: { readonly [Name in keyof KubeApi]: () => Promise<unknown> } = {
    getClaim: () => api.getClaim("shop", "acme"),
    namespaceUid: () => api.namespaceUid("shop"),
    addFinalizer: () => api.addFinalizer({ ...version, finalizers: { count: 0, ours: undefined } }),
    removeFinalizer: () => api.removeFinalizer({ ...version, finalizers: { count: 1, ours: 0 } }),
    applyClaimStatus: () => api.applyClaimStatus(version, { ...status, host: undefined } as never),
    applyIngressStatus: () => api.applyIngressStatus(version, []),
    getRecord: () => api.getRecord("acme.org"),
    createRecord: () => api.createRecord(record),
    updateRecord: () => api.updateRecord({ ...version, name: "acme.org" }, record),
    deleteRecord: () => api.deleteRecord({ ...version, name: "acme.org" }),
    getSecret: () => api.getSecret({ namespace: "shop", name: "web-tls" }),
    createDomainCertificate: () => api.createDomainCertificate(group),
    updateDomainCertificate: () => api.updateDomainCertificate(version, group),
    deleteDomainCertificate: () => api.deleteDomainCertificate({ ...version, ...group, deleting: false }),
    createCertificate: () => api.createCertificate(order),
    orderCertificate: () => api.orderCertificate(version, order),
    deleteCertificate: () => api.deleteCertificate(version),
    deleteSecret: () => api.deleteSecret(version),
    orderState: () => api.orderState(version),
  };
  // What is answered is no claim and no record; only what was asked counts here.
  await Promise.allSettled(Object.values(calls).map((call) => call()));
  await eventsTwice(transport);
  const watched = watches.flatMap(({ path }) => {
    const list = needed({ method: "GET", path });
    return [list, list.replace("list", "watch")];
  });
  expect(allowed("ClusterRole", "domain-claims")).toEqual([...new Set([...rights(), ...watched])].sort());
});

test("the rights on the Lease are those of the leader election's calls", async () => {
  const { transport, rights } = noting();
  const lease = leaseClient(transport, "kong-system", "domain-claims", 1_000);
  await lease.read();
  await lease.write(undefined, {});
  await lease.write({ metadata: {} }, {});
  expect(allowed("Role", "domain-claims-leader")).toEqual(rights());
});

/** An event that is written, and counted up when it happens again. */
async function eventsTwice(transport: KubeTransport): Promise<void> {
  const clock = new FakeClock();
  const common = { controllerName: "platform.koli.io/kong", instance: "pod-1", random: () => 0.5 };
  const recorder = eventRecorder({ ...common, transport, clock, log: fakeLog() });
  const regarding = { apiVersion: "platform.koli.io/v1", kind: "Domain", namespace: "shop", name: "acme", uid: "u1" };
  for (let times = 0; times < 2; times += 1) {
    recorder.record({ regarding, type: "Warning", reason: "AlreadyClaimed", action: "Decide", note: "held" });
    await clock.pass(60_000);
  }
}
