import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";
import type { Visitor } from "./support/visitor.ts";

// One team, the bank, lives its quiet life; another one, mallory, tries what a tenant can. Whatever it is, the bank's
// customers are answered by the bank all the time.

let story: Story;
let bank: Team;
let mallory: Team;
let customers: readonly Visitor[];

beforeAll(async () => {
  story = await startStory();
  [bank, mallory] = await story.teams("bank-org", "mallory-org");
  await Promise.all([bank.site(), mallory.site()]);
  await bank.apply(primary("bank.example"), shared("www.bank.example"), primary("xn--bcher-kva.example"));
  await bank.apply(ingress("bank", ["bank.example", "www.bank.example", "xn--bcher-kva.example"]));
  const hosts = ["bank.example", "www.bank.example", "xn--bcher-kva.example"];
  for (const host of hosts) await story.serves(host, "bank-org/web");
  customers = await Promise.all(hosts.map((host) => visitor(story, `${host}/account`)));
});

afterAll(async () => {
  await Promise.all(customers.map(({ leave }) => leave()));
  await story.stop();
});

/** Has all of mallory's claims deleted in one call, as `kubectl delete` of many names takes its time, and waits for the end. */
async function allGone(names: readonly string[]): Promise<void> {
  await mallory.must("delete", "--raw", "/apis/platform.koli.io/v1/namespaces/mallory-org/domains");
  for (const name of names) await mallory.gone(name);
}

test.each(["BANK.example", "Bank.Example.", "https://bank.example/", "BÜCHER.example", "bu\u0308cher.example", "ｂücher。example", "xn--BCHER-kva.example"])(
  "H2: %s is the bank's host, however it is written",
  async (text) => {
    const typed = await mallory.domain("claim", text, "--primary", "--name=variant");
    expect(typed).toMatchObject({ code: 1, stderr: expect.stringContaining("bank-org") as string });
    await mallory.decided("variant", { phase: "Failed", reason: "AlreadyClaimed" });
    await mallory.remove("domain", "variant");
    await mallory.gone("variant");
    expect(await mallory.refused(domain("variant", { primary: text }))).toMatch(/invalid|Invalid/);
  },
);

test.each([
  ["xn--.example", /xn--|hyphen/],
  ["xn--bank.example", /xn--bank/],
  ["xn--bcher-kva.xn--example", /xn--example/],
  ["xn--zz-zz--zz.example", /xn--/],
])("H1: %s, which does not round-trip, is nobody's", async (text, problem) => {
  const { code, stderr } = await mallory.kubectl(["apply", "-f", "-"], { input: JSON.stringify(domain("round-trip", { primary: text })) });
  if (code === 1) expect(stderr).toMatch(problem);
  else {
    const { message } = await mallory.decided("round-trip", { phase: "Failed", reason: "InvalidHost" });
    expect(message).toMatch(problem);
  }
  await mallory.kubectl(["delete", "domain", "round-trip", "--ignore-not-found"]);
});

test.each(["org", "localhost", "127.0.0.1", "::1", "[::1]", "0x7f.1", "2130706433", "*", "*.example", "example."])(
  "H1, H3: %s can't be claimed",
  async (text) => {
    const { code, stderr } = await mallory.kubectl(["apply", "-f", "-"], { input: JSON.stringify(domain("no-name", { primary: text })) });
    expect(code, stderr).toBe(1);
  },
);

test.each(["cluster.local", "kubernetes.default.svc.cluster.local", "web.bank-org.svc.cluster.local"])(
  "H5: %s, a name of the cluster's own, is reserved",
  async (host) => {
    await mallory.apply(primary(host));
    await mallory.decided(host, { phase: "Failed", reason: "ReservedName" });
    expect(await story.record(host)).toBeUndefined();
  },
);

