import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { ingress, primary } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import { certificate, certManagerPaths, ready, untilIssuance } from "../support/cert-manager/issuance.ts";
import type { Condition, Issuance } from "../support/cert-manager/issuance.ts";
import { ISSUERS } from "../support/cert-manager/issuers.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";

// The side door: whoever may make Certificates in a namespace gets them for the hosts that it holds, and for no others.

let story: Story;
let acme: Team;

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  const controllerArgs = [`--issuer-name=${ISSUERS.acme}`, "--approve-requests"];
  story = await startStory({ crds: [crds], controllerArgs });
  const args = ["--controllers=*,-certificaterequests-approver"];
  await startCertManager(story, { zones: ["acme.example", "coyote.example"], args });
  acme = await story.team("acme-org");
  await acme.site();
  await story.team("coyote-org");
  await acme.apply(primary("acme.example"), ingress("web", ["acme.example"]));
  await story.heldBy("acme.example", "acme-org/acme.example");
});

afterAll(() => story.stop());

/** Makes a Certificate by hand, whose Secret has its name. */
async function order(namespace: string, name: string, hosts: readonly string[], issuer: string): Promise<void> {
  const { api } = story.cluster;
  await api.must("POST", certManagerPaths.certificates(namespace), certificate(name, hosts, issuer));
}

/** The condition that decides whether the only request of the namespace is signed, once there is one. */
async function decided(namespace: string): Promise<Condition | undefined> {
  const isDecision = ({ type }: Condition): boolean => type === "Approved" || type === "Denied";
  const conditionsOf = ({ requests }: Issuance): readonly Condition[] =>
    requests.flatMap(({ status }) => status?.conditions ?? []).filter(isDecision);
  return conditionsOf(
    await untilIssuance(story.cluster.api, namespace, "a decision", (issuance) => conditionsOf(issuance).length > 0),
  )[0];
}

test("T10: what the controller itself orders is approved by it, and served", async () => {
  await eventually(async () => expect(await certifiedNames(story, "acme.example")).toBe("DNS:acme.example"));
  expect(await decided("acme-org")).toMatchObject({ type: "Approved", reason: "HostsHeld" });
});

test("T10: a Certificate by hand for the namespace's own host is approved and issued", async () => {
  await order("acme-org", "own", ["acme.example"], ISSUERS.acme);
  await untilIssuance(story.cluster.api, "acme-org", "its certificate", ({ certificates }) =>
    certificates.some((one) => one.metadata.name === "own" && ready(one)),
  );
});

// A denial waits half a minute for a claim that comes with the request: both wait at once.
test.concurrent(
  "T10: a Certificate by hand for somebody else's host is denied, and nothing is ordered for it",
  async () => {
    await order("coyote-org", "stolen", ["acme.example"], ISSUERS.acme);
    expect(await decided("coyote-org")).toMatchObject({
      type: "Denied",
      reason: "HostNotHeld",
      message: expect.stringContaining("acme.example is held by the primary claim") as string,
    });
    // cert-manager tries again, after five seconds at first; each time it is told anew.
    const { orders } = await untilIssuance(
      ...[story.cluster.api, "coyote-org", "that the Certificate is told"],
      ({ certificates: [stolen] }) =>
        stolen?.status?.conditions?.some(
          ({ type, status, reason }) => type === "Issuing" && status === "False" && reason === "HostNotHeld",
        ) === true,
    );
    expect(orders).toEqual([]);
  },
);

test.concurrent("T10: a request for another issuer is somebody else's to approve", async () => {
  await story.team("other-org");
  await order("other-org", "by-ca", ["acme.example"], ISSUERS.ca);
  await untilIssuance(story.cluster.api, "other-org", "its request", ({ requests }) => requests.length === 1);
  await order("other-org", "by-acme", ["acme.example"], ISSUERS.acme);
  const { requests } = await untilIssuance(story.cluster.api, "other-org", "a denial", (issuance) =>
    issuance.requests.some(({ status }) => status?.conditions?.some(({ type }) => type === "Denied")),
  );
  const decisions = requests.flatMap(({ status }) => status?.conditions ?? []).map(({ type }) => type);
  expect(decisions.filter((type) => type === "Approved" || type === "Denied")).toEqual(["Denied"]);
});
