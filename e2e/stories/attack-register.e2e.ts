import { afterAll, beforeAll, expect, test } from "vitest";
import { group } from "../support/world/objects.ts";
import type { StoredRecord } from "../support/world/objects.ts";
import { crowdOf } from "./support/crowd.ts";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

// The register: who may write it, how much of it somebody can fill, and what becomes of it by force.

let story: Story;
let acme: Team;
let mallory: Team;

const kept = 5;

beforeAll(async () => {
  story = await startStory({ controllerArgs: [`--released-records-per-namespace=${String(kept)}`] });
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
});

afterAll(() => story.stop());

const releasedBy = async (namespace: string): Promise<readonly StoredRecord[]> =>
  (await story.records()).filter(({ spec }) => spec.holder === undefined && spec.history?.[0]?.namespace === namespace);

test("O1: a tenant can't write the register in any way: not its own record, not another's, not a new one", async () => {
  await acme.apply(primary("acme.example", { delegates: ["acme-org"] }));
  await mallory.apply(primary("mallory.example"));
  await acme.decided("acme.example", { phase: "OK" });
  await acme.condition("acme.example", "DelegatesResolved", { status: "True" });
  await mallory.decided("mallory.example", { phase: "OK" });
  const before = await story.records();
  const grant = JSON.stringify({ spec: { grants: [{ namespace: "mallory-org", uid: "1" }] } });
  const theirs = JSON.stringify(before.find(({ spec }) => spec.host === "acme.example")).replaceAll(
    "acme-org",
    "mallory-org",
  );
  const fresh = JSON.stringify({
    apiVersion: "platform.koli.io/v1",
    kind: "HostRecord",
    metadata: { name: "free.example" },
    spec: { host: "free.example" },
  });
  const raw = `${group}/hostrecords`;
  const ways: readonly (readonly [readonly string[], string])[] = [
    [["create", "-f", "-"], fresh],
    [["create", "--raw", raw, "-f", "-"], fresh],
    [["apply", "-f", "-"], fresh],
    [["apply", "--server-side", "--force-conflicts", "--field-manager=domain-claims", "-f", "-"], fresh],
    [["replace", "-f", "-"], theirs],
    [["replace", "--raw", `${raw}/acme.example`, "-f", "-"], theirs],
    [["patch", "hostrecord", "acme.example", "--type=merge", "-p", grant], ""],
    [["patch", "hostrecord", "mallory.example", "--type=merge", "-p", '{"metadata":{"annotations":{"a":"b"}}}'], ""],
    [["patch", "hostrecord", "mallory.example", "--type=json", "-p", '[{"op":"remove","path":"/spec/holder"}]'], ""],
    [["delete", "hostrecord", "acme.example"], ""],
    [["delete", "hostrecord", "mallory.example"], ""],
    [["delete", "hostrecords", "--all"], ""],
    [["delete", "--raw", raw], ""],
  ];
  for (const [args, input] of ways) {
    const { code, stderr } = await mallory.kubectl(args, { input });
    expect({ args, code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("orbidden") as string });
  }
  expect(await story.records()).toEqual(before);
});

test("O1: a record that somebody with the right to do it wrote gives nobody anything: it names no claim that is there", async () => {
  // An administrator's hand slipped: a record for a host that nobody claims, in the name of a claim that is none.
  const holder = {
    kind: "primary",
    namespace: "mallory-org",
    namespaceUID: await story.uidOf("mallory-org"),
    name: "never",
    uid: "00000000-0000-0000-0000-000000000000",
    since: "2026-01-01T00:00:00Z",
    authority: { kind: "none" },
  };
  const spec = { host: "slip.example", holder };
  await story.cluster.api.must("POST", `${group}/hostrecords`, {
    apiVersion: "platform.koli.io/v1",
    kind: "HostRecord",
    metadata: { name: "slip.example" },
    spec,
  });
  await mallory.apply(ingress("slip", ["slip.example"]));
  await story.heldBy("slip.example", "");
  expect(await story.visit("slip.example")).toBe(nobody);
  await acme.apply(primary("slip.example"));
  await acme.decided("slip.example", { phase: "OK" });
});

