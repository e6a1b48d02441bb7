import { issuerLabel } from "@domain-claims/crds/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { ingress, primary, shared } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import { certManagerPaths, issuanceIn, ready } from "../support/cert-manager/issuance.ts";
import type { Certificate } from "../support/cert-manager/issuance.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import { tlsSecret } from "../support/cert-manager/tls-secret.ts";
import { otherIssuer } from "./support/other-issuer.ts";

// A team with rights on its own Secrets and Certificates does to what was ordered for it whatever it likes.

let story: Story;
let acme: Team;

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds], controllerArgs: ["--issuer-name=zoned"] });
  // Fewer challenges at once than an order of the attacker's has names.
  const args = ["--max-concurrent-challenges=2"];
  await startCertManager(story, { zones: ["acme.example"], args });
  await zonedIssuer("zoned");
  acme = await story.team("acme-org");
  await acme.site();
  await acme.apply(primary("acme.example"), ingress("web", ["acme.example"]));
  await certified("acme.example");
});

afterAll(() => story.stop());

/** Makes a ClusterIssuer whose solvers name one zone. */
async function zonedIssuer(name: string): Promise<void> {
  const selector = { dnsZones: ["acme.example"] };
  await otherIssuer(story.cluster.api, name, (solvers) => solvers.map((solver) => ({ ...solver, selector })));
}

/** Waits until the gateway answers for the host with a certificate for just these names. */
async function certified(host: string, ...more: readonly string[]): Promise<void> {
  const names = [host, ...more].sort().map((name) => `DNS:${name}`);
  await eventually(async () => expect(await certifiedNames(story, host), host).toBe(names.join(", ")));
}

const path = `${certManagerPaths.certificates("acme-org")}/acme.example-1`;

/** Changes the ordered Certificate as somebody with the right to would. */
async function change(patch: object): Promise<void> {
  // cert-manager may write it between our reading and our writing.
  await eventually(async () => {
    const found = (await story.cluster.api.must("GET", path)) as object;
    await story.cluster.api.must("PUT", path, merged(found, patch));
  });
}

function merged(object: object, patch: object): object {
  const entries = Object.entries(patch).map(([name, value]: [string, unknown]) => {
    const before = (object as Record<string, unknown>)[name];
    const nested = typeof value === "object" && value !== null && !Array.isArray(value);
    return [name, nested ? merged(before ?? {}, value) : value] as const;
  });
  return { ...object, ...(Object.fromEntries(entries) as object) };
}

/** Waits until the ordered Certificate is there, carries our label, is for these names, and is ready. */
async function putRight(): Promise<void> {
  await eventually(async () => {
    const { body } = await story.cluster.api.call("GET", path);
    const found = body as Certificate;
    expect(found).toMatchObject({
      metadata: { labels: { "platform.koli.io/ordered": "true" } },
      spec: { dnsNames: ["acme.example"] },
    });
    expect(ready(found)).toBe(true);
  });
}

test("what a team does to its ordered Certificate and Secret by hand is put right, and HTTPS stays", async () => {
  const { api } = story.cluster;
  for (const what of ["other names", "no label", "deleted", "no Secret"] as const) {
    if (what === "other names") await change({ spec: { dnsNames: ["acme.example", "more.acme.example"] } });
    else if (what === "no label") await change({ metadata: { labels: { "platform.koli.io/ordered": "false" } } });
    else if (what === "deleted") await api.must("DELETE", path);
    else await api.must("DELETE", "/api/v1/namespaces/acme-org/secrets/acme.example-1");
    await putRight();
    await eventually(async () => expect(await tlsSecret(api, "acme-org", "acme.example-1"), what).toBeDefined());
    await certified("acme.example");
  }
  const { certificates } = await issuanceIn(api, "acme-org");
  expect(certificates.map(({ metadata }) => metadata.name)).toEqual(["acme.example-1"]);
});

test("a team can neither write nor delete what is remembered of its orders", async () => {
  for (const command of [
    [
      "patch",
      "dcert",
      "acme.example",
      "--type=merge",
      "-p",
      '{"status":{"budgets":{"account":"2000-01-01T00:00:00Z"}}}',
    ],
    ["delete", "dcert", "acme.example"],
  ]) {
    const { code, stderr } = await acme.kubectl(command);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("forbidden") as string });
  }
});

test("names of a zone that the issuer's solvers do not name hold up nobody else's order", async () => {
  const evil = await story.team("evil-org");
  await evil.site();
  const label = await story.kubectl(["label", "namespace", "evil-org", `${issuerLabel}=late`]);
  expect(label, label.stderr).toMatchObject({ code: 0 });
  const lost = Array.from({ length: 12 }, (_, i) => `n${String(i)}.missing.example`);
  await evil.apply(
    primary("missing.example"),
    ...lost.map((host) => shared(host)),
    ingress("web", ["missing.example", ...lost]),
  );
  // Names that are wanted at the same time are ordered together: all are before there is an issuer for them.
  for (const host of ["missing.example", ...lost])
    await evil.condition(host, "CertificateReady", { reason: "IssuerMissing" });
  await zonedIssuer("late");
  await eventually(async () => {
    const { orders } = await issuanceIn(story.cluster.api, "evil-org");
    expect(orders.map(({ spec }) => spec.dnsNames.length)).toEqual([13]);
  });
  await acme.apply(shared("new.acme.example"), ingress("more", ["new.acme.example"]));
  await certified("new.acme.example", "acme.example");
  const { challenges } = await issuanceIn(story.cluster.api, "evil-org");
  expect(challenges).toEqual([]);
});
