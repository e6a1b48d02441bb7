import { expect, test } from "vitest";
import { kubeApi } from "../../src/kube/api.ts";
import type { KubeRequest, KubeTransport } from "../../src/kube/calls.ts";
import { translate } from "../../src/translate/translate.ts";

const version = { namespace: "acme-org", name: "web-1", uid: "u1", resourceVersion: "7" };
const path = "/apis/cert-manager.io/v1/namespaces/acme-org/certificaterequests/web-1";

/** The API over a transport that notes what it is asked and answers each request with `answer`. */
function answering(status: number, body: unknown) {
  const requests: KubeRequest[] = [];
  const transport: KubeTransport = {
    request: async (request) => {
      requests.push(request);
      return { status, headers: {}, body };
    },
    stream: () => Promise.reject(new Error("nothing is watched here")),
    close: async () => undefined,
  };
  return { requests, api: kubeApi(transport, translate) };
}

test("T10: just the version that was read is approved, by one condition beside those of others, whose time is whole seconds", async () => {
  const decided = { type: "Approved", status: "True", reason: "HostsHeld" };
  const { api, requests } = answering(200, { metadata: version, status: { conditions: [decided] } });
  const answer = { kind: "Approved", reason: "HostsHeld", message: "acme-org holds acme.org", at: 1_234 } as const;
  expect(await api.answerCertificateRequest(version, answer)).toMatchObject({
    decided: true,
    approvedFor: "HostsHeld",
  });
  expect(requests).toEqual([
    {
      ...{ method: "PATCH", path: `${path}/status`, contentType: "application/apply-patch+yaml" },
      query: { fieldManager: "domain-claims", force: "true" },
      body: {
        ...{ apiVersion: "cert-manager.io/v1", kind: "CertificateRequest", metadata: version },
        status: {
          conditions: [{ ...decided, message: "acme-org holds acme.org", lastTransitionTime: "1970-01-01T00:00:01Z" }],
        },
      },
    },
  ]);
});

test("what is asked for is read from the API server itself, and one that is gone is undefined", async () => {
  const spec = { request: Buffer.from("pem").toString("base64"), isCA: true, usages: ["server auth"] };
  const { api, requests } = answering(200, { metadata: version, spec });
  expect(await api.getCertificateRequest(version)).toEqual({
    ...{ uid: "u1", resourceVersion: "7", pem: "pem", isCA: true, usages: ["server auth"], validMs: undefined },
  });
  expect(requests).toMatchObject([{ method: "GET", path }]);
  const gone = answering(404, { kind: "Status", reason: "NotFound", details: { name: "web-1" } });
  expect(await gone.api.getCertificateRequest(version)).toBeUndefined();
});
