import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { ingress, primary } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import type { CertManager } from "../support/cert-manager/cert-manager.ts";
import { unprovable } from "../support/cert-manager/dns-server.ts";
import { certificate, certManagerPaths } from "../support/cert-manager/issuance.ts";
import { ISSUERS } from "../support/cert-manager/issuers.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";

// A team's own Certificate of cert-manager, whose Secret an Ingress names: what cert-manager does with the Secret, the
// gateway has to follow.

let story: Story;
let certManager: CertManager;
let acme: Team;

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds] });
  certManager = await startCertManager(story, { zones: ["acme.example"] });
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

/** Asks the ACME issuer for a certificate, or for other names in one that there is. */
async function order(name: string, dnsNames: readonly string[]): Promise<void> {
  const input = JSON.stringify(certificate(name, dnsNames, ISSUERS.acme));
  const { code, stderr } = await story.kubectl(["apply", "-f", "-"], { input, namespace: "acme-org" });
  expect(code, stderr).toBe(0);
}

/** What a visitor sees over TLS who trusts the ACME server's root: the status, or why there is no connection. */
async function visited(host: string): Promise<unknown> {
  return story.request({ host, tls: true, root: certManager.roots.acme }).then(
    ({ status }) => status,
    (error: unknown) => (error as NodeJS.ErrnoException).code,
  );
}

const visitedBecomes = (host: string, seen: unknown): Promise<void> =>
  eventually(async () => expect(await visited(host), host).toBe(seen));

test("a host is served over TLS as soon as its certificate is issued, with a chain that visitors trust", async () => {
  const tls = [{ secretName: "shop-tls" }];
  await acme.apply(primary("acme.example"), ingress("shop", ["acme.example"], { tls }));
  await story.serves("acme.example", "acme-org/web");
  await acme.condition("acme.example", "Ready", { status: "False", reason: "CertificateNotFound" });
  expect(await visited("acme.example")).not.toBe(200);
  await order("shop-tls", ["acme.example"]);
  await visitedBecomes("acme.example", 200);
  await acme.condition("acme.example", "Ready", { status: "True", reason: "Live" });
});

test("the certificate is replaced by one with more names: every visitor in between is served", async () => {
  const names = "DNS:acme.example, DNS:www.acme.example";
  const seen = new Set<unknown>();
  await order("shop-tls", ["acme.example", "www.acme.example"]);
  await eventually(async () => {
    seen.add(await visited("acme.example"));
    expect(await certifiedNames(story, "acme.example")).toBe(names);
  });
  expect([...seen]).toEqual([200]);
});

test("a replacement that fails changes nothing: the host is served with the certificate that it has", async () => {
  await certManager.dns.serve("acme.example", [unprovable("late.acme.example")]);
  await order("shop-tls", ["acme.example", "late.acme.example"]);
  const path = `${certManagerPaths.certificates("acme-org")}/shop-tls`;
  await eventually(async () => {
    const shown = await story.cluster.api.must("GET", path);
    expect(shown).toMatchObject({ status: { failedIssuanceAttempts: expect.any(Number) } });
  });
  expect(await visited("acme.example")).toBe(200);
  expect(await certifiedNames(story, "acme.example")).toBe("DNS:acme.example, DNS:www.acme.example");
  await acme.condition("acme.example", "Ready", { status: "True", reason: "Live" });
});