test("O9: our finalizer removed by force comes back on a claim that lives, and takes nothing with it", async () => {
  await acme.apply(primary("forced.example"), ingress("forced", ["forced.example"]));
  await story.serves("forced.example", "acme-org/web");
  await mallory.apply(primary("forced.example"));
  await mallory.decided("forced.example", { phase: "Failed", reason: "AlreadyClaimed" });
  const customer = await visitor(story, "forced.example");
  for (let i = 0; i < 5; i += 1) {
    await acme.patch("domain", "forced.example", { metadata: { finalizers: null } });
    await eventually(async () =>
      expect((await acme.claim("forced.example"))?.metadata.finalizers).toEqual(["kolihub.io/kong"]),
    );
  }
  await story.heldBy("forced.example", "acme-org/forced.example");
  expect(await customer.leave()).toEqual(["acme-org/web"]);
});

test("O2a, O9: claims whose finalizers are removed by force as they are deleted leave no route, no holder and no hold", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `gone-${String(i)}.example`);
  const hosts = [...names, "*.gone-0.example"];
  await mallory.apply(...names.map((host) => primary(host)), shared("*.gone-0.example"), ingress("gone", hosts));
  for (const host of [...names, "x.gone-0.example"]) await story.serves(host, "mallory-org/web");
  const claims = [...names, "any.gone-0.example"];
  const force = (name: string): Promise<unknown> =>
    mallory.kubectl(["patch", "domain", name, "--type=merge", "-p", '{"metadata":{"finalizers":[]}}']);
  await Promise.all([
    mallory.kubectl(["delete", "domain", ...claims, "--wait=false"]),
    ...["gone-0.example", "any.gone-0.example", "gone-1.example", "gone-2.example"].map(force),
  ]);
  for (const name of claims) await mallory.gone(name);
  for (const host of hosts) await story.heldBy(host, "");
  for (const host of [...names, "x.gone-0.example"]) await story.serves(host, nobody);
  await acme.apply(primary("gone-1.example"), ingress("gone", ["gone-1.example"]));
  await story.serves("gone-1.example", "acme-org/web");
  await eventually(async () =>
    expect(await kongAdmin(story).tagged("routes", "managed-by-domain-claims,k8s-namespace:mallory-org")).toEqual([]),
  );
});

