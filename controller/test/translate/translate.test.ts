import { describe, expect, test } from "vitest";
import { translate, translator } from "../../src/translate/translate.ts";
import { defaultLimits } from "../../src/world/limits.ts";

const metadata = {
  ...{ namespace: "marvin-org", name: "marvin-acme", uid: "u1", resourceVersion: "7", generation: 2 },
  creationTimestamp: "2026-04-04T12:25:42Z",
};

describe("a Domain", () => {
  test("keeps what is decided from, and what the controller wrote", () => {
    const condition = {
      ...{ type: "Accepted", status: "False", reason: "DomainNotFound", message: "no primary" },
      ...{ lastTransitionTime: "2026-04-04T12:25:43Z", observedGeneration: 2 },
    };
    const status = {
      ...{ phase: "Failed", reason: "DomainNotFound", message: "no primary", observedGeneration: 2 },
      ...{ lastUpdateTime: "2026-04-04T12:25:43Z", host: "marvin.acme.org", conditions: [condition] },
    };
    const raw = {
      metadata: { ...metadata, finalizers: ["kolihub.io/kong"], managedFields: [{ manager: "x" }], labels: { a: "b" } },
      spec: { primary: "acme.org", sub: "marvin", parent: "acme-org" },
      status,
    };
    expect(translate.Domain(raw)).toEqual({
      ...{ namespace: "marvin-org", name: "marvin-acme", uid: "u1", resourceVersion: "7", generation: 2 },
      ...{ created: "2026-04-04T12:25:42Z", deleting: false, released: false, finalizers: { count: 1, ours: 0 } },
      ...{ primary: "acme.org", sub: "marvin", parent: "acme-org", delegates: [], status },
      certificatePolicy: "WhenServed",
    });
  });

  test.each([
    ["labels", (count: number) => ({ labels: Object.fromEntries(Array.from({ length: count }, (_, i) => [i, ""])) })],
    [
      "annotations",
      (count: number) => ({ annotations: Object.fromEntries(Array.from({ length: count }, (_, i) => [i, ""])) }),
    ],
    ["ownerReferences", (count: number) => ({ ownerReferences: Array.from({ length: count }, (_, uid) => ({ uid })) })],
    ["managedFields", (count: number) => ({ managedFields: Array.from({ length: count }, () => ({ manager: "x" })) })],
  ])("with a thousand labels, annotations, owners and managers of fields is crowded: with %s", (_what, more) => {
    const crowded = (count: number): true | undefined =>
      translate.Domain({ metadata: { ...metadata, ...more(count) }, spec: { primary: "acme.org" } }).crowded;
    expect([crowded(1_000), crowded(1_001)]).toEqual([undefined, true]);
    const source = (count: number): true | undefined =>
      translate.Ingress({ metadata: { ...metadata, ...more(count) } }).crowded;
    expect([source(1_000), source(1_001)]).toEqual([undefined, true]);
  });

  test("hands its host over, and accepts one, as its spec says", () => {
    const spec = { primary: "acme.org", transferTo: "b", acceptFrom: "a" };
    expect(translate.Domain({ metadata, spec })).toMatchObject({ transferTo: "b", acceptFrom: "a" });
    expect(translate.Domain({ metadata, spec: { ...spec, transferTo: 7 } }).transferTo).toBeUndefined();
  });

  test.each([
    ["Always", "Always"],
    ["Never", "Never"],
    ["WhenServed", "WhenServed"],
    ["Sometimes", "WhenServed"],
  ])("whose certificate's policy is %s has its name ordered %s", (policy, certificatePolicy) => {
    const spec = { primary: "acme.org", certificate: { policy } };
    expect(translate.Domain({ metadata, spec })).toMatchObject({ certificatePolicy });
  });

  test.each([
    ["no status", undefined],
    ["the empty phase of a new claim", { phase: "" }],
    ["a phase that the controller does not write", { phase: "Great", reason: "x" }],
    ["nonsense", 5],
  ])("with %s has no status", (_, status) => {
    expect(translate.Domain({ metadata, spec: { primary: "acme.org" }, status }).status).toBeUndefined();
  });

  test("is being deleted from its deletionTimestamp on", () => {
    const deleting = { ...metadata, deletionTimestamp: "2026-04-05T00:00:00Z" };
    expect(translate.Domain({ metadata: deleting, spec: { primary: "acme.org", delegates: ["b", 7] } })).toMatchObject({
      deleting: true,
      delegates: ["b"],
    });
  });

  test.each([
    ["true", true],
    ["yes", false],
    [undefined, false],
  ])("with the mark of a release that says %s is given up: %s", (mark, released) => {
    const annotations = mark === undefined ? {} : { "platform.koli.io/release": mark };
    const raw = { metadata: { ...metadata, annotations }, spec: { primary: "acme.org" } };
    expect(translate.Domain(raw).released).toBe(released);
  });

  test("without a primary is refused by the field's name", () => {
    expect(() => translate.Domain({ metadata, spec: {} })).toThrow("primary is missing");
  });
});

