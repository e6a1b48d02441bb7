import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { metric } from "../stories/support/metrics.ts";
import { ingress, primary, shared } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import type { CertManager } from "../support/cert-manager/cert-manager.ts";
import { unprovable } from "../support/cert-manager/dns-server.ts";
import { certManagerPaths } from "../support/cert-manager/issuance.ts";
import { ISSUERS } from "../support/cert-manager/issuers.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import { docBlock } from "../support/doc-blocks.ts";

// A team names no Secret: the controller orders what its hosts need.

let story: Story;
let certManager: CertManager;
let acme: Team;

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds], controllerArgs: [`--issuer-name=${ISSUERS.acme}`] });
  certManager = await startCertManager(story, { zones: ["acme.example"] });
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

/** Orders of an account in three hours. */
const letsEncryptOrders = 300;

const names = (...hosts: readonly string[]): string => hosts.map((host) => `DNS:${host}`).join(", ");

/** Waits until the gateway answers for the host with a certificate for just these names. */
const certified = (host: string, ...hosts: readonly string[]): Promise<void> =>
  eventually(async () => expect(await certifiedNames(story, host), host).toBe(names(...hosts)));

/** How many Certificates there are in the team's namespace. */
async function certificates(): Promise<number> {
  const list = await story.cluster.api.must("GET", certManagerPaths.certificates("acme-org"));
  return (list as { readonly items: readonly unknown[] }).items.length;
}

test("T1, T2: hosts that come together are served with one certificate that was ordered for them", async () => {
  await acme.apply(
    ...[primary("acme.example"), shared("www.acme.example")],
    ingress("web", ["acme.example", "www.acme.example"]),
  );
  await certified("acme.example", "acme.example", "www.acme.example");
  await certified("www.acme.example", "acme.example", "www.acme.example");
  expect(await certificates()).toBe(1);
  await acme.condition("www.acme.example", "CertificateReady", { status: "True", reason: "Issued" });
  await eventually(async () => {
    const shown = await story.kubectl(["get", "dcert", "acme.example"], { namespace: "acme-org" });
    expect(shown.stdout).toMatch(/^NAME +WANTED +ISSUED +FAILING +EXPIRES +AGE\nacme.example +2 +2 +0 /);
  });
});

test("T3: names that can't be validated are told so, all after one order, and the one that came with them is served", async () => {
  const lost = ["gone.acme.example", "lost.acme.example"];
  await certManager.dns.serve("acme.example", lost.map(unprovable));
  const before = await counted();
  await acme.apply(
    ...[...lost, "new.acme.example"].map((host) => shared(host)),
    ingress("more", [...lost, "new.acme.example"]),
  );
  // An order is there again after 36 s: the budget is looked at when the first of these has been made.
  await eventually(async () => {
    const now = await counted();
    expect(now.ordered).toBeGreaterThan(before.ordered);
    expect(now.budgetLeft).toBeLessThan(letsEncryptOrders);
    expect(now.budgetLeft).toBeGreaterThanOrEqual(before.budgetLeft - (now.ordered - before.ordered));
  });
  for (const host of lost) await acme.condition(host, "CertificateReady", { status: "False", reason: "NotValidated" });
  await certified("new.acme.example", "acme.example", "new.acme.example", "www.acme.example");
  await acme.condition("acme.example", "CertificateReady", { status: "True", reason: "Issued" });

  // The metrics by which alerts are made see it, too.
  await eventually(async () => {
    const now = await counted();
    expect({ failed: now.failed - before.failed, quarantined: now.quarantined }).toEqual({ failed: 1, quarantined: 2 });
  });
});

test("an issuer that is not there is told, with what to do, and nothing is ordered until there is one", async () => {
  const host = "own.acme.example";
  const label = (value: string) => story.kubectl(["label", "namespace", "acme-org", `platform.koli.io/issuer${value}`]);
  await label("=no-such-issuer");
  const before = await counted();
  await acme.apply(shared(host), ingress("own", [host]));
  await acme.condition(host, "CertificateReady", { status: "False", reason: "IssuerMissing" });
  const explained = await story.kubectl(["domain", "explain", host], { namespace: "acme-org" });
  expect(explained.stdout).toContain("there is no ClusterIssuer no-such-issuer");
  expect(await counted()).toMatchObject({ ordered: before.ordered, failed: before.failed });
  await label("-");
  await acme.condition(host, "CertificateReady", { status: "True", reason: "Issued" });
});

test("the commands of docs/https.md wait for a host's certificate, and show what is ordered", async () => {
  const host = "doc.acme.example";
  await acme.apply(ingress("doc", [host]));
  const claim = docBlock("https.md", "sh", "--wait=https").replaceAll("shop.acme.org", `${host} --namespace acme-org`);
  const said = await story.script(claim);
  expect(said).toContain(`${host} is held by acme-org`);
  await certified(host, "acme.example", host, "new.acme.example", "own.acme.example", "www.acme.example");
  const shown = docBlock("https.md", "sh", "get domaincertificate").replaceAll("acme.org", "acme.example");
  await eventually(async () =>
    expect(await story.script(shown)).toMatch(
      /^acme\.example +\d+ +\d+ +2 [^]*^kind: DomainCertificate$[^]*doc\.acme\.example/m,
    ),
  );
});

/** What the controller's metrics say of its orders. */
async function counted(): Promise<Readonly<Record<"ordered" | "failed" | "quarantined" | "budgetLeft", number>>> {
  const [controller] = story.runningControllers();
  const of = (name: string): Promise<number> => metric(controller, `domain_claims_certificate_${name}`);
  const [ordered, failed, quarantined, budgetLeft] = await Promise.all([
    of('orders_total{result="ordered"}'),
    of('orders_total{result="failed"}'),
    of('names{state="quarantined"}'),
    of("order_budget_left"),
  ]);
  return { ordered, failed, quarantined, budgetLeft };
}
