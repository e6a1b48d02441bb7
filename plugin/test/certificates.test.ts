import { afterEach, beforeEach, expect, test } from "vitest";

import { openTerminal } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

/** What was ordered for a domain; the terminal's clock says 2026-01-04T00:00:00Z. */
function ordered(domain: string, status: object, namespace = "marvin-org"): void {
  terminal.api.put("domaincertificates", { metadata: { name: domain, namespace }, spec: { domain }, status });
}

const issued = {
  name: "acme.org-1",
  number: 1,
  names: ["acme.org", "www.acme.org"],
  orderedAt: "2026-01-01T00:00:00Z",
  notAfter: "2026-03-12T00:00:00Z",
};

test("certificates shows each certificate with the time left, and each name that has none with the reason", async () => {
  ordered("acme.org", {
    certificates: [
      issued,
      { name: "acme.org-2", number: 2, names: ["shop.acme.org"], orderedAt: "2026-01-03T23:59:50Z", running: true },
      {
        ...issued,
        name: "acme.org-3",
        issued: ["a.acme.org"],
        notAfter: "2026-01-03T00:00:00Z",
        failedAt: "2026-01-03T23:00:00Z",
      },
      { name: "acme.org-4", number: 4, names: ["b.acme.org"], orderedAt: "2026-01-03T23:59:50Z" },
    ],
    waiting: [
      { host: "new.acme.org", reason: "Batching", until: "2026-01-04T00:00:08Z" },
      { host: "lost.acme.org", reason: "Failing" },
      { host: "later.acme.org", reason: "OrderUnderWay" },
    ],
    moreWaiting: 12,
    quarantine: [
      { host: "lost.acme.org", failures: 2, nextTryAt: "2026-01-04T00:24:00Z", message: "no such host\u001b[31m" },
      { host: "perhaps.acme.org", failures: 0, nextTryAt: "2026-01-03T00:24:00Z" },
      { host: "late.acme.org", failures: 1, nextTryAt: "2026-01-03T00:24:00Z" },
    ],
  });
  const { stdout, stderr } = await terminal.type(["certificates"]);
  expect(stderr).toBe("");
  expect(stdout.split("\n").map((line) => line.replaceAll(/  +/g, " | "))).toEqual([
    "DOMAIN | CERTIFICATE | NAMES | EXPIRES | STATE",
    "acme.org | acme.org-1 | acme.org, www.acme.org | 67d | issued",
    "acme.org | acme.org-2 | shop.acme.org | - | ordered 10s ago",
    "acme.org | acme.org-3 | a.acme.org | 24h ago | expired, failed 60m ago",
    "acme.org | acme.org-4 | b.acme.org | - | to be ordered",
    "acme.org | - | new.acme.org | - | waits: Batching in 8s",
    "acme.org | - | later.acme.org | - | waits: OrderUnderWay",
    "acme.org | - | ... and 12 more | - | waits",
    "acme.org | - | lost.acme.org | - | failed 2 times, tried again in 24m: no such host^[[31m",
    "acme.org | - | perhaps.acme.org | - | may keep its certificate from being renewed, and is tried alone",
    "acme.org | - | late.acme.org | - | failed once, tried again now",
    "",
  ]);
});

test("of a certificate with many names the first are shown, and how many more there are", async () => {
  ordered("acme.org", {
    certificates: [{ ...issued, names: Array.from({ length: 100 }, (_, i) => `x${String(i)}.acme.org`) }],
  });
  expect((await terminal.type(["certs"])).stdout).toContain("x4.acme.org, ... and 95 more");
});

test("the namespaces of all are shown with -A, and one domain by its name", async () => {
  ordered("acme.org", { certificates: [issued] });
  ordered("coyote.org", { certificates: [{ ...issued, name: "coyote.org-1" }] }, "coyote-org");
  const { stdout } = await terminal.type(["certificates", "-A"]);
  expect(stdout).toMatch(/^NAMESPACE +DOMAIN/);
  expect(stdout).toMatch(/^coyote-org +coyote\.org +coyote\.org-1/m);
  expect((await terminal.type(["certificates", "acme.org"])).stdout).toContain("acme.org-1");
  expect(await terminal.type(["certificates", "other.org"])).toEqual({
    code: 1,
    stdout: "",
    stderr: "error: no certificate was ordered for names below other.org in marvin-org namespace\n",
  });
  expect((await terminal.type(["certificates", "acme.org", "-A"])).code).toBe(1);
});

test("where nothing was ordered, and where the kind is missing, that is said", async () => {
  expect(await terminal.type(["certificates"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "No certificates ordered in marvin-org namespace.\n",
  });
  terminal.api.missing = ["domaincertificates"];
  expect((await terminal.type(["certificates"])).stderr).toContain("does not know domaincertificates.platform.koli.io");
});

test("for programs it is what the API server has", async () => {
  ordered("acme.org", { certificates: [issued] });
  expect((await terminal.type(["certificates", "-o", "name"])).stdout).toBe(
    "domaincertificate.platform.koli.io/acme.org\n",
  );
  const { stdout } = await terminal.type(["certificates", "-o", "json"]);
  expect(JSON.parse(stdout)).toMatchObject({ kind: "List", items: [{ spec: { domain: "acme.org" } }] });
});
