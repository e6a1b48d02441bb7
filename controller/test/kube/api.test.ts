import type { Host } from "@domain-claims/crds/host";
import { describe, expect, test } from "vitest";
import { kubeApi } from "../../src/kube/api.ts";
import type { HostRecordSpec } from "../../src/kube/record-body.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { ClaimStatus } from "../../src/world/claim-status.ts";
import { translate } from "../../src/translate/translate.ts";
import { fakeApi, statusAnswer } from "./fake-api.ts";

const domains = "/apis/platform.koli.io/v1/domains";
const records = "/apis/platform.koli.io/v1/hostrecords";
const ingresses = "/apis/networking.k8s.io/v1/ingresses";

function prepared() {
  const server = fakeApi();
  const stored = server.put(domains, { metadata: { name: "acme", namespace: "shop" }, spec: { primary: "acme.org" } });
  const claim = {
    ...{ namespace: "shop", name: "acme", uid: String(stored.metadata["uid"]) },
    resourceVersion: String(stored.metadata["resourceVersion"]),
  };
  return { server, claim, api: kubeApi(server, translate) };
}

const status: ClaimStatus = {
  ...{ phase: "OK", reason: "Held", message: "", lastUpdateTime: "2026-04-04T12:25:42Z", observedGeneration: 1 },
  ...{ host: "acme.org", conditions: [] },
};

const free: HostRecordSpec = {
  host: "*.acme.org" as Host,
  holder: undefined,
  redemption: undefined,
  transfer: undefined,
  grants: [],
  history: [],
};
const held: HostRecordSpec = {
  host: "acme.org" as Host,
  holder: {
    ...{
      kind: "primary",
      namespace: "shop",
      namespaceUid: "n1",
      name: "acme",
      uid: "u1",
      since: "2026-04-04T12:25:42Z",
    },
    authority: { kind: "none" },
    givers: [{ namespace: "a", uid: "n4" }],
  },
  redemption: undefined,
  transfer: { namespace: "c", uid: "n3", delegates: ["b", "*"] },
  grants: [{ namespace: "b", uid: "n2" }],
  history: [{ kind: "shared", namespace: "a", name: "b", uid: "u0", from: "x", to: "y", reason: "Deleted" }],
};
const kept: HostRecordSpec = {
  ...{ ...held, host: "kept.org" as Host, holder: undefined, transfer: undefined },
  redemption: {
    ...{ kind: "primary", namespace: "shop", namespaceUid: "n1", name: "acme", uid: "u1", authority: { kind: "none" } },
    givers: [{ namespace: "a", uid: "n4" }],
    until: "2026-04-04T12:35:42Z",
  },
};

describe("reading a claim", () => {
  test("asks the API server itself and returns what it has", async () => {
    const { api, claim, server } = prepared();
    expect(await api.getClaim("shop", "acme")).toMatchObject({ ...claim, generation: 1, primary: "acme.org" });
    expect(server.requests).toEqual([
      { method: "GET", path: "/apis/platform.koli.io/v1/namespaces/shop/domains/acme" },
    ]);
  });

  test("returns undefined only if the API server says that this claim does not exist", async () => {
    const { api, server } = prepared();
    expect(await api.getClaim("shop", "other")).toBeUndefined();
    server.fault = () => statusAnswer(404, "NotFound");
    await expect(api.getClaim("shop", "acme")).rejects.toMatchObject({ kind: "unavailable" });
    server.fault = () => ({ status: 404, headers: {}, body: "404 page not found" });
    await expect(api.getClaim("shop", "acme")).rejects.toMatchObject({ kind: "unavailable" });
    server.fault = () => ({ status: 200, headers: {}, body: undefined });
    await expect(api.getClaim("shop", "acme")).rejects.toMatchObject({ kind: "unavailable" });
    server.fault = () => statusAnswer(503, "ServiceUnavailable");
    await expect(api.getClaim("shop", "acme")).rejects.toMatchObject({ kind: "unavailable" });
  });
});

