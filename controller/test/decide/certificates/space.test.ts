import { expect, test } from "vitest";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { draftOf } from "../../../src/decide/certificates/draft.ts";
import type { GroupInput } from "../../../src/decide/certificates/draft.ts";
import { letsEncryptLimits as limits } from "../../../src/decide/certificates/limits.ts";
import { fitting } from "../../../src/decide/certificates/space.ts";
import { domainCertificateBody } from "../../../src/kube/domain-certificate-body.ts";
import { shortened } from "../../../src/translate/notes.ts";
import type { CertificateGroup, GroupCertificate } from "../../../src/world/certificate-group.ts";
import { noGroup } from "../../../src/world/certificate-group.ts";
import { groupDecision, noOthers } from "./group-decision.ts";
import { issuers } from "./issuers.ts";

const now = 1_700_000_000_000;

/** What etcd takes at once (its default of `--max-request-bytes`). */
const etcdBytes = 1.5 * 1024 * 1024;

/** Names of one length. */
function names(count: number, length: number, from = "n"): readonly Host[] {
  const label = `${"x".repeat(60)}.`;
  return Array.from({ length: count }, (_, index) => {
    const first = `${from}${String(index).padStart(4, "0")}`;
    const fill = label.repeat(4).slice(0, length - first.length - ".acme.org".length - 1);
    return `${first}${fill === "" ? "" : `.${fill.replace(/\.$/, "x")}`}.acme.org` as Host;
  });
}

function input(group: CertificateGroup, hosts: readonly Host[]): GroupInput {
  return {
    ...{ group, shown: new Map(), lost: new Set(), others: noOthers, issuer: issuers.http, limits, now },
    wanted: hosts.map((host) => ({ host, since: 0, isServed: true })),
  };
}

const failed = { failures: 1_000, nextTryAt: now + 1_000, message: shortened("界".repeat(1_000)) };

function certificate(number: number, more: Partial<GroupCertificate>): GroupCertificate {
  return {
    ...{ number, names: [], issued: [], notBefore: now, notAfter: now + 1, orderedAt: now, failedAt: now },
    ...{ running: true, probe: true, ...more },
  };
}

test.each<[string, (hosts: readonly Host[]) => Partial<CertificateGroup>]>([
  [
    "in certificates that are ordered anew, and tried apart",
    (hosts) => ({
      certificates: Array.from({ length: Math.ceil(hosts.length / 100) }, (_, index) => {
        const some = hosts.slice(index * 100, (index + 1) * 100);
        return certificate(index, { names: some.slice(1), issued: some });
      }),
      quarantine: hosts.map((host) => ({ host, ...failed })),
    }),
  ],
  [
    "each in a certificate of its own, and leaving",
    (hosts) => ({
      certificates: hosts.map((host, index) => certificate(index, { names: [host], issued: [host] })),
      leaving: hosts.map((host) => ({ host, since: now })),
    }),
  ],
])(
  "X1: as many names as are ordered, %s, are remembered in one object, beside those that failed before",
  (_, worst) => {
    for (const length of [20, 60, 253]) {
      const all = names(5_000, length);
      const hosts = fitting(draftOf(input(noGroup, all)), all);
      expect(hosts.length).toBeGreaterThan(800);
      const before = names(limits.rememberedNames, length, "q").map((host) => ({ host, ...failed, message: "" }));
      const group = { ...noGroup, ...worst(hosts) };
      const quarantine = [...group.quarantine, ...before];
      const waiting = names(100, length, "w").map((host) => ({ host, reason: "BudgetExhausted" as const, until: now }));
      const numbers = { wanted: 9_999, issued: 9_999, failing: 9_999, left: 50, moreWaiting: 9_999 };
      const report = { ...numbers, notAfter: now, nextOrderAt: now, waiting };
      const name = "acme.org" as Hostname;
      const body = JSON.stringify(
        domainCertificateBody({ namespace: "acme-org", name, group: { ...group, quarantine }, report }),
      );
      expect(Buffer.byteLength(body)).toBeLessThan(etcdBytes);
    }
  },
);

test("X1: names for which there is no room wait, are told so, and come when others are gone", () => {
  const limit = { limits: { ...limits, objectBytes: 6_000 } };
  const hosts = names(20, 20);
  const first = groupDecision({ ...input(noGroup, hosts), ...limit });
  const [order] = first.orders;
  const ordered = order?.names ?? [];
  expect(ordered).toEqual(hosts.slice(0, 10));
  expect(first.waiting.slice(10)).toEqual(
    hosts.slice(10).map((host) => ({ host, reason: "TooManyNames", until: undefined })),
  );
  const issued = certificate(1, {
    names: ordered,
    issued: ordered,
    running: false,
    probe: false,
    notAfter: now + 1e10,
  });
  const group = { ...first.group, certificates: [issued] };
  expect(groupDecision({ ...input(group, hosts), ...limit }).orders).toEqual([]);
  const lost = { lost: new Set(ordered.slice(0, 5)) };
  const [next] = groupDecision({ ...input(group, hosts.slice(5)), ...limit, ...lost }).orders;
  expect(next?.names).toEqual(hosts.slice(5, 10));
  const freed = { ...issued, names: ordered.slice(5), issued: ordered.slice(5) };
  const [last] = groupDecision({ ...input({ ...group, certificates: [freed] }, hosts.slice(5)), ...limit }).orders;
  expect(last?.names).toEqual(hosts.slice(5, 15));
});
