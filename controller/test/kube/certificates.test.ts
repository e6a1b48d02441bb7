import { expect, test } from "vitest";
import type { Host, Hostname } from "@domain-claims/crds/host";
import { kubeApi } from "../../src/kube/api.ts";
import type { KubeRequest, KubeTransport } from "../../src/kube/calls.ts";
import { noOrder } from "../../src/translate/order.ts";
import { translate } from "../../src/translate/translate.ts";
import { noGroup } from "../../src/world/certificate-group.ts";

const order = {
  ...{ namespace: "acme-org", name: "acme.org-1", names: ["acme.org", "www.acme.org"] as Host[] },
  ...{ owner: { name: "acme.org", uid: "u1" }, issuer: { kind: "ClusterIssuer", name: "letsencrypt" } as const },
};
const version = { namespace: "acme-org", name: "acme.org-1", uid: "u2", resourceVersion: "7" };
const certificate = {
  metadata: {
    ...{ ...version, generation: 1 },
    ownerReferences: [{ kind: "DomainCertificate", name: "acme.org", uid: "u1", controller: true }],
  },
};

/** The API over a transport that notes what it is asked and answers each request with `answer`. */
function answering(answer: (request: KubeRequest) => unknown) {
  const requests: KubeRequest[] = [];
  const transport: KubeTransport = {
    request: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: answer(request) };
    },
    stream: () => Promise.reject(new Error("nothing is watched here")),
    close: async () => undefined,
  };
  return { requests, api: kubeApi(transport, translate) };
}

test("T9: a Certificate has the name of its Secret, and is owned by the DomainCertificate that remembers it", async () => {
  const { api, requests } = answering(() => certificate);
  await api.createCertificate(order);
  expect(requests).toMatchObject([
    {
      ...{ method: "POST", path: "/apis/cert-manager.io/v1/namespaces/acme-org/certificates" },
      body: {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: {
          name: "acme.org-1",
          labels: { "platform.koli.io/ordered": "true" },
          ownerReferences: [{ kind: "DomainCertificate", name: "acme.org", uid: "u1", controller: true }],
        },
        spec: {
          secretName: "acme.org-1",
          dnsNames: ["acme.org", "www.acme.org"],
          issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
          privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
          secretTemplate: { labels: { "platform.koli.io/ordered": "true" } },
        },
      },
    },
  ]);
  expect(JSON.stringify(requests)).not.toMatch(/commonName|issue-temporary-certificate/);
});

test("other names are applied to the incarnation that is known, and to no successor of its name", async () => {
  const { api, requests } = answering(() => certificate);
  await api.orderCertificate(version, order);
  expect(requests).toMatchObject([
    {
      ...{ method: "PATCH", contentType: "application/apply-patch+yaml" },
      query: { fieldManager: "domain-claims", force: "true" },
      body: { metadata: { uid: "u2" } },
    },
  ]);
});

test.each(["deleteCertificate", "deleteSecret"] as const)("%s deletes that incarnation alone", async (call) => {
  const { api, requests } = answering(() => ({}));
  await api[call](version);
  expect(requests).toMatchObject([{ method: "DELETE", body: { preconditions: { uid: "u2" } } }]);
});

test("a DomainCertificate is replaced in the version that was read, and deleted without its finalizer", async () => {
  const report = {
    ...{ wanted: 0, issued: 0, failing: 0, left: 0, notAfter: undefined, nextOrderAt: undefined },
    ...{ waiting: [], moreWaiting: 0 },
  };
  const content = { namespace: "acme-org", name: "acme.org" as Hostname, group: noGroup, report };
  const { api, requests } = answering(({ body }) => body);
  await api.updateDomainCertificate(version, content);
  await api.deleteDomainCertificate({ ...content, uid: "u2", resourceVersion: "8", deleting: true });
  expect(requests).toMatchObject([
    { method: "PUT", body: { metadata: { uid: "u2", resourceVersion: "7", finalizers: ["kolihub.io/kong"] } } },
    { method: "PUT", body: { metadata: { uid: "u2", resourceVersion: "8", finalizers: [] } } },
  ]);
});

test("what an order says is read from the namespace's CertificateRequests, Orders and Challenges", async () => {
  const { api, requests } = answering(() => ({ metadata: { resourceVersion: "1" }, items: [] }));
  expect(await api.orderState({ ...version, issuer: order.issuer, names: [] })).toEqual(noOrder);
  expect(requests).toMatchObject(
    ["cert-manager.io certificaterequests", "acme.cert-manager.io orders", "acme.cert-manager.io challenges"]
      .map((kind) => kind.split(" "))
      .map(([group, plural]) => ({
        method: "GET",
        path: `/apis/${group ?? ""}/v1/namespaces/acme-org/${plural ?? ""}`,
      })),
  );
});

test("X1: of such objects without end so many are read, in pages of bounded length", async () => {
  const { api, requests } = answering(({ query }) => {
    const from = Number(query?.["continue"] ?? 0);
    return { metadata: { resourceVersion: "1", continue: String(from + 1) }, items: [{}] };
  });
  expect(await api.orderState({ ...version, issuer: order.issuer, names: [] })).toEqual(noOrder);
  expect(requests).toHaveLength(30);
  expect(new Set(requests.map(({ maxBytes }) => maxBytes))).toEqual(new Set([1024 * 1024]));
});
