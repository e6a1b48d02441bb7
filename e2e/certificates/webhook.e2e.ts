import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { ingress, primary } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import { issuanceIn, ready, untilIssuance } from "../support/cert-manager/issuance.ts";
import type { Condition, Issuance } from "../support/cert-manager/issuance.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import { otherIssuer } from "./support/other-issuer.ts";

// cert-manager's webhook looks at what is written: the controller's Certificates, and who approves a request.

/** The issuer for which charts/domain-claims/files/rbac-approvals.yaml lets the controller approve. */
const issuer = "letsencrypt";

let story: Story;
let acme: Team;

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds], controllerArgs: [`--issuer-name=${issuer}`, "--approve-requests"] });
  const args = ["--controllers=*,-certificaterequests-approver"];
  await startCertManager(story, { zones: ["acme.example"], webhook: true, args });
  await otherIssuer(story.cluster.api, issuer);
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

const decisions = ({ requests }: Pick<Issuance, "requests">): readonly Condition[] =>
  requests
    .flatMap(({ status }) => status?.conditions ?? [])
    .filter(({ type }) => type === "Approved" || type === "Denied");

/** Waits until so many certificates are issued, and the gateway answers for the host with one for it alone. */
async function certified(host: string, count: number): Promise<void> {
  await untilIssuance(story.cluster.api, "acme-org", `the certificate for ${host}`, ({ certificates }) => {
    return certificates.filter(ready).length === count;
  });
  await eventually(async () => expect(await certifiedNames(story, host), host).toBe(`DNS:${host}`));
}

test("T10: what the controller orders is taken by the webhook, approved by the chart's rights, and issued", async () => {
  await acme.apply(primary("acme.example"), ingress("web", ["acme.example"]));
  await certified("acme.example", 1);
  const issuance = await issuanceIn(story.cluster.api, "acme-org");
  expect(decisions(issuance)).toMatchObject([{ type: "Approved", reason: "HostsHeld" }]);
  // The webhook notes who asked.
  expect(issuance.requests.map(({ spec }) => spec)).toMatchObject([
    { username: "system:serviceaccount:cert-manager:cert-manager" },
  ]);
});

test("a request that was approved can't become another one", async () => {
  const { requests } = await issuanceIn(story.cluster.api, "acme-org");
  const { code, stderr } = await story.kubectl(
    [
      ...["patch", "certificaterequest", requests[0]?.metadata.name ?? "", "--type=merge"],
      ...["-p", JSON.stringify({ spec: { request: Buffer.from("another").toString("base64") } })],
    ],
    { namespace: "acme-org" },
  );
  expect(code).toBe(1);
  expect(stderr).toContain('admission webhook "webhook.cert-manager.io" denied the request');
});
