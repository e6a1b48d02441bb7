import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterAll(() => story.stop());

test("O9: a claim gets our finalizer before it holds anything, beside those that are there", async () => {
  await acme.apply(domain("o9.example", { primary: "o9.example" }, ["acme.example/archive"]));
  await acme.decided("o9.example", { phase: "OK" });
  expect((await acme.claim("o9.example"))?.metadata.finalizers).toEqual(["acme.example/archive", "kolihub.io/kong"]);
});

test("O9: when a claim is deleted its routes leave, the host is released, then our finalizer goes; others' stay", async () => {
  await acme.apply(
    domain("o9b.example", { primary: "o9b.example" }, ["acme.example/archive"]),
    ingress("o9b", ["o9b.example"]),
  );
  await story.serves("o9b.example", "acme-org/web");
  await acme.remove("domain", "o9b.example");
  await eventually(async () =>
    expect((await acme.claim("o9b.example"))?.metadata.finalizers).toEqual(["acme.example/archive"]),
  );
  expect(await kongAdmin(story).routesOf("o9b.example")).toEqual([]);
  expect((await story.record("o9b.example"))?.spec.holder).toBeUndefined();
  await story.serves("o9b.example", nobody);
  await coyote.apply(primary("o9b.example"));
  await coyote.decided("o9b.example", { phase: "OK" });
  await acme.patch("domain", "o9b.example", { metadata: { finalizers: null } });
  await acme.gone("o9b.example");
});

test("a DomainCertificate that is deleted goes where no certificates are ordered any more: its namespace would hang", async () => {
  const { api } = story.cluster;
  const path = "/apis/platform.koli.io/v1/namespaces/acme-org/domaincertificates";
  const time = "2026-04-04T12:25:42.123Z";
  await api.must("POST", path, {
    ...{ apiVersion: "platform.koli.io/v1", kind: "DomainCertificate" },
    metadata: { name: "ordered.example", finalizers: ["kolihub.io/kong"] },
    spec: { domain: "ordered.example" },
    status: {
      ...{ wanted: 1, issued: 0, failing: 0, left: 49, moreWaiting: 0, nextNumber: 2, waiting: [] },
      certificates: [
        { name: "ordered.example-1", number: 1, names: ["ordered.example"], orderedAt: time, running: true },
      ],
      budgets: { domain: time, account: time, share: time, failures: time },
    },
  });
  await api.must("DELETE", `${path}/ordered.example`);
  await eventually(async () => expect(await api.call("GET", `${path}/ordered.example`)).toMatchObject({ status: 404 }));
});

test("O9: while a route is on its way out of Kong the host stays held, and the claim there", async ({ skip }) => {
  skip(!story.embedded, needsGateway);
  await acme.apply(primary("slow.example"), ingress("slow", ["slow.example"]));
  await story.serves("slow.example", "acme-org/web");
  const faults = faultsOf(story);
  await faults.add({ method: "DELETE", path: "^/routes/", count: 100, effect: { kind: "silence" } });
  await coyote.apply(primary("slow.example"), ingress("slow", ["slow.example"]));
  await acme.remove("domain", "slow.example");
  await acme.decided("slow.example", { phase: "Pending", reason: "Releasing" });
  expect((await story.record("slow.example"))?.spec.holder?.namespace).toBe("acme-org");
  expect((await acme.claim("slow.example"))?.metadata.finalizers).toEqual(["kolihub.io/kong"]);
  expect(await story.visit("slow.example")).toBe("acme-org/web");
  await faults.clear();
  await acme.gone("slow.example");
  await story.heldBy("slow.example", "coyote-org/slow.example");
  await story.serves("slow.example", "coyote-org/web");
});

