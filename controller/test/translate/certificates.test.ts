import { describe, expect, test } from "vitest";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { domainCertificateBody } from "../../src/kube/domain-certificate-body.ts";
import { translateRequestContent } from "../../src/translate/certificate-request.ts";
import { noOrder, translateOrder } from "../../src/translate/order.ts";
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
    budgets: { domain: at, account: at + 1, share: at + 2, failures: 0 },
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
    [
      "a time that is none",
      { ...noGroup, budgets: { domain: "soon", account: "soon", share: "soon", failures: "soon" } },
    ],
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
  const spec = { dnsNames: ["www.acme.org", "acme.org"], issuerRef: { kind: "ClusterIssuer", name: "letsencrypt" } };
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
      issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
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
  const owned = (kind: string, uid: string): object => ({ ownerReferences: [{ kind, uid, controller: true }] });
  const issuer = { kind: "ClusterIssuer", name: "letsencrypt" };
  const from = (issuerRef: object): object => ({ spec: { issuerRef: { group: "cert-manager.io", ...issuerRef } } });
  const requests = [
    { metadata: { uid: "r1", ...owned("Certificate", "u2") }, ...from(issuer) },
    { metadata: { uid: "r3", ...owned("Certificate", "u2") }, ...from({ ...issuer, kind: "Issuer" }) },
    { metadata: { uid: "r4", ...owned("Certificate", "u2") }, ...from({ ...issuer, name: "own" }) },
    { metadata: { uid: "r2", annotations: { "cert-manager.io/certificate-name": "acme.org-1" } } },
  ];
  const order = (uid: string, created: string, status: object, request = "r1"): object => ({
    metadata: {
      ...{ uid, creationTimestamp: created, ...owned("CertificateRequest", request) },
      annotations: { "cert-manager.io/certificate-name": "acme.org-1" },
    },
    spec: { dnsNames: ["acme.org", "www.acme.org"] },
    status,
  });
  const said = (orders: readonly object[], challenges: readonly object[]) =>
    translateOrder({ uid: "u2", issuer, names: [acme, www] }, { requests, orders, challenges });
  const challenge = (uid: string, dnsName: string, status: object, wildcard = false, type = "DNS-01"): object => ({
    metadata: owned("Order", uid),
    spec: { dnsName, wildcard, type },
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
    expect(said([last, old], challenges)).toEqual({
      ...noOrder,
      failed: { "www.acme.org": "no such host" },
      pending: ["*.acme.org"],
    });
  });

  const waits = { state: "pending", processing: true, presented: true, reason: "Waiting for propagation" };
  const absent = { ...waits, presented: false, reason: "Could not find the SOA record" };

  test("T3: that can't have an Ingress made gives the places of its challenges back", () => {
    const running = order("o1", "2026-04-04T12:00:00Z", { state: "pending" });
    const { stuck, unpresented } = said([running], [challenge("o1", www, absent, false, "HTTP-01")]);
    expect({ stuck, unpresented }).toEqual({ stuck: [www], unpresented: [] });
  });

  test("T3: tells names whose challenge can't be put in place from those that are worked on otherwise, or not yet", () => {
    const running = order("o1", "2026-04-04T12:00:00Z", { state: "pending" });
    const challenges = [challenge("o1", www, absent), challenge("o1", acme, waits), challenge("o1", "b.acme.org", {})];
    expect(said([running], challenges)).toMatchObject({
      ...{ pending: [www, acme, "b.acme.org"], begun: [www, acme], unpresented: [www], stuck: [] },
    });
  });

  test.each<[string, string, object, string, object | undefined, readonly string[]]>([
    ["can't be put into the DNS", "DNS-01", absent, "DNS-01", undefined, [www]],
    ["is not seen over HTTP", "HTTP-01", waits, "HTTP-01", undefined, [www]],
    ["is on its way through the DNS", "DNS-01", waits, "DNS-01", undefined, []],
    ["can't be put into the DNS, while another one is on its way,", "DNS-01", absent, "DNS-01", waits, []],
    ["can't be put into the DNS, while another one waits for its turn,", "DNS-01", absent, "DNS-01", {}, [www]],
    ["waits for its turn", "DNS-01", {}, "DNS-01", undefined, []],
  ])("T3: whose challenge %s is held up by it, or not", (_, type, status, otherType, other, stuck) => {
    const running = order("o1", "2026-04-04T12:00:00Z", { state: "pending" });
    const challenges = [
      challenge("o1", www, status, false, type),
      challenge("o1", acme, other ?? { state: "valid" }, false, otherType),
    ];
    expect(said([running], challenges).stuck).toEqual(stuck);
  });

  test("that somebody else asked for in the Certificate's name says nothing", () => {
    const other = order("o1", "2026-04-04T12:00:00Z", { state: "invalid" }, "r2");
    expect(said([other], [challenge("o1", "acme.org", { state: "invalid" })])).toEqual(noOrder);
  });

  test.each([
    ["one name of it", [acme]],
    ["another name beside them", [acme, www, "x.acme.org"]],
    ["as many others", [acme, "x.acme.org"]],
  ])("that says it is the Certificate's, which anybody may write, and is for %s, says nothing", (_, dnsNames) => {
    const ours = order("o1", "2026-04-04T12:00:00Z", { state: "pending" });
    const theirs = { ...order("o2", "2026-04-04T13:00:00Z", { state: "pending" }), spec: { dnsNames } };
    const challenges = [challenge("o1", acme, absent), challenge("o1", www, absent), challenge("o2", acme, absent)];
    // As if all but one of its names had been validated, so that many more were ordered beside them.
    expect(said([ours, theirs], challenges).pending).toEqual([acme, www]);
  });

  test.each([
    ["an Issuer of the same name", "r3"],
    ["another issuer", "r4"],
  ])(
    "that says it is the Certificate's, and is from %s, which may validate all that it likes, says nothing",
    (_, request) => {
      const ours = order("o1", "2026-04-04T12:00:00Z", { state: "pending" });
      const theirs = order("o2", "2026-04-04T13:00:00Z", { state: "pending" }, request);
      const challenges = [challenge("o1", acme, absent), challenge("o1", www, absent), challenge("o2", acme, absent)];
      expect(said([ours, theirs], challenges).pending).toEqual([acme, www]);
    },
  );

  test("that the certificate authority refuses tells which name it was for", () => {
    const reason =
      'Failed to create Order: 400 urn:ietf:params:acme:error:rejectedIdentifier: Error creating new order :: Cannot issue for "www.acme.org": not allowed';
    const { failed } = said([order("o1", "", { state: "errored", reason })], []);
    expect(Object.keys(failed)).toEqual(["www.acme.org"]);
  });

  test("that came too soon says so", () => {
    const reason = "Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited: too many certificates";
    const { failed, rateLimited } = said([order("o1", "", { state: "errored", reason })], []);
    expect([failed, rateLimited]).toEqual([{}, true]);
  });

  test("without any challenge waits for all of its names: no solver may be there for one of them", () => {
    const { pending } = said([order("o1", "", { state: "pending" })], []);
    expect(pending).toEqual(["acme.org", "www.acme.org"]);
  });
});

