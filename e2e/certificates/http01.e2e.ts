import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { domain, ingress, primary, shared } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import type { CertManager } from "../support/cert-manager/cert-manager.ts";
import { issuanceIn } from "../support/cert-manager/issuance.ts";
import { ISSUERS } from "../support/cert-manager/issuers.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";

// HTTP-01: the certificate authority asks the gateway, which answers with what cert-manager's solver has behind an Ingress.

let story: Story;
let certManager: CertManager;
let acme: Team;

const hosts = ["acme.example", "moved.example", "secure.example", "lost.example"];

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds], controller: 0 });
  // The gateway itself is asked before a name is ordered.
  await story.startController(1, [`--issuer-name=${ISSUERS.http01}`, `--proxy-url=${story.proxyUrl}`]);
  certManager = await startCertManager(story, { proxyUrl: story.proxyUrl });
  for (const host of hosts) {
    const names = host === "lost.example" ? [`www.${host}`] : [host, `new.${host}`];
    await certManager.dns.serve(
      host,
      names.map((name) => `${name}. A 127.0.0.1`),
    );
  }
  acme = await story.team("acme-org");
  await acme.site();
  const [plain, moved, secure, lost] = hosts as [string, string, string, string];
  await acme.apply(
    ...[primary(plain), primary(secure), primary(lost), shared(`www.${lost}`)],
    domain(moved, { primary: moved, redirect: { host: plain } }),
    ...[ingress("web", [plain]), ingress("lost", [lost, `www.${lost}`])],
    ingress("secure", [secure], { annotations: { "konghq.com/protocols": "https" } }),
  );
});

afterAll(() => story.stop());

/** Waits until the gateway shows a certificate for just these names, and returns what the host answered over HTTP meanwhile. */
async function certified(host: string, ...names: readonly string[]): Promise<readonly number[]> {
  const answers = new Set<number>();
  await eventually(async () => {
    answers.add((await story.request({ host })).status);
    expect(await certifiedNames(story, host), host).toBe(names.map((name) => `DNS:${name}`).join(", "));
  });
  return [...answers];
}

test("T3: a host that is served has its certificate issued by what the gateway answers", async () => {
  expect(await certified("acme.example", "acme.example")).toContain(200);
  const { orders } = await issuanceIn(story.cluster.api, "acme-org");
  expect(orders.map(({ status }) => status?.state)).toContain("valid");
  // cert-manager takes its challenges away after it has the certificate.
  await eventually(async () => {
    const { challenges } = await issuanceIn(story.cluster.api, "acme-org");
    expect(challenges.map(({ spec }) => spec.dnsName)).not.toContain("acme.example");
  });
});

test("N1: so has a host that its claim redirects, and that answers nothing else", async () => {
  await certified("moved.example", "moved.example");
  await eventually(async () => {
    const { status, headers } = await story.request({ host: "moved.example", path: "/a?b" });
    expect([status, headers["location"]]).toEqual([308, "https://acme.example/a?b"]);
  });
});

test("T11: so has a host that is served over HTTPS alone, and answers 426 until then", async () => {
  const answers = await certified("secure.example", "secure.example");
  expect(answers.filter((status) => status !== 404 && status !== 426)).toEqual([]);
  await acme.condition("secure.example", "Ready", { status: "True", reason: "Live" });
});

test("T3: a name that does not lead to the gateway is told so, and the one that came with it is issued without it", async () => {
  await certified("www.lost.example", "www.lost.example");
  await acme.condition("lost.example", "CertificateReady", {
    status: "False",
    reason: "NotValidated",
    message: expect.stringContaining("HTTP-01") as string,
  });
});

test("N2: a new name is issued before the old one gives way, and the old one while it redirects", async () => {
  const { code, stderr } = await acme.domain("rename", "acme.example", "new.acme.example");
  expect(code, stderr).toBe(0);
  await eventually(async () => {
    const { status } = await story.request({ host: "acme.example" });
    expect(status).toBe(308);
  });
  expect(await certifiedNames(story, "new.acme.example")).toContain("DNS:new.acme.example");
  const { api } = story.cluster;
  const path = "/api/v1/namespaces/acme-org/secrets/acme.example-1";
  const { metadata } = (await api.must("GET", path)) as { readonly metadata: { readonly uid: string } };
  await api.must("DELETE", path);
  await eventually(async () => {
    const { status, body } = await api.call("GET", path);
    expect(status).toBe(200);
    expect((body as { readonly metadata: { readonly uid: string } }).metadata.uid).not.toBe(metadata.uid);
  });
  await certified("acme.example", "acme.example", "new.acme.example");
});