test("O2a, O9: a finalizer removed by force while Kong is away gives the host to nobody before its routes are gone", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  await mallory.apply(primary("early.example"), ingress("early", ["early.example"]));
  await story.serves("early.example", "mallory-org/web");
  await acme.apply(primary("early.example"), ingress("early", ["early.example"]));
  await acme.decided("early.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await faults.away();
  await mallory.remove("domain", "early.example");
  await mallory.condition("early.example", "Programmed", { status: "False", reason: "KongUnreachable" });
  await mallory.patch("domain", "early.example", { metadata: { finalizers: null } });
  await mallory.gone("early.example");
  // The controller hears of this one after that end.
  await acme.apply(primary("early.example", { name: "later" }));
  await acme.decided("later", { phase: "Failed", reason: "AlreadyClaimed" });
  await story.heldBy("early.example", "mallory-org/early.example");
  await acme.decided("early.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await faults.back();
  await acme.decided("early.example", { phase: "OK" });
  await story.serves("early.example", "acme-org/web");
});

test("O2, X1: hundreds of claims for one host disturb nobody; the oldest wait, as many as may, and the first takes it when it is free", async () => {
  const claims = 500;
  const waiting = 200;
  const crowd = crowdOf(story, "mallory-org");
  await crowd.endAll();
  await acme.apply(primary("wanted.example"), ingress("wanted", ["wanted.example"]));
  await story.serves("wanted.example", "acme-org/web");
  const before = await story.record("wanted.example");
  const customer = await visitor(story, "wanted.example");
  const coyote = await story.team("coyote-org");
  await coyote.site();
  /** Milliseconds until a new host of coyote-org is served. */
  const served = async (claim: Manifest, host: string): Promise<number> => {
    const asked = performance.now();
    await coyote.apply(claim, ingress(host, [host]));
    await story.serves(host, "coyote-org/web");
    return performance.now() - asked;
  };
  const alone = await served(primary("alone.example"), "alone.example");
  // More than any wait among hundreds comes to, and less than hundreds of turns.
  const prompt = 20 * alone;
  await crowd.create(
    Array.from({ length: claims }, (_, i) => primary("wanted.example", { name: `wait-${String(i)}` })),
  );

  expect(await served(primary("prompt.example"), "prompt.example")).toBeLessThan(prompt);
  await coyote.decided("prompt.example", { phase: "OK" });
  // Hundreds of statuses take a slow machine minutes.
  await crowd.count("Failed", claims, 600_000);
  expect(await story.record("wanted.example")).toEqual(before);
  expect(await customer.leave()).toEqual(["acme-org/web"]);

  await eventually(async () => {
    const reasons = (await crowd.list()).map(({ status }) => status?.reason);
    expect(reasons.filter((reason) => reason === "AlreadyClaimed")).toHaveLength(waiting);
    expect(reasons.filter((reason) => reason === "TooManyClaims")).toHaveLength(claims - waiting);
  });

  const order = (await crowd.list())
    .map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.uid} ${metadata.name}`)
    .sort();
  await acme.remove("domain", "wanted.example");
  await story.heldBy("wanted.example", `mallory-org/${order[0]?.split(" ")[2] ?? ""}`);
  // While hundreds are told who holds it now, others are not kept waiting.
  expect(await served(shared("again.prompt.example"), "again.prompt.example")).toBeLessThan(prompt);
});

test("O10: a hundred names claimed and released one after the other leave a bounded register", async () => {
  const zoe = await story.team("zoe-org");
  const crowd = crowdOf(story, "zoe-org");
  const rounds = 4;
  for (let round = 0; round < rounds; round += 1) {
    const hosts = Array.from({ length: 5 * kept }, (_, i) => `round-${String(round)}-${String(i)}.example`);
    // The register knows whole seconds: the last round ends in a later one than the round before.
    const begun = Date.now();
    if (round === rounds - 1) await eventually(() => expect(Date.now()).toBeGreaterThan(begun + 1000));
    await crowd.create(hosts.map((host) => primary(host)));
    await crowd.count("OK", hosts.length);
    await crowd.endAll();
  }
  await eventually(async () => expect((await releasedBy("zoe-org")).length).toBe(kept));
  // The youngest are those that stay.
  expect((await releasedBy("zoe-org")).every(({ spec }) => spec.host.startsWith(`round-${String(rounds - 1)}-`))).toBe(
    true,
  );
  await zoe.apply(primary("last.example"));
  await zoe.decided("last.example", { phase: "OK" });
});

test("O10: two namespaces that claim and release the same names in turn leave the last twenty holders of each", async () => {
  const names = ["back-a.example", "back-b.example"];
  await Promise.all(
    names.map(async (host) => {
      for (let round = 0; round < 24; round += 1) {
        const crowd = crowdOf(story, round % 2 === 0 ? "acme-org" : "coyote-org");
        // The host is free before the claim that held it is gone: the claim of two rounds ago may have a moment to live.
        await eventually(() => crowd.create([primary(host)]));
        await story.heldBy(host, `${round % 2 === 0 ? "acme" : "coyote"}-org/${host}`);
        await crowd.end(host);
        await story.heldBy(host, "");
      }
    }),
  );
  for (const host of names) {
    const { history = [] } = (await story.record(host))?.spec ?? {};
    expect(history).toHaveLength(20);
    expect(history.map(({ namespace }) => namespace)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? "coyote-org" : "acme-org")),
    );
    expect(JSON.stringify(history).length).toBeLessThan(8000);
  }
});
