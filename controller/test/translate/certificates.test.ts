import { describe, expect, test } from "vitest";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { domainCertificateBody } from "../../src/kube/domain-certificate-body.ts";
import { translateOrder } from "../../src/translate/order.ts";
import { translate } from "../../src/translate/translate.ts";
import { noGroup } from "../../src/world/certificate-group.ts";
import type { CertificateGroup } from "../../src/world/certificate-group.ts";
import type { DomainCertificate } from "../../src/world/domain-certificate.ts";

const at = Date.parse("2026-04-04T12:25:42.123Z");
const acme = "acme.org" as Host;
const www = "www.acme.org" as Host;

describe("a DomainCertificate", () => {
  const certificate = {
    ...{ number: 1, names: [acme, www], issued: [acme, www], notBefore: at, notAfter: at + 1_000 },
    ...{ orderedAt: at, running: false, probe: false, failedAt: undefined },
  };
  const full: CertificateGroup = {
    certificates: [
      certificate,
      { ...certificate, number: 2, issued: [acme], running: true, failedAt: at },
      { ...certificate, number: 3, names: [www], issued: [], notBefore: 0, notAfter: 0, running: true, probe: true },
    ],
    quarantine: [
      { host: www, failures: 2, nextTryAt: at, message: "no such host" },
      { host: acme, failures: 1, nextTryAt: at, message: "" },
    ],
    leaving: [{ host: www, since: at }],
    nextNumber: 4,
    caution: { failures: 1, mostNew: 5, until: at },
    budgets: { domain: at, account: at + 1, failures: 0 },
  };
  const report: DomainCertificate["report"] = {
    ...{ wanted: 3, issued: 2, failing: 1, left: 40, notAfter: at, nextOrderAt: at, moreWaiting: 7 },
    waiting: [
      { host: www, reason: "Batching", until: at },
      { host: acme, reason: "Ordered", until: undefined },
    ],
  };
  const quiet = { ...report, notAfter: undefined, nextOrderAt: undefined, waiting: [], moreWaiting: 0 };

  test.each([
    ["with all that there can be", full, report],
    ["with nothing", noGroup, quiet],
  ])("%s is read back as it was written", (_, group, told) => {
    const content = { namespace: "acme-org", name: "acme.org" as Hostname, group, report: told };
    const version = { uid: "u1", resourceVersion: "7", finished: false };
    const raw = JSON.parse(JSON.stringify(domainCertificateBody(content, version))) as Record<string, unknown>;
    expect(raw).toMatchObject({ metadata: { finalizers: ["kolihub.io/kong"] }, spec: { domain: "acme.org" } });
    expect(translate.DomainCertificate(raw)).toEqual({
      ...content,
      ...{ uid: "u1", resourceVersion: "7", deleting: false },
    });
  });

  test.each([
    ["no status", {}],
    ["a time that is none", { ...noGroup, budgets: { domain: "soon", account: "soon", failures: "soon" } }],
  ])("with %s can't be used: nobody may take it for one of which nothing was ordered", (_, status) => {
    const metadata = { namespace: "acme-org", name: "acme.org", uid: "u1", resourceVersion: "7" };
    expect(() => translate.DomainCertificate({ metadata, status })).toThrow();
  });
});