describe("writing to a claim", () => {
  test("our finalizer comes and goes by a patch of it alone, for the version that was read", async () => {
    const { api, claim, server } = prepared();
    const finalizers = (): unknown => server.get(domains, "acme", "shop")?.metadata["finalizers"];
    const added = await api.addFinalizer({ ...claim, finalizers: { count: 0, ours: undefined } });
    expect(finalizers()).toEqual(["kolihub.io/kong"]);
    expect(added.finalizers).toEqual({ count: 1, ours: 0 });
    const stale = { ...claim, finalizers: added.finalizers };
    await expect(api.removeFinalizer(stale)).rejects.toMatchObject({ kind: "conflict", status: 409 });
    await expect(api.removeFinalizer({ ...added, uid: "another" })).rejects.toMatchObject({ kind: "conflict" });
    await api.removeFinalizer(added);
    expect(finalizers()).toEqual([]);
    await expect(api.removeFinalizer({ ...added, name: "gone" })).rejects.toMatchObject({ kind: "notFound" });
  });

  test("of sixteen thousand finalizers none is written but ours, wherever it stands, and a patch is short", async () => {
    const { api, server } = prepared();
    const others = Array.from({ length: 16_000 }, (_, n) => `example.com/${String(n)}`);
    const write = (finalizers: readonly string[]): Claim => {
      const written = server.put(domains, {
        metadata: { name: "acme", namespace: "shop", finalizers },
        spec: { primary: "acme.org" },
      });
      return translate.Domain(written);
    };
    const added = await api.addFinalizer(write(others));
    expect(added.finalizers).toEqual({ count: 16_001, ours: 16_000 });
    const amid = write([...others.slice(0, 9), "kolihub.io/kong", ...others.slice(9)]);
    await api.removeFinalizer(amid);
    expect(server.get(domains, "acme", "shop")?.metadata["finalizers"]).toEqual(others);
    for (const { body } of server.requests) expect(JSON.stringify(body).length).toBeLessThan(400);
  });

  test("a finalizer of somebody else is never removed in place of ours, whatever is believed of where that stands", async () => {
    const { api, server } = prepared();
    const finalizers = ["theirs.example/a", "kolihub.io/kong"];
    const written = server.put(domains, {
      metadata: { name: "acme", namespace: "shop", finalizers },
      spec: { primary: "acme.org" },
    });
    const wrong = { ...translate.Domain(written), finalizers: { count: 2, ours: 0 } };
    await expect(api.removeFinalizer(wrong)).rejects.toMatchObject({ kind: "refused" });
    expect(server.get(domains, "acme", "shop")?.metadata["finalizers"]).toEqual(finalizers);
  });

  test("status is applied to the subresource, forced, as our manager, for the version that was read", async () => {
    const { api, claim, server } = prepared();
    const { resourceVersion } = await api.applyClaimStatus(claim, status);
    expect(server.get(domains, "acme", "shop")).toMatchObject({ status, metadata: { resourceVersion } });
    expect(server.requests).toEqual([
      {
        method: "PATCH",
        path: "/apis/platform.koli.io/v1/namespaces/shop/domains/acme/status",
        query: { fieldManager: "domain-claims", force: "true" },
        contentType: "application/apply-patch+yaml",
        body: { apiVersion: "platform.koli.io/v1", kind: "Domain", metadata: claim, status },
      },
    ]);
  });

  test("each write answers with the claim as it is then, so that the next one needs no read", async () => {
    const { api, claim, server } = prepared();
    const finalized = await api.addFinalizer({ ...claim, finalizers: { count: 0, ours: undefined } });
    const told = await api.applyClaimStatus(finalized, status);
    await api.applyClaimStatus(told, { ...status, phase: "Failed" });
    expect(server.requests.map(({ method }) => method)).toEqual(["PATCH", "PATCH", "PATCH"]);
    expect(server.get(domains, "acme", "shop")).toMatchObject({ status: { phase: "Failed" } });
  });

  test("status is applied after a read where somebody else has changed the claim", async () => {
    const { api, claim, server } = prepared();
    server.put(domains, {
      metadata: { name: "acme", namespace: "shop" },
      spec: { primary: "acme.org", delegates: ["b"] },
    });
    await api.applyClaimStatus(claim, status);
    expect(server.requests.map(({ method }) => method)).toEqual(["PATCH", "GET", "PATCH"]);
    expect(server.get(domains, "acme", "shop")).toMatchObject({ status, spec: { delegates: ["b"] } });
  });

  test("what somebody else wrote into a status, and apply leaves there, is removed; conditions of others stay", async () => {
    const { api, claim, server } = prepared();
    const condition = (type: string): object => ({
      type,
      status: "True",
      reason: "Forged",
      message: "",
      lastTransitionTime: "",
    });
    const forged = ["NameAllowed", "TheirOwn", "DelegatesResolved"].map(condition);
    const stored = server.get(domains, "acme", "shop");
    const at = (resourceVersion: string, said: object) => {
      const body = { ...stored, metadata: { ...stored?.metadata, resourceVersion }, status: said };
      return { status: 200, headers: {}, body };
    };
    const shown = { ...status, parent: "theirs", conditions: [...status.conditions, ...forged] };
    server.fault = ({ contentType }) =>
      contentType === "application/apply-patch+yaml" ? at("900", shown) : at("901", status);
    expect(await api.applyClaimStatus(claim, status)).toMatchObject({ resourceVersion: "901" });
    const own = status.conditions.length;
    expect(server.requests.slice(1)).toEqual([
      {
        method: "PATCH",
        path: "/apis/platform.koli.io/v1/namespaces/shop/domains/acme/status",
        query: { fieldManager: "domain-claims" },
        contentType: "application/json-patch+json",
        body: [
          { op: "replace", path: "/metadata/resourceVersion", value: "900" },
          { op: "remove", path: "/status/parent" },
          { op: "remove", path: `/status/conditions/${String(own + 2)}` },
          { op: "remove", path: `/status/conditions/${String(own)}` },
        ],
      },
    ]);
  });

  test("status never reaches a successor of the claim's name, nor creates one", async () => {
    const { api, claim, server } = prepared();
    server.remove(domains, "acme", "shop");
    await expect(api.applyClaimStatus(claim, status)).rejects.toMatchObject({ kind: "notFound" });
    server.put(domains, { metadata: { name: "acme", namespace: "shop" }, spec: { primary: "acme.org" } });
    await expect(api.applyClaimStatus(claim, status)).rejects.toMatchObject({ kind: "conflict" });
    expect(server.get(domains, "acme", "shop")).not.toHaveProperty("status");
  });

  test("status is given up after some tries against somebody who writes without end", async () => {
    const { api, claim, server } = prepared();
    server.fault = ({ method }) => {
      if (method === "PATCH")
        server.put(domains, { metadata: { name: "acme", namespace: "shop" }, spec: { primary: "acme.org" } });
      return undefined;
    };
    await expect(api.applyClaimStatus(claim, status)).rejects.toMatchObject({ kind: "conflict" });
    expect(server.requests.length).toBeLessThan(10);
  });
});

