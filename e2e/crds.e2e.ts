import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { claimHost } from "@domain-claims/crds/claim-host";
import { keptControlPlane } from "./support/controlplane/kept.ts";
import type { ControlPlane } from "./support/controlplane/control-plane.ts";
import { runKubectl } from "./support/world/kubectl.ts";

const crds = fileURLToPath(new URL("../crds/", import.meta.url));
const examples = `${crds}examples/`;
const domainsOfAcme = "/apis/platform.koli.io/v1/namespaces/acme-org/domains";
const records = "/apis/platform.koli.io/v1/hostrecords";

let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await keptControlPlane({ crds });
  await kubectl(["apply", "-f", `${examples}0-namespaces.yaml`]);
  return cluster.stop;
});

/** What kubectl prints, on either stream. */
async function kubectl(args: readonly string[], input = ""): Promise<string> {
  const { stdout, stderr } = await runKubectl(cluster.kubectl, args, { kubeconfig: cluster.kubeconfig, input });
  return stdout + stderr;
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort();
}

describe("the examples", () => {
  test.each(yamlFiles(examples))("%s is accepted as it is written", async (name) => {
    expect(await kubectl(["apply", "-f", examples + name])).toMatch(/^(\S+ (created|configured|unchanged)\n)+$/);
  });

  test("what was ordered is shown in columns, the failing names among them", async () => {
    expect(await kubectl(["get", "dcert", "-n", "coyote-org"])).toMatch(
      /^NAME +WANTED +ISSUED +FAILING +EXPIRES +AGE\nacme.org +3 +2 +1 /,
    );
  });

  test("a status that comes with a claim is dropped, its finalizer stays", async () => {
    const claim = await cluster.api.must("GET", "/apis/platform.koli.io/v1/namespaces/marvin-org/domains/marvin-acme");
    expect(claim).toMatchObject({ metadata: { finalizers: ["kolihub.io/kong"] } });
    expect(claim).not.toHaveProperty("status");
  });
});

describe("what the API server refuses, and the sentence that it says", () => {
  const refused = yamlFiles(`${examples}refused/`).map((name) => {
    const text = readFileSync(`${examples}refused/${name}`, "utf8");
    const sentence = /^# refused: (.*)$/m.exec(text)?.[1] ?? "";
    return { name, sentence, documents: text.split(/^---$/m) };
  });

  test.each(refused)("$name: $sentence", async ({ sentence, documents }) => {
    for (const accepted of documents.slice(0, -1)) await kubectl(["apply", "-f", "-"], accepted);
    const said = await kubectl(["apply", "-f", "-"], documents.at(-1));
    expect(sentence).not.toBe("");
    expect(said).toContain(sentence);
    // One mistake, one complaint.
    expect(said.split("\n").filter((line) => /spec[.:]/.test(line))).toHaveLength(1);
  });
});