test("H4, O4: a sub with dots, a wildcard without the primary, a shared claim below somebody else's are refused", async () => {
  expect(await mallory.refused(domain("dots", { primary: "example", sub: "bank" }))).toContain("single label");
  expect(await mallory.refused(domain("dots", { primary: "bank.example", sub: "a.b" }))).toContain("sub is one label");
  await mallory.apply(shared("*.bank.example"), shared("evil.bank.example", { parent: "bank-org" }), primary("login.bank.example"));
  await mallory.decided("*.bank.example", { phase: "Failed", reason: "DomainNotFound" });
  await mallory.decided("evil.bank.example", { phase: "Failed", reason: "NotDelegated" });
  await mallory.decided("login.bank.example", { phase: "Failed", reason: "ParentClaimed" });
});

test("H3: a wildcard over a suffix, to stand above the bank, has no primary to stand on", async () => {
  expect(await mallory.refused(domain("suffix", { primary: "example", sub: "*" }))).toContain("single label");
  await mallory.apply(domain("suffix", { primary: "co.uk", sub: "*" }), domain("suffix-sub", { primary: "co.uk", sub: "bank" }));
  await mallory.decided("suffix", { phase: "Failed", reason: "DomainNotFound" });
  await mallory.decided("suffix-sub", { phase: "Failed", reason: "DomainNotFound" });
});

test("L1, L2: an Ingress with the bank's hosts, as rules, aliases, wildcards, without host, as default backend", async () => {
  await mallory.apply(primary("mallory.example"));
  const aliases = { "konghq.com/host-aliases": "bank.example, WWW.bank.example., *.bank.example, bücher.example" };
  await mallory.apply(
    ingress("rules", ["bank.example", "www.bank.example", "*.bank.example", "*.example"]),
    ingress("aliases", ["mallory.example"], { annotations: aliases }),
    ingress("no-host", [""], { paths: [{ path: "/account/very/long" }] }),
    ingress("default", [], { defaultBackend: {} }),
    ingress("both", ["mallory.example"], { defaultBackend: {}, paths: [{ path: "/own" }] }),
  );
  await story.serves("mallory.example", "mallory-org/web");
  for (const name of ["no-host", "default", "both"]) await mallory.told("Ingress", name, { reason: "HostRequired" });
  await mallory.told("Ingress", "rules", { reason: "HostNotClaimed", message: expect.stringContaining("www.bank.example") as string });
  await mallory.told("Ingress", "aliases", { reason: "HostNotClaimed", message: expect.stringContaining("www.bank.example") as string });
  for (const url of ["bank.example/account/very/long", "www.bank.example/own", "xn--bcher-kva.example/"])
    expect(await story.visit(url)).toBe("bank-org/web");
  for (const host of ["other.bank.example", "any.example", "nobody.test"]) expect(await story.visit(host)).toBe(nobody);
});

test("L3: a Service of type ExternalName leads nowhere, and turning one that is live into it takes its path down", async () => {
  await mallory.site("trojan");
  await mallory.apply(primary("trojan.example"), ingress("trojan", ["trojan.example"], { paths: [{ service: "trojan" }] }));
  await story.serves("trojan.example", "mallory-org/trojan");
  const inner = "web.bank-org.svc.cluster.local";
  await mallory.patch("service", "trojan", { spec: { type: "ExternalName", externalName: inner, clusterIP: null, clusterIPs: null } });
  await story.serves("trojan.example", nobody);
  await mallory.told("Ingress", "trojan", { reason: "ServiceRefused" });
});

test("L3: what a tenant writes into names, paths and annotations changes nothing but its own routes", async () => {
  const paths = ["/~/.*", "/~/(?i)/account", "/a%2F..%2f..%2Faccount"].map((path) => ({ path, type: "ImplementationSpecific" }) as const);
  const annotations = {
    "konghq.com/methods": "GET",
    "konghq.com/headers.host": "bank.example",
    "konghq.com/regex-priority": "9999",
    "konghq.com/snis": "bank.example",
    "konghq.com/tags": "k8s-namespace:bank-org",
    "konghq.com/override": "bank",
    "konghq.com/preserve-host": "false",
  };
  await mallory.apply(primary("odd.example"), ingress("odd", ["odd.example"], { paths, annotations }));
  await story.serves("odd.example/x", "mallory-org/web");
  await mallory.told("Ingress", "odd", { reason: "UnsupportedAnnotation", message: expect.stringContaining("konghq.com/regex-priority") as string });
  for (const host of ["bank.example", "www.bank.example"]) expect(await story.visit(`${host}/account`)).toBe("bank-org/web");
});