describe("a Certificate", () => {
  const metadata = {
    ...{ namespace: "acme-org", name: "acme.org-1", uid: "u2", resourceVersion: "8", generation: 3 },
    ownerReferences: [{ kind: "DomainCertificate", name: "acme.org", uid: "u1", controller: true }],
  };
  const spec = { dnsNames: ["www.acme.org", "acme.org"] };
  const times = { notBefore: "2026-04-04T12:25:42Z", notAfter: "2026-07-03T12:25:42Z" };
  const read = (conditions: readonly object[], more: object = {}) =>
    translate.Certificate({ metadata, spec, status: { ...times, conditions, ...more } });

  test.each([
    ["very many names", { dnsNames: Array.from({ length: 1_001 }, (_, index) => `n${String(index)}.acme.org`) }],
    ["a name of a megabyte", { dnsNames: ["a".repeat(1_000_000)] }],
  ])("X1: with %s asks for none of ours, and none of them is kept", (_, much) => {
    expect(translate.Certificate({ metadata, spec: much, status: {} }).shown.names).toEqual([]);
  });

  test.each(["name", "uid"])("X1: with an owner whose %s is a megabyte is none of ours", (field) => {
    const [owner] = metadata.ownerReferences;
    const ownerReferences = [{ ...owner, [field]: "a".repeat(1_000_000) }];
    expect(() => translate.Certificate({ metadata: { ...metadata, ownerReferences }, spec, status: {} })).toThrow(
      "no DomainCertificate owns it",
    );
  });

  test.each([
    ["Ready for this generation", [{ type: "Ready", status: "True", observedGeneration: 3 }], true],
    ["Ready for the one before", [{ type: "Ready", status: "True", observedGeneration: 2 }], false],
    ["not Ready", [{ type: "Ready", status: "False", observedGeneration: 3 }], false],
    ["new", [], false],
  ])("T6: that is %s can be used: %s", (_, conditions, ready) => {
    expect(read(conditions)).toMatchObject({
      owner: { name: "acme.org", uid: "u1" },
      shown: { names: [acme, www], ready, notAfter: Date.parse(times.notAfter) },
      failure: undefined,
    });
  });

  test("has failed when cert-manager has ended the order for this generation without a certificate", () => {
    const ended = { type: "Issuing", status: "False", observedGeneration: 3, message: "the order is invalid" };
    const lastFailureTime = "2026-04-05T00:00:00Z";
    const failure = { at: Date.parse(lastFailureTime), message: "the order is invalid" };
    expect(read([ended], { lastFailureTime })).toMatchObject({ failure });
    expect(read([{ ...ended, observedGeneration: 2 }], { lastFailureTime }).failure).toBeUndefined();
    expect(read([{ ...ended, status: "True" }], { lastFailureTime }).failure).toBeUndefined();
    expect(read([ended]).failure).toBeUndefined();
  });

  test("that no DomainCertificate owns is none of ours", () => {
    expect(() => translate.Certificate({ metadata: { ...metadata, ownerReferences: [] }, spec })).toThrow("owns it");
  });
});

describe("an Order", () => {
  const order = (uid: string, created: string, status: object, certificate = "acme.org-1"): object => ({
    metadata: {
      ...{ uid, creationTimestamp: created },
      annotations: { "cert-manager.io/certificate-name": certificate },
    },
    spec: { dnsNames: ["acme.org", "www.acme.org"] },
    status,
  });
  const challenge = (uid: string, dnsName: string, status: object, wildcard = false): object => ({
    metadata: { ownerReferences: [{ kind: "Order", uid }] },
    spec: { dnsName, wildcard },
    status,
  });

  test("T3: that failed tells by its challenges which names were not validated, and why", () => {
    const old = order("o1", "2026-04-04T12:00:00Z", { state: "invalid" });
    const last = order("o2", "2026-04-04T13:00:00Z", { state: "invalid" });
    const challenges = [
      challenge("o1", "acme.org", { state: "invalid", reason: "of an earlier order" }),
      challenge("o2", "acme.org", { state: "valid" }),
      challenge("o2", "www.acme.org", { state: "invalid", reason: "no such host" }),
      challenge("o2", "acme.org", { state: "pending" }, true),
    ];
    expect(translateOrder("acme.org-1", [last, old], challenges)).toEqual({
      ...{ failed: { "www.acme.org": "no such host" }, pending: ["*.acme.org"], rateLimited: false },
    });
  });

  test("that is for another Certificate says nothing", () => {
    const other = order("o1", "2026-04-04T12:00:00Z", { state: "invalid" }, "theirs");
    expect(translateOrder("acme.org-1", [other], [challenge("o1", "acme.org", { state: "invalid" })])).toEqual({
      ...{ failed: {}, pending: [], rateLimited: false },
    });
  });

  test("that the certificate authority refuses tells which name it was for", () => {
    const reason =
      'Failed to create Order: 400 urn:ietf:params:acme:error:rejectedIdentifier: Error creating new order :: Cannot issue for "www.acme.org": not allowed';
    const { failed } = translateOrder("acme.org-1", [order("o1", "", { state: "errored", reason })], []);
    expect(Object.keys(failed)).toEqual(["www.acme.org"]);
  });

  test("that came too soon says so", () => {
    const reason = "Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited: too many certificates";
    const { failed, rateLimited } = translateOrder("acme.org-1", [order("o1", "", { state: "errored", reason })], []);
    expect([failed, rateLimited]).toEqual([{}, true]);
  });

  test("without any challenge waits for all of its names: no solver may be there for one of them", () => {
    const { pending } = translateOrder("acme.org-1", [order("o1", "", { state: "pending" })], []);
    expect(pending).toEqual(["acme.org", "www.acme.org"]);
  });
});
