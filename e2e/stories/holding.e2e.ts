import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

let story: Story;
let acme: Team;
let coyote: Team;
let marvin: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, coyote, marvin] = await story.teams("acme-org", "coyote-org", "marvin-org");
});

afterAll(() => story.stop());

test("O1: of many claims for one host, made at once in two namespaces, exactly one holds", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `rush-${String(i)}`);
  const all = names.map((name) => primary("rush.example", { name }));
  await Promise.all([acme.apply(...all), coyote.apply(...all)]);
  const phases = async (team: Team): Promise<readonly (string | undefined)[]> =>
    Promise.all(names.map(async (name) => (await team.claim(name))?.status?.phase));
  await eventually(async () => {
    const found = [...(await phases(acme)), ...(await phases(coyote))].sort();
    expect(found).toEqual([...Array.from({ length: 39 }, () => "Failed"), "OK"]);
  });
  const holder = (await story.record("rush.example"))?.spec.holder;
  const winner = holder?.namespace === "acme-org" ? acme : coyote;
  expect((await winner.claim(holder?.name ?? ""))?.status?.phase).toBe("OK");
  await Promise.all([acme.remove("domain", ...names), coyote.remove("domain", ...names)]);
  await story.heldBy("rush.example", "");
});

test("O2: a holder never loses anything because somebody else created something", async () => {
  await Promise.all([acme.site(), coyote.site()]);
  await acme.apply(primary("o2.example"), ingress("o2", ["o2.example"]));
  await story.serves("o2.example", "acme-org/web");
  const customer = await visitor(story, "o2.example");
  await coyote.apply(ingress("o2", ["o2.example"]), primary("o2.example"), primary("o2.example", { name: "again" }));
  await coyote.apply(shared("any.o2.example"), primary("www.o2.example"));
  await coyote.decided("o2.example", { phase: "Failed" });
  await coyote.decided("again", { phase: "Failed" });
  await coyote.decided("any.o2.example", { phase: "Failed" });
  await coyote.decided("www.o2.example", { phase: "Failed" });
  await acme.apply(primary("o2.example", { name: "own-second" }));
  await acme.decided("own-second", { phase: "Failed", reason: "AlreadyClaimed" });
  await acme.decided("o2.example", { phase: "OK" });
  expect(await customer.leave()).toEqual(["acme-org/web"]);
});

test("O2: the loser gets AlreadyClaimed, and the message names kind and namespace of the holder", async () => {
  await acme.apply(primary("o2b.example", { delegates: ["*"] }));
  await acme.decided("o2b.example", { phase: "OK" });
  await coyote.apply(primary("o2b.example"), shared("shop.o2b.example", { parent: "acme-org" }));
  await coyote.decided("shop.o2b.example", { phase: "OK" });
  const { message } = await coyote.decided("o2b.example", { reason: "AlreadyClaimed", holder: "acme-org/o2b.example" });
  expect(message).toContain("held by the primary claim o2b.example in namespace acme-org");
  await acme.apply(primary("shop.o2b.example"));
  const { message: other } = await acme.decided("shop.o2b.example", { phase: "Failed", reason: "AlreadyClaimed" });
  expect(other).toContain("held by the shared claim shop.o2b.example in namespace coyote-org");
  const typed = await marvin.domain("claim", "o2b.example", "--primary");
  expect(typed).toMatchObject({ code: 1, stderr: expect.stringContaining("acme-org") as string });
});

test("O2: a host that becomes free is taken by the oldest waiting claim, and its routes go live by themselves", async () => {
  await Promise.all([acme, coyote, marvin].map((team) => team.site("queue")));
  const route = ingress("queue", ["queue.example"], { paths: [{ service: "queue" }] });
  await acme.apply(primary("queue.example"), route);
  await acme.decided("queue.example", { phase: "OK" });
  await marvin.apply(primary("queue.example"), route);
  await marvin.nextSecond("queue.example");
  await coyote.apply(primary("queue.example"), route);
  await coyote.decided("queue.example", { reason: "AlreadyClaimed", holder: "acme-org/queue.example" });
  await story.serves("queue.example", "acme-org/queue");
  await acme.must("domain", "release", "queue.example", "--yes");
  await marvin.decided("queue.example", { phase: "OK" });
  await story.serves("queue.example", "marvin-org/queue");
  await coyote.decided("queue.example", { reason: "AlreadyClaimed", holder: "marvin-org/queue.example" });
});