describe("the register and the status", () => {
  test("O1, O8: a tenant edits no HostRecord and no status", async () => {
    const record = JSON.stringify(await story.record("bank.example")).replaceAll("bank-org", "mallory-org");
    for (const verb of ["create", "replace", "delete", "apply"]) {
      const { code, stderr } = await mallory.kubectl([verb, "-f", "-"], { input: record });
      expect({ verb, code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("orbidden") as string });
    }
    expect((await mallory.kubectl(["auth", "can-i", "patch", "domains", "--subresource=status"])).stdout.trim()).toBe("no");
    expect((await mallory.kubectl(["auth", "can-i", "list", "domains", "-n", "bank-org"])).stdout.trim()).toBe("no");
  });

  test("O2a, O9: a finalizer removed by force frees the host, and its routes go all the same", async () => {
    await mallory.apply(primary("forced.example"), ingress("forced", ["forced.example"]));
    await story.serves("forced.example", "mallory-org/web");
    await bank.apply(primary("forced.example"));
    await bank.decided("forced.example", { reason: "AlreadyClaimed" });
    await Promise.all([
      mallory.kubectl(["delete", "domain", "forced.example", "--wait=false"]),
      mallory.kubectl(["patch", "domain", "forced.example", "--type=merge", "-p", '{"metadata":{"finalizers":null}}']),
    ]);
    await mallory.gone("forced.example");
    await bank.decided("forced.example", { phase: "OK" });
    await story.serves("forced.example", nobody);
  });

  test("O2a: a claim that is deleted and made anew at once is another claim: who waited comes first", async () => {
    await mallory.apply(primary("again.example"));
    await mallory.decided("again.example", { phase: "OK" });
    await bank.apply(primary("again.example"));
    await bank.decided("again.example", { reason: "AlreadyClaimed" });
    const waiting = Date.parse((await bank.claim("again.example"))?.metadata.creationTimestamp ?? "");
    await eventually(() => expect(Date.now()).toBeGreaterThan(waiting + 1000));
    await mallory.must("delete", "domain", "again.example");
    await mallory.apply(primary("again.example"));
    await bank.decided("again.example", { phase: "OK" });
    await mallory.decided("again.example", { phase: "Failed", reason: "AlreadyClaimed" });
  });
});

test("O2: hundreds of claims that wait for one host keep nobody else waiting, and go as they came", async () => {
  const crowd = Array.from({ length: 150 }, (_, i) => `crowd-${String(i)}`);
  await mallory.apply(...crowd.map((name) => primary("bank.example", { name })));
  const begun = Date.now();
  await bank.apply(primary("prompt.example"), ingress("prompt", ["prompt.example"]));
  await story.serves("prompt.example", "bank-org/web");
  expect(Date.now() - begun).toBeLessThan(10_000);
  await mallory.decided("crowd-149", { phase: "Failed", reason: "AlreadyClaimed" });
  expect(JSON.stringify(await story.record("bank.example")).length).toBeLessThan(3000);
  await allGone(crowd);
  await bank.decided("bank.example", { phase: "OK" });
});

test("O10: claiming and releasing name after name leaves no more than the bounded number of records", async () => {
  const names = Array.from({ length: 70 }, (_, i) => `churn-${String(i)}.example`);
  await mallory.apply(...names.map((host) => primary(host)));
  for (const host of names) await mallory.decided(host, { phase: "OK" });
  await allGone(names);
  await eventually(async () => {
    const { items } = (await story.cluster.api.must("GET", "/apis/platform.koli.io/v1/hostrecords")) as {
      readonly items: readonly { readonly spec: { readonly holder?: object; readonly history?: readonly { readonly namespace: string }[] } }[];
    };
    const left = items.filter(({ spec }) => spec.holder === undefined && spec.history?.[0]?.namespace === "mallory-org");
    expect(left.length).toBeLessThanOrEqual(50);
  });
});

test("through all of this the bank's customers were answered by the bank, and by nobody else", async () => {
  for (const customer of customers) expect(await customer.leave()).toEqual(["bank-org/web"]);
});