describe("a HostRecord", () => {
  const record = { metadata: { name: "acme.org", uid: "r1", resourceVersion: "9" } };
  const holder = {
    ...{ kind: "primary", namespace: "acme-org", namespaceUID: "n1", name: "acme", uid: "u1" },
    since: "2026-04-04T12:25:42Z",
  };

  test("speaks the core's spelling", () => {
    const tenure = {
      ...{ kind: "shared", namespace: "a", name: "b", uid: "u0" },
      from: "x",
      to: "y",
      reason: "Deleted",
    };
    const authority = { kind: "delegation", host: "org.example", namespace: "c", name: "d", uid: "u2" };
    const spec = {
      host: "acme.org",
      holder: { ...holder, authority },
      grants: [{ namespace: "e", uid: "n2" }],
      history: [tenure],
    };
    const { namespaceUID, ...rest } = holder;
    expect(translate.HostRecord({ ...record, spec })).toEqual({
      ...{ name: "acme.org", uid: "r1", resourceVersion: "9", host: "acme.org" },
      ...{ holder: { ...rest, namespaceUid: namespaceUID, authority }, grants: spec.grants, history: [tenure] },
    });
  });

  test("in redemption says for whom its host is kept, and until when", () => {
    const { namespaceUID, since, ...rest } = holder;
    const redemption = { ...rest, namespaceUID, until: since, authority: { kind: "none" } };
    expect(translate.HostRecord({ ...record, spec: { host: "acme.org", redemption } })).toMatchObject({
      holder: undefined,
      redemption: { ...rest, namespaceUid: namespaceUID, until: since, authority: { kind: "none" } },
    });
  });

  test("of a wildcard stands for the wildcard", () => {
    const wildcard = { ...record.metadata, name: "wc--any.acme.org" };
    expect(translate.HostRecord({ metadata: wildcard, spec: { host: "*.acme.org" } })).toMatchObject({
      host: "*.acme.org",
      holder: undefined,
      grants: [],
      history: [],
    });
  });

  test.each([
    ["whose host is not its name", { host: "evil.org" }, "spec.host is not acme.org"],
    ["whose holder is no claim", { host: "acme.org", holder: { kind: "?" } }, "kind is ?"],
    ["whose holder has no uid", { host: "acme.org", holder: { ...holder, uid: undefined } }, "uid is missing"],
    [
      "whose authority is unknown",
      { host: "acme.org", holder: { ...holder, authority: { kind: "x" } } },
      "authority.kind is x",
    ],
  ])("%s is refused", (_, spec, problem) => {
    expect(() => translate.HostRecord({ ...record, spec })).toThrow(problem);
  });
});

describe("a Service's addresses are", () => {
  const addresses = (spec: object, ingress?: unknown) =>
    translate.Service({ metadata, spec, status: { loadBalancer: { ingress } } }).addresses;
  const clusterIP = "10.0.0.1";

  test.each([
    [
      "the load balancer's",
      { clusterIP, externalIPs: ["2.2.2.2"] },
      [{ ip: "1.1.1.1" }, { hostname: "lb.example" }],
      [{ ip: "1.1.1.1" }, { hostname: "lb.example" }],
    ],
    ["else the external ones", { clusterIP, externalIPs: ["2.2.2.2"] }, undefined, [{ ip: "2.2.2.2" }]],
    ["else the cluster's", { clusterIP }, [], [{ ip: clusterIP }]],
    ["none for a headless Service", { clusterIP: "None" }, undefined, []],
    ["none where there is nonsense", { externalIPs: 3 }, [{}, 7], []],
  ])("%s", (_, spec, ingress, expected) => {
    expect(addresses(spec, ingress)).toEqual(expected);
  });
});

test("a Service keeps its type and the ports that have a number", () => {
  const spec = {
    type: "ExternalName",
    ports: [
      { name: "http", port: 80, targetPort: 8080 },
      { port: 81, protocol: "UDP", appProtocol: "https" },
      { port: "x" },
    ],
  };
  expect(translate.Service({ metadata, spec })).toMatchObject({
    type: "ExternalName",
    ports: [
      { name: "http", port: 80, dialed: 80, transport: "TCP", appProtocol: undefined },
      { name: undefined, port: 81, dialed: 81, transport: "UDP", appProtocol: "https" },
    ],
  });
});

test("L3: a headless Service is reached at the target port, and not at all where that is a name", () => {
  const ports = [
    { name: "number", port: 80, targetPort: 8080 },
    { name: "same", port: 81 },
    { name: "named", port: 82, targetPort: "web" },
    { name: "nonsense", port: 83, targetPort: {} },
  ];
  const dialed = translate.Service({ metadata, spec: { clusterIP: "None", ports } }).ports.map((port) => port.dialed);
  expect(dialed).toEqual([8080, 81, undefined, undefined]);
});

test("a Namespace and an IngressClass keep their identity and controller", () => {
  expect(translate.Namespace({ metadata: { name: "a", uid: "n1" } })).toEqual({ name: "a", uid: "n1", labels: {} });
  expect(translate.IngressClass({ metadata: { name: "kong" }, spec: { controller: "platform.koli.io/kong" } })).toEqual(
    {
      name: "kong",
      controller: "platform.koli.io/kong",
    },
  );
  expect(translate.IngressClass({ metadata: { name: "odd" } })).toEqual({ name: "odd", controller: "" });
});

test("of a Namespace's labels those are kept that something is decided from, and no others", () => {
  const own = { "platform.koli.io/foreign-hosts": "allowed", "platform.koli.io/issuer": "internal" };
  const labels = { ...own, tier: "gold", odd: 1, other: "x" };
  const object = { metadata: { name: "a", uid: "n1", labels } };
  expect(translate.Namespace(object).labels).toEqual(own);
  const kept = { ...own, tier: "gold" };
  expect(translator(defaultLimits, ["tier", "odd"]).Namespace(object).labels).toEqual(kept);
});
