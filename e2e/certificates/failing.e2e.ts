import { afterAll, beforeAll, expect, test } from "vitest";
import { unprovable } from "../support/cert-manager/dns-server.ts";
import { ready } from "../support/cert-manager/issuance.ts";
import type { Condition, Issuance } from "../support/cert-manager/issuance.ts";
import { CERT_MANAGER_NAMESPACE } from "../support/cert-manager/issuers.ts";
import { REFUSED } from "../support/cert-manager/pebble.ts";
import { startIssuing } from "./support/issuing.ts";
import type { Issuing } from "./support/issuing.ts";
import { otherIssuer } from "./support/other-issuer.ts";

let issuing: Issuing;

beforeAll(async () => {
  issuing = await startIssuing(["acme.example", "coyote.example"]);
});

afterAll(() => issuing.stop());

/** How often a certificate could not be issued since it was last. */
const failures = ({ certificates }: Issuance): number => certificates[0]?.status?.failedIssuanceAttempts ?? 0;

/** Whether it has failed, more often than before, and is not tried again yet. */
const failed = (issuance: Issuance, before = 0): boolean =>
  failures(issuance) > before && issuingCondition(issuance)?.status === "False";

/** The names of the Challenges in a state. */
const namesIn = ({ challenges }: Issuance, state: string): readonly string[] =>
  challenges.filter(({ status }) => status?.state === state).map(({ spec }) => spec.dnsName);

/** What the Certificate says of its issuance. */
function issuingCondition({ certificates }: Issuance): Condition | undefined {
  return certificates[0]?.status?.conditions?.find(({ type }) => type === "Issuing");
}

test("one of five names can't be proved: nothing is issued, and only its Challenge is invalid and says why", async () => {
  const good = ["a", "b", "c", "d"].map((label) => `${label}.acme.example`);
  await issuing.certManager.dns.serve("acme.example", [unprovable("bad.acme.example")]);
  await issuing.order("five", [...good, "bad.acme.example"], "acme");
  const shown = await issuing.until("five", "its failure", failed);
  expect(issuingCondition(shown)).toMatchObject({ status: "False", reason: "Failed" });
  expect(shown.orders.map(({ status }) => status?.state)).toEqual(["invalid"]);
  expect(namesIn(shown, "invalid")).toEqual(["bad.acme.example"]);
  expect(shown.challenges.find(({ status }) => status?.state === "invalid")?.status?.reason).toContain(
    "No TXT records found for DNS challenge",
  );
  expect(await issuing.secret("five")).toBeUndefined();

  // Neither Order nor Certificate says which name it was.
  expect(JSON.stringify([shown.orders[0]?.status?.reason, issuingCondition(shown)])).not.toContain("bad.");

  await issuing.certManager.dns.serve("acme.example");
  expect((await issuing.issued("five")).names).toEqual([...good, "bad.acme.example"].sort());
});

test("the next try has the names of the last one, and other objects", async () => {
  await issuing.certManager.dns.serve("coyote.example", [unprovable("coyote.example")]);
  await issuing.order("again", ["coyote.example"], "acme");
  const first = await issuing.until("again", "its failure", failed);
  const second = await issuing.until("again", "its second failure", (issuance) => failed(issuance, failures(first)));
  const identities = ({ orders, challenges }: Issuance): readonly string[] =>
    [...orders, ...challenges].map(({ metadata }) => metadata.uid);
  expect(second.orders.map(({ metadata }) => metadata.name)).toEqual(first.orders.map(({ metadata }) => metadata.name));
  expect(identities(second).filter((uid) => identities(first).includes(uid))).toEqual([]);
});

test("a name that can't be proved is added: the old Secret stays, and is right again when the name is taken back", async () => {
  await issuing.certManager.dns.serve("acme.example", [unprovable("late.acme.example")]);
  await issuing.order("kept", ["kept.acme.example"], "acme");
  const before = await issuing.issued("kept");
  await issuing.rename("kept", ["kept.acme.example", "late.acme.example"]);
  const shown = await issuing.until("kept", "its failure", failed);
  expect(shown.certificates.some(ready)).toBe(false);
  expect((await issuing.secret("kept"))?.resourceVersion).toBe(before.resourceVersion);
  await issuing.rename("kept", ["kept.acme.example"]);
  expect((await issuing.issued("kept")).resourceVersion).toBe(before.resourceVersion);
});

test("the ACME server refuses a name: the order fails at once, without a Challenge, and names it", async () => {
  await issuing.order("refused", ["fine.acme.example", `www.${REFUSED}`], "acme");
  const shown = await issuing.until("refused", "its failure", failed);
  expect(shown.challenges).toEqual([]);
  expect(shown.orders.map(({ status }) => status)).toMatchObject([
    { state: "errored", reason: expect.stringContaining(`forbidden by policy: "www.${REFUSED}"`) },
  ]);
});

test("a name is in no zone: nothing fails, its Challenge says why, and the order waits until there is one", async () => {
  await issuing.order("lost", ["fine.coyote.example", "lost.missing.example"], "acme");
  const shown = await issuing.until("lost", "the other name's proof", (issuance) => {
    return (
      namesIn(issuance, "valid").includes("fine.coyote.example") && reasonFor(issuance, "lost.missing.example") !== ""
    );
  });
  expect(reasonFor(shown, "lost.missing.example")).toContain("Could not find the SOA record");
  expect(namesIn(shown, "pending")).toEqual(["lost.missing.example"]);
  expect(shown.orders.map(({ status }) => status?.state)).toEqual(["pending"]);
  expect(issuingCondition(shown)).toMatchObject({ status: "True" });
  expect(failures(shown)).toBe(0);

  await issuing.certManager.dns.serve("missing.example");
  expect((await issuing.issued("lost")).names).toEqual(["fine.coyote.example", "lost.missing.example"]);
});

test("the key for the zone is wrong: nothing fails, the order waits, and its Challenge says why", async () => {
  await issuerWithAnotherKey("locked-out");
  await issuing.order("locked", ["locked.coyote.example"], "locked-out");
  const shown = await issuing.until("locked", "a reason", (issuance) => {
    return reasonFor(issuance, "locked.coyote.example") !== "";
  });
  expect(reasonFor(shown, "locked.coyote.example")).toBe("DNS update failed. Server replied: NOTAUTH");
  expect(shown.orders.map(({ status }) => status?.state)).toEqual(["pending"]);
  expect(failures(shown)).toBe(0);
});

test("nothing that cert-manager did was forbidden", () => {
  expect(issuing.certManager.process.log()).not.toContain("is forbidden: User");
});

function reasonFor({ challenges }: Issuance, name: string): string {
  return challenges.find(({ spec }) => spec.dnsName === name)?.status?.reason ?? "";
}

/** Makes a ClusterIssuer like `acme`, with a TSIG secret that is not the DNS server's. */
async function issuerWithAnotherKey(name: string): Promise<void> {
  const { api } = issuing;
  const secret = { metadata: { name }, stringData: { secret: Buffer.alloc(32).toString("base64") } };
  await api.must("POST", `/api/v1/namespaces/${CERT_MANAGER_NAMESPACE}/secrets`, secret);
  await otherIssuer(api, name, (solvers) => {
    return JSON.parse(JSON.stringify(solvers).replace('"acme-tsig"', `"${name}"`)) as readonly object[];
  });
}
