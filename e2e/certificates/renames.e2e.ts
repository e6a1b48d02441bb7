import { afterAll, beforeAll, expect, test } from "vitest";
import { ingress, primary } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { applyTlsSecret } from "../stories/support/tls-secret.ts";
import { lostInRename, sentTo, visitors } from "../stories/support/visitors.ts";
import type { Visitors } from "../stories/support/visitors.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import type { CertManager } from "../support/cert-manager/cert-manager.ts";
import { unprovable } from "../support/cert-manager/dns-server.ts";
import { certificateAuthority } from "../support/pki.ts";
import type { CertificateAuthority } from "../support/pki.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import { ISSUERS } from "../support/cert-manager/issuers.ts";

// The controller orders the certificate of the new name, and cert-manager can't have it at first.

let story: Story;
let certManager: CertManager;
let own: CertificateAuthority;
let acme: Team;
const [from, to] = ["acme.example", "roadrunner.example"];
const site = "acme-org/web";

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds], controllerArgs: [`--issuer-name=${ISSUERS.acme}`] });
  certManager = await startCertManager(story, { zones: [from, to] });
  own = await certificateAuthority("acme");
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

/** They trust both authorities. */
const visit = (host: string): Visitors =>
  visitors(story, host, ["/", "/shop?x=%26"], `${certManager.roots.acme}\n${own.certificate}`);

test("N2: while the new name can't have a certificate the old one serves, and why is told; then it gives way without a loss", async () => {
  await acme.apply(primary(from), ingress("web", [from]));
  const first = visit(from);
  await first.see(({ answer }) => answer === site);
  await first.leave();
  await certManager.dns.serve(to, [unprovable(to)]);
  const [old, now] = [visit(from), visit(to)];
  await acme.must("domain", "rename", from, to, "--wait=false");
  await acme.condition(to, "CertificateReady", { status: "False", reason: "NotValidated" });
  await acme.condition(to, "Renamed", {
    ...{ status: "False", reason: "RenameHTTPS" },
    message: expect.stringContaining(`${from} serves on`) as string,
  });
  await acme.decided(to, { phase: "OK", stage: "RenameHTTPS" });
  expect(await acme.must("domain", "explain", to)).toMatch(/Stage: +RenameHTTPS, step 2 of 3/);
  await old.see(({ answer }) => answer === site);

  // The name is not tried again for minutes, so the team brings a certificate of its own.
  await applyTlsSecret(acme, to, await own.issue({ commonName: to, hosts: [to], use: "server" }));
  await acme.apply(ingress("own", [to], { paths: [{ path: "/own" }], tls: [{ secretName: to, hosts: [to] }] }));
  await acme.must("wait", "--for=condition=Renamed", `domain/${to}`, "--timeout=150s");
  await old.see(sentTo(`https://${to}`));
  expect(lostInRename(await old.leave(), await now.leave(), { root: `https://${to}`, site })).toEqual([]);
  await acme.decided(from, { phase: "OK", stage: "Redirecting" });
});
