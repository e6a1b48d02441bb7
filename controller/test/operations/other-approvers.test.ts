import { expect, test } from "vitest";
import { OtherApprovers } from "../../src/operations/other-approvers.ts";
import type { CertificateRequest } from "../../src/world/certificate-request.ts";

const request: CertificateRequest = {
  ...{ namespace: "acme-org", name: "web-1", uid: "u1", resourceVersion: "7", certificate: { name: "web", uid: "u2" } },
  ...{ created: 1_000, decided: true, approvedFor: "cert-manager.io" },
  issuer: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
};

test.each<[string, Partial<CertificateRequest>, boolean]>([
  ["by cert-manager itself", {}, true],
  ["by us", { approvedFor: "HostsHeld" }, false],
  ["by nobody yet", { approvedFor: undefined }, false],
  ["before the controller started", { created: 999 }, false],
  ["for another issuer", { issuer: { ...request.issuer, name: "internal" } }, false],
])("T10: a request that was approved %s is a warning: %s", (_, more, warns) => {
  const approvers = new OtherApprovers({ kind: "ClusterIssuer", name: "letsencrypt" }, 1_000);
  approvers.note({ type: "set", kind: "CertificateRequest", object: { ...request, ...more } });
  expect(approvers.problem() !== undefined).toBe(warns);
  if (warns) expect(approvers.problem()).toContain("let cert-manager approve nothing for letsencrypt");
});