test("O2: of waiting claims that are of one second, the one with the smaller UID takes the host", async () => {
  await acme.apply(primary("uid.example"));
  await acme.decided("uid.example", { phase: "OK" });
  const names = ["uid-a", "uid-b", "uid-c", "uid-d"];
  await coyote.apply(...names.map((name) => primary("uid.example", { name })));
  const claims = await Promise.all(
    names.map(async (name) => {
      await coyote.decided(name, { reason: "AlreadyClaimed" });
      const { creationTimestamp = "", uid = "" } = (await coyote.claim(name))?.metadata ?? {};
      return { name, order: `${creationTimestamp} ${uid}` };
    }),
  );
  const [first] = claims.sort((a, b) => (a.order < b.order ? -1 : 1));
  await acme.remove("domain", "uid.example");
  await story.heldBy("uid.example", `coyote-org/${first?.name ?? ""}`);
});

test("O2: a claim that is deleted and made anew at once is another claim: who waited comes first", async () => {
  await acme.apply(primary("again.example"));
  await acme.decided("again.example", { phase: "OK" });
  await coyote.apply(primary("again.example"));
  await coyote.decided("again.example", { reason: "AlreadyClaimed" });
  await coyote.nextSecond("again.example");
  await acme.must("delete", "domain", "again.example");
  await acme.apply(primary("again.example"));
  await coyote.decided("again.example", { phase: "OK" });
  await acme.decided("again.example", { phase: "Failed", reason: "AlreadyClaimed" });
});

test("O2: the record keeps no list of those who wait", async () => {
  await acme.apply(primary("crowd.example"));
  await acme.decided("crowd.example", { phase: "OK" });
  const before = await story.record("crowd.example");
  const names = ["crowd-a", "crowd-b", "crowd-c"];
  await coyote.apply(...names.map((name) => primary("crowd.example", { name })));
  for (const name of names) await coyote.decided(name, { reason: "AlreadyClaimed" });
  expect(await story.record("crowd.example")).toEqual(before);
});

test("O2a: only a claim that is OK holds: one that fails releases its record, and is told why", async () => {
  await acme.apply(primary("o2a.example", { delegates: ["coyote-org"] }));
  await acme.decided("o2a.example", { phase: "OK" });
  await coyote.apply(shared("shop.o2a.example", { parent: "acme-org" }));
  await story.heldBy("shop.o2a.example", "coyote-org/shop.o2a.example");
  await acme.must("domain", "unshare", "o2a.example", "--with", "coyote-org", "--yes");
  await coyote.decided("shop.o2a.example", { phase: "Failed", reason: "NotDelegated" });
  await story.heldBy("shop.o2a.example", "");
  const [tenure] = (await story.record("shop.o2a.example"))?.spec.history ?? [];
  expect(tenure).toMatchObject({ namespace: "coyote-org", name: "shop.o2a.example", reason: "NotDelegated" });
});

test("O2a: a Failed claim holds nothing, blocks nobody, and takes part again the moment the reason is gone", async () => {
  await coyote.apply(shared("shop.o2c.example"));
  await coyote.decided("shop.o2c.example", { phase: "Failed", reason: "DomainNotFound" });
  await acme.apply(primary("o2c.example", { delegates: ["*"] }));
  await acme.decided("o2c.example", { phase: "OK" });
  await marvin.apply(shared("shop.o2c.example", { parent: "acme-org" }));
  await marvin.decided("shop.o2c.example", { phase: "OK" });
  await coyote.patch("domain", "shop.o2c.example", { spec: { parent: "acme-org" } });
  await coyote.decided("shop.o2c.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await marvin.remove("domain", "shop.o2c.example");
  await coyote.decided("shop.o2c.example", { phase: "OK" });
});

test("O2a: a record whose holder vanished while no controller ran is released once the API server says so", async () => {
  await acme.site("ghost");
  await acme.apply(primary("ghost.example"), ingress("ghost", ["ghost.example"], { paths: [{ service: "ghost" }] }));
  await story.serves("ghost.example", "acme-org/ghost");
  await story.killController("SIGTERM");
  await acme.patch("domain", "ghost.example", { metadata: { finalizers: null } });
  await acme.remove("domain", "ghost.example");
  await acme.gone("ghost.example");
  await coyote.apply(primary("ghost.example"));
  expect(await story.visit("ghost.example")).toBe("acme-org/ghost");
  await story.startController();
  await coyote.decided("ghost.example", { phase: "OK" });
  await story.serves("ghost.example", "404 no Route matched with those values");
  expect((await story.record("ghost.example"))?.spec.history?.[0]).toMatchObject({
    namespace: "acme-org",
    reason: "Deleted",
  });
});
