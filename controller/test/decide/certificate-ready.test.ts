import { expect, test } from "vitest";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { decideClaim } from "../../src/decide/claim.ts";
import { noGroup } from "../../src/world/certificate-group.ts";
import type { CertificateGroup } from "../../src/world/certificate-group.ts";
import type { Settings } from "../../src/decide/settings.ts";
import type { IssuerRef, WaitingName } from "../../src/world/domain-certificate.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Issuer } from "../../src/world/issuer.ts";
import type { SourceRef } from "../../src/world/source.ts";
import type { Claim } from "../../src/world/claim.ts";
import { claim, heldBy, settings, world } from "../support/builders.ts";

const acme = claim("acme-org/acme", "acme.org");
const www = claim("acme-org/www", "acme.org", { sub: "www" });
const until = Date.parse("2026-04-04T12:25:42Z");

const asked: IssuerRef = { kind: "ClusterIssuer", name: "letsencrypt" };
const ordering: Settings = { ...settings, issuer: asked };

const letsencrypt: Issuer = {
  ...{ kind: "ClusterIssuer", namespace: "", name: "letsencrypt", problem: undefined, solvers: [] },
};

interface Case {
  /** The issuer that the settings name, where it is none. */
  readonly named?: "none";
  /** The issuer, where it is another one. */
  readonly issuer?: Issuer;
  readonly issued?: readonly string[];
  readonly waits?: WaitingName["reason"];
  readonly problem?: string;
}

/** The condition of www.acme.org's claim, where its namespace's DomainCertificate says that. */
function condition(
  { issued = [], named, issuer = letsencrypt, waits, problem }: Case,
  of: Claim = www,
): string | undefined {
  const state = world({ claims: [acme, of], records: [heldBy(acme), heldBy(of)] });
  const host = "www.acme.org" as Host;
  const certificate = {
    ...{ number: 1, names: issued as Host[], issued: issued as Host[], notBefore: 0, notAfter: until },
    ...{ orderedAt: 0, running: false, probe: false, failedAt: undefined },
  };
  const group: CertificateGroup = {
    ...noGroup,
    certificates: issued.length === 0 ? [] : [certificate],
    quarantine: problem === undefined ? [] : [{ host, failures: 1, nextTryAt: until, message: problem }],
  };
  const report = {
    ...{ wanted: 1, issued: 0, failing: 0, left: 0, notAfter: undefined, nextOrderAt: undefined, moreWaiting: 0 },
    waiting: waits === undefined ? [] : [{ host, reason: waits, until }],
  };
  state.world.apply({
    ...{ type: "set", kind: "DomainCertificate" },
    object: {
      ...{ namespace: "acme-org", name: "acme.org" as Hostname, uid: "u1", resourceVersion: "1", deleting: false },
      ...{ group, report },
    },
  });
  state.world.apply({ type: "set", kind: issuer.kind, object: issuer });
  const byWhom = named === "none" ? undefined : { ...asked, kind: issuer.kind };
  const { conditions } = decideClaim(new Facts(state), { ...settings, issuer: byWhom }, of);
  const found = conditions.find(({ type }) => type === "CertificateReady");
  return found === undefined ? undefined : `${found.status} ${found.reason}: ${found.message}`;
}

test.each<[string, Case, string | undefined]>([
  ["nothing is ordered", {}, undefined],
  [
    "it is issued",
    { issued: ["www.acme.org"] },
    "True Issued: the certificate for www.acme.org is in the Secret acme.org-1",
  ],
  [
    "its wildcard is",
    { issued: ["*.acme.org"] },
    "True Issued: the certificate for www.acme.org is in the Secret acme.org-1",
  ],
  ["it waited when an issuer was still named", { named: "none", waits: "Ordered" }, undefined],
  ["it could not be validated when an issuer was still named", { named: "none", waits: "Quarantined", problem: "no" }, undefined], // prettier-ignore
  ["it is ordered", { waits: "Ordered" }, "Unknown Ordering: a certificate for www.acme.org is being ordered"],
  ["it waits for others", { waits: "Batching" }, "Unknown Ordering: a certificate for www.acme.org is being ordered"],
  [
    "it can't be validated",
    { waits: "Quarantined", problem: "no such host" },
    "False NotValidated: www.acme.org could not be validated: no such host; see to it that its DNS leads to this gateway; it is tried again at 2026-04-04 12:25 UTC",
  ],
  [
    "its issuer is not there",
    { waits: "IssuerMissing", issuer: { ...letsencrypt, name: "another" } },
    "False IssuerMissing: no certificate for www.acme.org can be ordered, since there is no ClusterIssuer letsencrypt; an administrator has to make it, or to name another one by --issuer-name or by the namespace's label platform.koli.io/issuer; the host is ordered as soon as it is there",
  ],
  [
    "its issuer can't sign",
    { waits: "Ordered", issuer: { ...letsencrypt, problem: "no account" } },
    "False IssuerNotReady: the certificate for www.acme.org waits for the ClusterIssuer letsencrypt, which can't sign: no account; see kubectl describe clusterissuer letsencrypt",
  ],
  [
    "the issuer of its namespace can't sign",
    { waits: "Ordered", issuer: { ...letsencrypt, kind: "Issuer", namespace: "acme-org", problem: "no account" } },
    "False IssuerNotReady: the certificate for www.acme.org waits for the Issuer letsencrypt, which can't sign: no account; see kubectl describe issuer letsencrypt -n acme-org",
  ],
  [
    "the budget is used up",
    { waits: "BudgetExhausted" },
    "False BudgetExhausted: www.acme.org waits for its certificate, since the certificate authority takes no more orders for now; it is ordered at 2026-04-04 12:25 UTC",
  ],
  [
    "there are too many beside it",
    { waits: "TooManyNames" },
    "False TooManyNames: www.acme.org waits for its certificate, since namespace acme-org has more names below its domain than can be remembered of its certificates; it is ordered when others are released, or from another namespace",
  ],
])("of a host's certificate: %s", (_, said, expected) => {
  expect(condition(said)).toBe(expected);
});