test("an Ingress's addresses are applied to the version that was read, an empty list to remove them", async () => {
  const { api, server } = prepared();
  const { metadata } = server.put(ingresses, { metadata: { name: "web", namespace: "shop" } });
  const ingress = {
    kind: "Ingress" as const,
    namespace: "shop",
    name: "web",
    uid: String(metadata["uid"]),
    resourceVersion: String(metadata["resourceVersion"]),
  };
  const resourceVersion = await api.applySourceStatus(ingress, [{ ip: "1.1.1.1" }]);
  expect(server.get(ingresses, "web", "shop")?.["metadata"]).toMatchObject({ resourceVersion });
  expect(server.get(ingresses, "web", "shop")?.["status"]).toEqual({ loadBalancer: { ingress: [{ ip: "1.1.1.1" }] } });
  await expect(api.applySourceStatus(ingress, [])).rejects.toMatchObject({ kind: "conflict" });
  await api.applySourceStatus({ ...ingress, resourceVersion }, []);
  expect(server.get(ingresses, "web", "shop")?.["status"]).toEqual({ loadBalancer: { ingress: [] } });
});

test("a write that is answered with nonsense is unavailable: nobody knows whether it took effect", async () => {
  const { api, claim, server } = prepared();
  for (const body of [undefined, "?", { metadata: {} }, { metadata: { uid: "u", resourceVersion: "7" } }]) {
    server.fault = () => ({ status: 200, headers: {}, body });
    const finalized = { ...claim, finalizers: { count: 1, ours: 0 } };
    await expect(api.removeFinalizer(finalized)).rejects.toMatchObject({ kind: "unavailable" });
    await expect(api.applyClaimStatus(claim, status)).rejects.toMatchObject({ kind: "unavailable" });
    await expect(api.createRecord(held)).rejects.toMatchObject({ kind: "unavailable" });
  }
});

