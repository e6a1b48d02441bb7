import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
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
  const shown = await story.kubectl(["get", "dcert", "acme.example"], { namespace: "acme-org" });
  expect(shown.stdout).toMatch(/^NAME +WANTED +ISSUED +FAILING +EXPIRES +AGE\nacme.example +2 +2 +0 /);
});

test("T3: a name that can't be validated is told so, and the one that came with it is served without it", async () => {
  await certManager.dns.serve("acme.example", [unprovable("lost.acme.example")]);
  await acme.apply(
    ...[shared("lost.acme.example"), shared("new.acme.example")],
    ingress("more", ["lost.acme.example", "new.acme.example"]),
  );
  await acme.condition("lost.acme.example", "CertificateReady", { status: "False", reason: "NotValidated" });
  await certified("new.acme.example", "acme.example", "new.acme.example", "www.acme.example");
  await acme.condition("acme.example", "CertificateReady", { status: "True", reason: "Issued" });
});
