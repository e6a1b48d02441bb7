import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

/** The claim of www.acme.org, which is told that of its certificate; the terminal's clock says 2026-01-04T00:00:00Z. */
function told(reason: string): void {
  const conditions = [{ type: "CertificateReady", status: "False", reason, message: "the message" }];
  terminal.api.put(
    "domains",
    claim("marvin-org", "www", { primary: "acme.org", sub: "www" }, { phase: "OK", reason: "Held", conditions }),
  );
}

function ordered(status: object): void {
  terminal.api.put("domaincertificates", {
    ...{ metadata: { name: "acme.org", namespace: "marvin-org" }, spec: { domain: "acme.org" } },
    status: { certificates: [], ...status },
  });
}

const one = { name: "acme.org-1", number: 1, names: ["www.acme.org"], orderedAt: "2026-01-03T23:59:00Z" };
const host = "www.acme.org";

test.each<[string, object, string]>([
  ["issued", { certificates: [{ ...one, notAfter: "2026-03-12T00:00:00Z" }] }, "acme.org-1, expires in 67d"],
  [
    "issued for its wildcard",
    { certificates: [{ ...one, names: ["*.acme.org"], notAfter: "2026-03-12T00:00:00Z" }] },
    "acme.org-1, expires in 67d",
  ],
  ["expired", { certificates: [{ ...one, notAfter: "2026-01-02T00:00:00Z" }] }, "acme.org-1, expired 2d ago"],
  ["ordered", { certificates: [{ ...one, running: true }] }, "ordered in acme.org-1 60s ago"],
  [
    "waiting for others",
    { waiting: [{ host, reason: "Batching", until: "2026-01-04T00:00:08Z" }] },
    "waits for names that are ordered with it, and is ordered in 8s",
  ],
  [
    "waiting for the budget",
    { waiting: [{ host, reason: "BudgetExhausted", until: "2026-01-04T03:22:00Z" }] },
    "waits since the certificate authority takes no more orders for now, and is ordered in 3h22m",
  ],
  ["waiting for something new", { waiting: [{ host, reason: "Phase\u001b[31m" }] }, "waits: Phase"],
  [
    "in quarantine",
    {
      waiting: [{ host, reason: "Quarantined", until: "2026-01-04T00:12:00Z" }],
      quarantine: [{ host, failures: 2, nextTryAt: "2026-01-04T00:12:00Z", message: "no such host" }],
    },
    "failed 2 times, tried again in 12m: no such host",
  ],
])("explain says of a certificate that it is %s", async (_, status, line) => {
  told("Ordering");
  ordered(status);
  const { stdout } = await terminal.type(["explain", host]);
  expect(stdout).toContain(`Certificate:\n  ${line}`);
  expect(stdout).not.toContain("\u001b");
});

test("of a Secret of the team's own the condition says which, and nothing else is read", async () => {
  told("OwnSecret");
  ordered({ certificates: [{ ...one, running: true }] });
  const { stdout } = await terminal.type(["explain", host]);
  expect(stdout).toContain("  CertificateReady  False  OwnSecret  the message\n");
  expect(stdout).not.toContain("Certificate:\n");
});

test("what may not be read is named, and left out", async () => {
  told("Ordering");
  ordered({ certificates: [{ ...one, running: true }] });
  terminal.api.deny = (_verb, plural) => plural === "domaincertificates";
  const { code, stdout } = await terminal.type(["explain", host]);
  expect(code).toBe(0);
  expect(stdout).not.toContain("Certificate:\n");
  expect(stdout).toContain("domaincertificates");
});