test("O9: with Kong unreachable the claim stays Terminating with a condition and an event, and nothing is lost", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  await acme.apply(primary("away.example"), ingress("away", ["away.example"]));
  await story.serves("away.example", "acme-org/web");
  await coyote.apply(primary("away.example"));
  await faults.away();
  await acme.remove("domain", "away.example");
  await acme.condition("away.example", "Programmed", { status: "False", reason: "KongUnreachable" });
  await acme.told("Domain", "away.example", { type: "Warning", reason: "KongUnreachable" });
  const claim = await acme.claim("away.example");
  expect(claim?.metadata.deletionTimestamp).toBeDefined();
  expect(claim?.metadata.finalizers).toEqual(["kolihub.io/kong"]);
  await story.heldBy("away.example", "acme-org/away.example");
  await coyote.decided("away.example", { phase: "Failed", reason: "AlreadyClaimed" });
  const typed = await acme.domain("release", "away.example", "--yes", "--timeout=3s");
  expect(typed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Kong's Admin API does not answer") as string,
  });
  await faults.back();
  await acme.gone("away.example");
  await story.serves("away.example", nobody);
  await coyote.decided("away.example", { phase: "OK" });
});

test("O9: a claim that is being deleted accepts nothing new below it, and its shares fail at once", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  await acme.apply(primary("ending.example", { delegates: ["coyote-org"] }), ingress("ending", ["ending.example"]));
  await acme.decided("ending.example", { phase: "OK" });
  await coyote.apply(shared("c.ending.example", { parent: "acme-org" }), ingress("ending", ["c.ending.example"]));
  await story.serves("c.ending.example", "coyote-org/web");
  await story.serves("ending.example", "acme-org/web");
  await faults.add({ method: "DELETE", path: "^/routes/", count: 100, effect: { kind: "status", status: 500 } });
  await acme.remove("domain", "ending.example");
  await coyote.decided("c.ending.example", { phase: "Failed", reason: "DomainNotFound" });
  await coyote.apply(shared("new.ending.example", { parent: "acme-org" }), primary("ending.example"));
  await coyote.decided("new.ending.example", { phase: "Failed", reason: "DomainNotFound" });
  await coyote.decided("ending.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await story.heldBy("ending.example", "acme-org/ending.example");
  await faults.clear();
  await acme.gone("ending.example");
  await coyote.decided("ending.example", { phase: "OK" });
  // The own namespace is searched, too.
  await coyote.decided("new.ending.example", { phase: "OK", parent: "coyote-org" });
});

test("O9: a namespace is deleted with its claims, Ingresses and Services, and nothing keeps it", async () => {
  const guest = await story.team("guest-org");
  await guest.site();
  const hosts = ["g1.example", "g2.example", "g3.example"];
  await guest.apply(
    ...hosts.map((host) => primary(host)),
    shared("*.g1.example"),
    ingress("all", [...hosts, "*.g1.example"]),
  );
  for (const host of [...hosts, "x.g1.example"]) await story.serves(host, "guest-org/web");
  const deleted = await story.kubectl(["delete", "namespace", "guest-org"]);
  expect(deleted).toMatchObject({ code: 0 });
  for (const host of [...hosts, "*.g1.example"]) await story.heldBy(host, "");
  for (const host of [...hosts, "x.g1.example"]) await story.serves(host, nobody);
  await eventually(async () =>
    expect(await kongAdmin(story).tagged("services", "k8s-namespace:guest-org")).toEqual([]),
  );
});

test("O9: release says what goes down, and asks unless told --yes", async () => {
  await acme.apply(primary("asks.example"), ingress("asks", ["asks.example"]));
  await acme.decided("asks.example", { phase: "OK" });
  const typed = await acme.domain("release", "asks.example");
  expect(typed.code).toBe(1);
  expect(typed.stderr).toContain("asks");
  await acme.decided("asks.example", { phase: "OK" });
  expect(await acme.must("domain", "release", "asks.example", "--yes")).toContain("asks.example is free");
});

test("O9: a claim that is deleted while no controller runs stays Terminating, and goes when there is one", async () => {
  await acme.apply(primary("last.example"), ingress("last", ["last.example"]));
  await story.serves("last.example", "acme-org/web");
  await story.killController("SIGTERM");
  await acme.remove("domain", "last.example");
  expect((await acme.claim("last.example"))?.metadata).toMatchObject({
    finalizers: ["kolihub.io/kong"],
    deletionTimestamp: expect.any(String) as string,
  });
  await story.startController();
  await acme.gone("last.example");
  await story.heldBy("last.example", "");
  await story.serves("last.example", nobody);
});