describe("a CertificateRequest", () => {
  const request = (spec: object, ...conditions: readonly object[]): Record<string, unknown> => ({
    metadata: {
      ...{ namespace: "acme-org", name: "web-1", uid: "u1", resourceVersion: "7" },
      creationTimestamp: "2026-04-04T12:25:42Z",
      ownerReferences: [{ kind: "Certificate", name: "web", uid: "u2", controller: true }],
    },
    spec: { request: "cGVt", ...spec },
    ...(conditions.length === 0 ? {} : { status: { conditions } }),
  });

  test("means an Issuer of cert-manager's where it does not say which kind", () => {
    expect(translate.CertificateRequest(request({ issuerRef: { name: "own" } }))).toEqual({
      ...{ namespace: "acme-org", name: "web-1", uid: "u1", resourceVersion: "7" },
      ...{ certificate: { name: "web", uid: "u2" }, created: Date.parse("2026-04-04T12:25:42Z") },
      ...{ decided: false, approvedFor: undefined },
      issuer: { group: "cert-manager.io", kind: "Issuer", name: "own" },
    });
  });

  test.each([
    ["nothing", undefined, false],
    ["Ready, since it is pending", { type: "Ready", status: "False", reason: "Pending" }, false],
    ["Approved", { type: "Approved", status: "True", reason: "cert-manager.io" }, true],
    ["Denied", { type: "Denied", status: "True", reason: "HostNotHeld" }, true],
    ["InvalidRequest", { type: "InvalidRequest", status: "True", reason: "x" }, true],
    ["that it has failed", { type: "Ready", status: "False", reason: "Failed" }, true],
    ["that it is issued", { type: "Ready", status: "True", reason: "Issued" }, true],
  ])("that says %s is decided or not", (_, condition, decided) => {
    const raw = request({}, ...(condition === undefined ? [] : [condition]));
    expect(translate.CertificateRequest(raw).decided).toBe(decided);
    const approvedFor = condition?.type === "Approved" ? condition.reason : undefined;
    expect(translate.CertificateRequest(raw).approvedFor).toBe(approvedFor);
  });

  test.each([
    ["2160h0m0s", 2160 * 3_600_000],
    ["1.5h", 5_400_000],
    ["90m30s", 5_430_000],
    ["", Number.NaN],
    ["0s", Number.NaN],
    ["-1h", Number.NaN],
    ["1.1.1h", Number.NaN],
    ["forever", Number.NaN],
  ])("for %j is for so many milliseconds", (duration, validMs) => {
    expect(translateRequestContent(request({ duration })).validMs).toBe(validMs);
  });

  test("of any shape is read without a throw, and what it asks for is not kept", () => {
    const strange = request({ issuerRef: [], usages: "all", isCA: "yes" });
    expect(JSON.stringify(translate.CertificateRequest(strange))).not.toContain("cGVt");
    const read = { uid: "u1", resourceVersion: "7", pem: "pem", isCA: false, usages: [], validMs: undefined };
    expect(translateRequestContent(strange)).toEqual(read);
  });
});

