import { expect, test } from "vitest";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { noGroup } from "../../src/world/certificate-group.ts";
import { CertificateGroups } from "../../src/world/certificate-groups.ts";
import { certificateName, certificateNumber } from "../../src/world/domain-certificate.ts";
import type { DomainCertificate } from "../../src/world/domain-certificate.ts";
import { factKeys } from "../../src/world/keys.ts";

const certificate = {
  ...{
    number: 1,
    names: ["one.acme.org", "two.acme.org"] as Host[],
    issued: [],
    notBefore: 0,
    notAfter: 0,
    orderedAt: 0,
  },
  ...{ running: true, probe: false, failedAt: undefined },
};

/** Earlier than the orders under way were made. */
const before = -1;

function group(namespace: string, name: string, mark: number, running = 0): DomainCertificate {
  const certificates = Array.from({ length: running }, (_, index) => ({ ...certificate, number: index + 1 }));
  return {
    ...{ namespace, name: name as Hostname, uid: `uid-${namespace}-${name}`, resourceVersion: "1", deleting: false },
    group: {
      ...noGroup,
      certificates,
      budgets: { domain: mark, account: mark + 1, share: mark + 3, failures: mark + 2 },
    },
    report: {
      ...{ wanted: 0, issued: 0, failing: 0, left: 0, notAfter: undefined, nextOrderAt: undefined },
      ...{ waiting: [], moreWaiting: 0 },
    },
  };
}

test("T4: of what several groups have spent the latest counts: of the domain, of all, of the namespace", () => {
  const groups = new CertificateGroups();
  for (const one of [group("a", "acme.org", 10), group("b", "acme.org", 30), group("b", "other.org", 20)])
    groups.set(one);
  expect(groups.othersOf("a", "acme.org", before).marks).toEqual({ domain: 30, account: 31, share: 13, failures: 12 });
  expect(groups.othersOf("b", "other.org", before).marks).toEqual({ domain: 20, account: 31, share: 33, failures: 32 });
});

test("T4: what was spent stays spent when the object that says so is deleted", () => {
  const groups = new CertificateGroups();
  groups.set(group("b", "acme.org", 30));
  groups.remove("b", "acme.org");
  expect(groups.othersOf("a", "acme.org", before).marks).toEqual({ domain: 30, account: 31, share: 0, failures: 0 });
});

test("T4: orders under way count for the domain and for the namespace, but a group's own do not for itself", () => {
  const groups = new CertificateGroups();
  for (const one of [group("a", "acme.org", 0, 1), group("b", "acme.org", 0, 2), group("b", "other.org", 0, 4)])
    groups.set(one);
  expect(groups.othersOf("b", "acme.org", before)).toMatchObject({ domainRunning: 1, namespaceRunning: 4 });
  groups.set(group("b", "acme.org", 0, 0));
  expect(groups.othersOf("a", "acme.org", before)).toMatchObject({ domainRunning: 0, namespaceRunning: 0 });
  groups.remove("b", "other.org");
  expect(groups.othersOf("b", "acme.org", before)).toMatchObject({ domainRunning: 1, namespaceRunning: 0 });
});

test("T4: names under way count for all, of other namespaces for a while, and a group's own do not for itself", () => {
  const groups = new CertificateGroups();
  const names = (namespace: string, since: number) => groups.othersOf(namespace, "acme.org", since).underWay;
  for (const one of [group("a", "acme.org", 0, 1), group("b", "acme.org", 0, 2), group("b", "other.org", 0, 4)])
    groups.set(one);
  expect(names("a", before)).toEqual({ namespace: 0, others: 12, newcomers: 12 });
  expect(names("b", before)).toEqual({ namespace: 8, others: 2, newcomers: 2 });
  groups.set(group("b", "acme.org", 0, 0));
  expect(names("a", before)).toEqual({ namespace: 0, others: 8, newcomers: 8 });
  groups.remove("b", "other.org");
  expect(names("a", before)).toEqual({ namespace: 0, others: 0, newcomers: 0 });
  expect(names("c", before)).toEqual({ namespace: 0, others: 2, newcomers: 2 });
  expect(names("c", certificate.orderedAt)).toEqual({ namespace: 0, others: 0, newcomers: 0 });
  const renewed = group("b", "acme.org", 0, 3);
  const [first, ...rest] = renewed.group.certificates;
  const issued = { ...certificate, ...first, issued: ["www.acme.org" as Host] };
  groups.set({ ...renewed, group: { ...renewed.group, certificates: [issued, ...rest] } });
  expect(names("c", before)).toEqual({ namespace: 0, others: 6, newcomers: 0 });
});