test.each([
  ["TooManyNames", undefined, undefined, "TooManyNames"],
  ["BudgetExhausted", undefined, undefined, "BudgetExhausted"],
  ["TooManyNames", "no such host", undefined, "NotValidated"],
  ["TooManyNames", undefined, "www.acme.org", "Ordering"],
  ["Batching", undefined, undefined, "Ordering"],
])(
  "beside names that wait for %s, one that is not listed (problem: %s, ordered: %s) is told %s",
  (reason, problem, ordered, expected) => {
    const host = "www.acme.org" as Host;
    const state = world({ claims: [acme, www], records: [heldBy(acme), heldBy(www)] });
    state.setLive(host, { namespaces: ["acme-org"], guard: false });
    state.world.apply({ type: "set", kind: "ClusterIssuer", object: letsencrypt });
    const said = (): unknown =>
      decideClaim(new Facts(state), ordering, www).conditions.find(({ type }) => type === "CertificateReady")?.reason;
    expect(said()).toBe("Ordering");
    const running = {
      ...{ number: 1, names: [host], issued: [], notBefore: 0, notAfter: 0, orderedAt: 0 },
      ...{ running: true, probe: false, failedAt: undefined },
    };
    state.world.apply({
      ...{ type: "set", kind: "DomainCertificate" },
      object: {
        ...{ namespace: "acme-org", name: "acme.org" as Hostname, uid: "u1", resourceVersion: "1", deleting: false },
        group: {
          ...noGroup,
          certificates: ordered === undefined ? [] : [running],
          quarantine: problem === undefined ? [] : [{ host, failures: 1, nextTryAt: until, message: problem }],
        },
        report: {
          ...{
            wanted: 102,
            issued: 0,
            failing: 0,
            left: 0,
            notAfter: undefined,
            nextOrderAt: undefined,
            moreWaiting: 1,
          },
          waiting: [{ host: "a.acme.org" as Host, reason, until: undefined }],
        },
      },
    });
    expect(said()).toBe(expected);
  },
);

test("a host that is to have one and is not on the object's bounded list is being ordered, too", () => {
  const state = world({ claims: [acme], records: [heldBy(acme)] });
  const said = (): unknown => decideClaim(new Facts(state), ordering, acme).conditions.at(-1);
  expect(said()).not.toMatchObject({ type: "CertificateReady" });
  state.setLive("acme.org" as Host, { namespaces: ["acme-org"], guard: false });
  expect(said()).toMatchObject({ type: "CertificateReady", status: "Unknown", reason: "Ordering" });
});

test.each(["WhenServed", "Never"] as const)(
  "a Secret of the team's own is named, whatever is ordered: %s",
  (policy) => {
    const state = world({ claims: [acme], records: [heldBy(acme)] });
    const tls = { namespace: "acme-org", name: "web-tls" };
    state.setLive("acme.org" as Host, { namespaces: ["acme-org"], guard: false, tls });
    const { conditions } = decideClaim(new Facts(state), settings, { ...acme, certificatePolicy: policy });
    expect(conditions.find(({ type }) => type === "CertificateReady")).toEqual({
      type: "CertificateReady",
      status: "True",
      reason: "OwnSecret",
      message: "Kong has the certificate for acme.org from the Secret web-tls, which an Ingress names",
    });
  },
);

test("that Kong refused a pair that was ordered is told; of a Secret that an Ingress names its source is told", () => {
  const state = world({ claims: [acme], records: [heldBy(acme)] });
  const failure = { reason: "KongRefused", message: "Kong refused the Secret acme.org-1" } as const;
  const said = (source: SourceRef | undefined): unknown => {
    state.setProgrammed("acme.org" as Host, { reason: "Programmed", message: "", tls: { ...failure, source } });
    return decideClaim(new Facts(state), settings, acme).conditions.find(({ type }) => type === "CertificateReady");
  };
  expect(said(undefined)).toEqual({ type: "CertificateReady", status: "False", ...failure });
  expect(said({ kind: "Ingress", namespace: "acme-org", name: "web" })).toBeUndefined();
});

test("a claim that wants no certificate is told of none", () => {
  expect(condition({ waits: "Ordered" }, { ...www, certificatePolicy: "Never" })).toBeUndefined();
});