describe("an issuer", () => {
  const read = (spec: object, status: object = {}) =>
    translate.ClusterIssuer({ metadata: { name: "letsencrypt" }, spec, status });
  const acmeOf = (...solvers: readonly object[]): object => ({ acme: { solvers } });
  const anyZone = { type: "DNS-01", dnsNames: [], dnsZones: [] };

  test.each<[string, object, readonly object[]]>([
    ["that signs by itself has none", { ca: { secretName: "ca" } }, []],
    ["for all names", acmeOf({ dns01: {} }, { http01: {} }), [anyZone, { ...anyZone, type: "HTTP-01" }]],
    [
      "for some names",
      acmeOf({ dns01: {}, selector: { dnsZones: ["acme.org"], dnsNames: ["a.b"] } }),
      [{ type: "DNS-01", dnsNames: ["a.b"], dnsZones: ["acme.org"] }],
    ],
    [
      "that labels choose may be for any",
      acmeOf({ dns01: {}, selector: { dnsZones: ["acme.org"], matchLabels: { a: "b" } } }),
      [anyZone],
    ],
    [
      "for more names than are kept are for any",
      acmeOf({ http01: {}, selector: { dnsZones: Array.from({ length: 1_001 }, () => "acme.org") } }),
      [anyZone],
    ],
    [
      "with a name that no host can have is for any",
      acmeOf({ http01: {}, selector: { dnsZones: ["a".repeat(254)] } }),
      [anyZone],
    ],
    ["of more than are kept is for any", acmeOf(...Array.from({ length: 1_001 }, () => ({ http01: {} }))), [anyZone]],
    ["of any shape", { acme: { solvers: [7, { selector: "all" }] } }, [anyZone, anyZone]],
  ])("has solvers: one %s", (_, spec, solvers) => {
    expect(read(spec)).toEqual({
      ...{ kind: "ClusterIssuer", namespace: "", name: "letsencrypt", problem: undefined },
      solvers,
    });
  });

  test("that is not ready says why, and one of a namespace is that namespace's", () => {
    const conditions = [{ type: "Ready", status: "False", message: "no account" }];
    expect(read({}, { conditions }).problem).toBe("no account");
    const metadata = { name: "own", namespace: "acme-org" };
    expect(translate.Issuer({ metadata, spec: {} })).toMatchObject({ kind: "Issuer", namespace: "acme-org" });
    expect(() => translate.Issuer({ metadata: { name: "own" }, spec: {} })).toThrow("namespace");
  });
});

test.each([
  ["made for a Certificate of ours", { "platform.koli.io/ordered": "true" }, "acme.org-1", true],
  ["that is a copy under another name", { "platform.koli.io/ordered": "true" }, "acme.org-2", false],
  ["with our mark alone", { "platform.koli.io/ordered": "true" }, undefined, false],
  ["of a Certificate of somebody else's", {}, "acme.org-1", false],
  ["with labels of any shape", [], "acme.org-1", false],
])("a Secret %s is ours to remove, or not", (_, labels, certificate, ordered) => {
  const annotations = { "cert-manager.io/certificate-name": certificate };
  const version = { namespace: "acme-org", name: "acme.org-1", uid: "u1", resourceVersion: "7" };
  expect(translate.Secret({ metadata: { ...version, labels, annotations } })).toEqual({ ...version, ordered });
});