test("T4: room for an order of others is kept in the domain's budget for a while, and not for as long as it takes", () => {
  const groups = new CertificateGroups();
  groups.set(group("a", "acme.org", 0, 2));
  expect(groups.othersOf("b", "acme.org", before).domainRunning).toBe(2);
  expect(groups.othersOf("b", "acme.org", certificate.orderedAt).domainRunning).toBe(0);
});

test("names are summed up over all groups as those come, change and go, and so are groups that are out of budget, or full", () => {
  const groups = new CertificateGroups();
  const reporting = (namespace: string, wanted: number, reason: string): DomainCertificate => {
    const base = group(namespace, "acme.org", 0);
    const waiting = [{ host: "acme.org" as Hostname, reason, until: undefined }];
    return { ...base, report: { ...base.report, wanted, issued: wanted - 1, failing: 1, waiting } };
  };
  groups.set(reporting("a", 5, "BudgetExhausted"));
  groups.set(reporting("b", 2, "Batching"));
  expect(groups.totals).toEqual({ wanted: 7, issued: 5, quarantined: 2, outOfBudget: 1, full: 0 });
  groups.set(reporting("a", 4, "TooManyNames"));
  groups.remove("b", "acme.org");
  expect(groups.totals).toEqual({ wanted: 4, issued: 3, quarantined: 1, outOfBudget: 0, full: 1 });
  groups.set(reporting("a", 4, "Ordered"));
  expect(groups.totals).toEqual({ wanted: 4, issued: 3, quarantined: 1, outOfBudget: 0, full: 0 });
});

test.each([
  ["acme.org-1", 1],
  ["acme.org-12", 12],
  ["acme.org-01", undefined],
  ["acme.org-0", undefined],
  ["acme.org-1-2", undefined],
  ["acme.org", undefined],
  ["other.org-1", undefined],
])("%s is the certificate %s of acme.org", (name, number) => {
  expect(certificateNumber("acme.org", name)).toBe(number);
  if (number !== undefined) expect(certificateName("acme.org", number)).toBe(name);
});

test("what names wait for that are not listed is a fact of its own, which changes with it alone", () => {
  const groups = new CertificateGroups();
  const waits = (moreWaiting: number, reason: string): DomainCertificate => {
    const one = group("a", "acme.org", 0);
    return { ...one, report: { ...one.report, moreWaiting, waiting: [{ host, reason, until: undefined }] } };
  };
  const host = "a.acme.org" as Host;
  const told = factKeys.unlistedWait("a", "acme.org");
  expect(groups.set(waits(0, "TooManyNames"))).not.toContainEqual(told);
  expect(groups.unlistedWait("a", "acme.org")).toBeUndefined();
  expect(groups.set(waits(1, "TooManyNames"))).toContainEqual(told);
  expect(groups.unlistedWait("a", "acme.org")).toEqual({ reason: "TooManyNames", until: undefined });
  expect(groups.set(waits(2, "TooManyNames"))).not.toContainEqual(told);
  expect(groups.set(waits(2, "Ordered"))).toContainEqual(told);
  expect(groups.remove("a", "acme.org")).toContainEqual(told);
});