describe("the CRD and the controller", () => {
  const odd = fc.string({ unit: fc.constantFrom(..."aZ09-._*:/ üx"), maxLength: 12 });
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
  const usual = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  const wide = fc.integer({ min: 60, max: 66 }).map((length) => `${"a".repeat(length)}.org`);
  const primary = fc.oneof(
    odd,
    usual,
    wide,
    usual.map((name) => `${name}.`),
    usual.map((name) => name.toUpperCase()),
  );
  const sub = fc.option(fc.oneof(fc.constant("*"), label, odd), { nil: undefined });

  test("agree on which primary and sub can be claimed, but for names that need the tables of UTS 46", async () => {
    await fc.assert(
      fc.asyncProperty(primary, sub, async (primary, sub) => {
        fc.pre(!/(^|\.)xn--/i.test(`${sub}.${primary}`));
        const spec = { primary, ...(sub === undefined ? {} : { sub }) };
        const claim = { apiVersion: "platform.koli.io/v1", kind: "Domain", metadata: { name: "tried" }, spec };
        const { status } = await cluster.api.call("POST", `${domainsOfAcme}?dryRun=All`, claim);
        expect({ spec, status }).toEqual({ spec, status: claimHost(spec).ok ? 201 : 422 });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("DomainCertificates", () => {
  const path = "/apis/platform.koli.io/v1/namespaces/acme-org/domaincertificates";
  const time = "2026-04-04T12:25:42.123Z";
  const status = {
    ...{ wanted: 2, issued: 1, failing: 1, left: 49, notAfter: time, nextOrderAt: time, moreWaiting: 1, nextNumber: 3 },
    certificates: [
      { name: "acme.org-1", number: 1, names: ["acme.org"], notBefore: time, notAfter: time, orderedAt: time },
      {
        name: "acme.org-2",
        number: 2,
        names: ["www.acme.org"],
        issued: [],
        orderedAt: time,
        running: true,
        probe: true,
      },
    ],
    waiting: [{ host: "www.acme.org", reason: "Quarantined", until: time }],
    quarantine: [{ host: "www.acme.org", failures: 1, nextTryAt: time, message: "no such host" }],
    leaving: [{ host: "old.acme.org", since: time }],
    caution: { failures: 1, mostNew: 5, until: time },
    budgets: { domain: time, account: time, share: time, failures: time },
  };
  const object = (name: string, domain: string): object => ({
    ...{ apiVersion: "platform.koli.io/v1", kind: "DomainCertificate" },
    ...{ metadata: { name, namespace: "acme-org" }, spec: { domain }, status },
  });

  test("what was ordered is kept as it was written, with the object itself", async () => {
    expect(await cluster.api.call("POST", path, object("acme.org", "acme.org"))).toMatchObject({ status: 201 });
    expect(await cluster.api.must("GET", `${path}/acme.org`)).toMatchObject({ status });
    expect(await kubectl(["get", "dcert", "-n", "acme-org"])).toMatch(
      /^NAME +WANTED +ISSUED +FAILING +EXPIRES +AGE\nacme.org +2 +1 +1 /,
    );
  });

  test("it is named after its domain, for good", async () => {
    const answer = await cluster.api.call("POST", path, object("acme.com", "acme.org"));
    expect(JSON.stringify(answer.body)).toContain("a DomainCertificate is named after its domain");
    const existing = (await cluster.api.must("GET", `${path}/acme.org`)) as object;
    const changed = await cluster.api.call("PUT", `${path}/acme.org`, { ...existing, spec: { domain: "acme.com" } });
    expect(JSON.stringify(changed.body)).toContain("domain never changes");
  });
});

describe("HostRecords", () => {
  const record = (name: string, host: string): object => ({
    apiVersion: "platform.koli.io/v1",
    kind: "HostRecord",
    metadata: { name },
    spec: { host },
  });

  test.each([
    ["acme.org", "acme.org"],
    ["wc--any.acme.org", "*.acme.org"],
  ])("%s is the record of %s", async (name, host) => {
    expect(await cluster.api.call("POST", records, record(name, host))).toMatchObject({ status: 201 });
  });

  test.each([
    ["acme.com", "acme.org"],
    ["acme.com", "*.acme.com"],
    ["wc--any.acme.com", "wc--any.acme.org"],
  ])("%s can't be the record of %s", async (name, host) => {
    const answer = await cluster.api.call("POST", records, record(name, host));
    expect(answer).toMatchObject({ status: 422 });
    expect(JSON.stringify(answer.body)).toContain("a record is named after its host");
  });

  test("a record never changes its host", async () => {
    const existing = (await cluster.api.must("GET", `${records}/acme.org`)) as { spec: object };
    const changed = { ...existing, spec: { host: "*.acme.org" } };
    const answer = await cluster.api.call("PUT", `${records}/acme.org`, changed);
    expect(JSON.stringify(answer.body)).toContain("host never changes: another host has another record");
  });

  test("an authority other than none says which primary it is", async () => {
    const holder = {
      kind: "primary",
      namespace: "a",
      namespaceUID: "1",
      name: "a",
      uid: "2",
      since: "2026-04-04T12:25:42Z",
    };
    const spec = { host: "a.acme.org", holder: { ...holder, authority: { kind: "delegation" } } };
    const answer = await cluster.api.call("POST", records, { ...record("a.acme.org", "a.acme.org"), spec });
    expect(JSON.stringify(answer.body)).toContain("an authority other than none names the enclosing primary");
  });
});

describe("kubectl", () => {
  test.each(["domains", "domain", "dclaim"])("get %s lists the claims", async (word) => {
    const [header] = (await kubectl(["get", word, "-n", "acme-org"])).split("\n");
    expect(header?.split(/\s+/)).toEqual(["NAME", "HOST", "PHASE", "REASON", "READY", "AGE"]);
  });

  test("get domains -o wide shows parent and holder too", async () => {
    const [header] = (await kubectl(["get", "domains", "-n", "acme-org", "-o", "wide"])).split("\n");
    expect(header?.split(/\s+/)).toEqual([
      "NAME",
      "HOST",
      "PHASE",
      "REASON",
      "READY",
      "STAGE",
      "REDIRECT",
      "PARENT",
      "HOLDER",
      "AGE",
    ]);
  });

  test("get hrec shows the register", async () => {
    const [header] = (await kubectl(["get", "hrec"])).split("\n");
    expect(header?.split(/\s+/)).toEqual(["NAME", "KIND", "NAMESPACE", "CLAIM", "SINCE", "AGE"]);
  });

  test("explain domain.spec tells every field with an example", async () => {
    const text = await kubectl(["explain", "domain.spec"]);
    for (const field of ["primary", "sub", "parent", "delegates", "redirect"])
      expect(text).toMatch(new RegExp(`^  ${field}\t<`, "m"));
    expect(text).toMatch(/Example: acme\.org\./);
    expect(text).not.toContain("<no description>");
  });
});