describe("a record", () => {
  test("is created under its host's name, in the API's spelling", async () => {
    const { api, server } = prepared();
    expect(await api.createRecord(held)).toEqual({
      ...held,
      ...{ name: "acme.org", uid: expect.any(String), resourceVersion: expect.any(String) },
    });
    await api.createRecord(free);
    await api.createRecord(kept);
    const { namespaceUid, ...holder } = { ...held.holder };
    expect(server.get(records, "acme.org")?.["spec"]).toEqual({
      ...held,
      holder: { ...holder, namespaceUID: namespaceUid },
    });
    expect(server.get(records, "wc--any.acme.org")?.["spec"]).toEqual({ host: "*.acme.org" });
    expect(server.get(records, "kept.org")?.["spec"]).toEqual({
      ...{ host: "kept.org", grants: held.grants, history: held.history },
      redemption: { ...holder, namespaceUID: namespaceUid, since: undefined, until: "2026-04-04T12:35:42Z" },
    });
    await expect(api.createRecord(held)).rejects.toMatchObject({ kind: "alreadyExists" });
  });

  test("is replaced and deleted only as the version that was read", async () => {
    const { api, server } = prepared();
    await api.createRecord(held);
    const read = () => {
      const { name, uid, resourceVersion } = server.get(records, "acme.org")?.metadata as Record<string, unknown>;
      return { name: String(name), uid: String(uid), resourceVersion: String(resourceVersion) };
    };
    const first = read();
    expect(await api.updateRecord(first, { ...held, holder: undefined })).toEqual({
      ...{ ...held, holder: undefined, name: "acme.org", uid: first.uid },
      resourceVersion: read().resourceVersion,
    });
    expect(server.get(records, "acme.org")?.["spec"]).not.toHaveProperty("holder");
    await expect(api.updateRecord(first, held)).rejects.toMatchObject({ kind: "conflict" });
    await expect(api.deleteRecord(first)).rejects.toMatchObject({ kind: "conflict" });
    await expect(api.deleteRecord({ ...read(), uid: "other" })).rejects.toMatchObject({ kind: "conflict" });
    const last = read();
    await api.deleteRecord(last);
    expect(server.get(records, "acme.org")).toBeUndefined();
    await expect(api.deleteRecord(last)).rejects.toMatchObject({ kind: "notFound" });
    await expect(api.updateRecord(last, held)).rejects.toMatchObject({ kind: "notFound" });
  });
});

describe("reading a Secret", () => {
  const secrets = "/api/v1/secrets";
  const of = { namespace: "shop", name: "web-tls" };
  const base64 = (text: string): string => Buffer.from(text).toString("base64");

  test("returns its type and its two texts, whatever else it has", async () => {
    const { api, server } = prepared();
    const data = { "tls.crt": base64("cert"), "tls.key": base64("key"), other: base64("x") };
    const { metadata } = server.put(secrets, { metadata: of, type: "kubernetes.io/tls", data });
    expect(await api.getSecret(of)).toEqual({
      ...{ resourceVersion: metadata["resourceVersion"], type: "kubernetes.io/tls", cert: "cert", key: "key" },
    });
    expect(server.requests).toMatchObject([{ method: "GET", path: "/api/v1/namespaces/shop/secrets/web-tls" }]);
  });

  test.each([undefined, 5, { "tls.crt": 7, "tls.key": null }, { "tls.crt": "%%%" }])(
    "survives data of %j",
    async (data) => {
      const { api, server } = prepared();
      server.put(secrets, { metadata: of, data });
      expect(await api.getSecret(of)).toMatchObject({ type: "", cert: "", key: "" });
    },
  );

  test("reads no more than a pair and what is said of it can have", async () => {
    const { api, server } = prepared();
    await api.getSecret(of);
    expect(server.requests).toMatchObject([{ maxBytes: 512 * 1024 }]);
  });

  test("returns undefined only if the API server says that it does not exist", async () => {
    const { api, server } = prepared();
    expect(await api.getSecret(of)).toBeUndefined();
    server.fault = () => statusAnswer(403, "Forbidden");
    await expect(api.getSecret(of)).rejects.toMatchObject({ kind: "refused" });
  });
});
