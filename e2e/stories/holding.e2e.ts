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
  story = await startStory({ controllerArgs: ["--released-records-per-namespace=3"] });
  [acme, coyote, marvin] = await story.teams("acme-org", "coyote-org", "marvin-org");
});

afterAll(() => story.stop());

/** Returns when claims that are created from now on are younger, by their whole seconds, than the host's claim. */
async function aSecondAfter(team: Team, host: string): Promise<void> {
  const created = Date.parse((await team.claim(host))?.metadata.creationTimestamp ?? "");
  await eventually(() => expect(Date.now()).toBeGreaterThanOrEqual(created + 1000));
}

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

test("O1: the register's record is named after the host, and every tenant reads it", async () => {
  await acme.apply(primary("o1.example"), shared("*.o1.example"), shared("www.o1.example"));
  await acme.decided("*.o1.example", { phase: "OK" });
  await acme.decided("www.o1.example", { phase: "OK" });
  const { stdout } = await coyote.kubectl(["get", "hr", "o1.example", "wc--any.o1.example", "www.o1.example"]);
  const rows = stdout.trim().split("\n").map((line) => line.split(/\s+/).slice(0, 4));
  expect(rows).toEqual([
    ["NAME", "KIND", "NAMESPACE", "CLAIM"],
    ["o1.example", "primary", "acme-org", "o1.example"],
    ["wc--any.o1.example", "shared", "acme-org", "any.o1.example"],
    ["www.o1.example", "shared", "acme-org", "www.o1.example"],
  ]);
});

test("O1: a record that an administrator deletes is written again, for the claim that held the host", async () => {
  await acme.apply(primary("o1b.example"));
  await acme.decided("o1b.example", { phase: "OK" });
  await aSecondAfter(acme, "o1b.example");
  await coyote.apply(primary("o1b.example"));
  await coyote.decided("o1b.example", { reason: "AlreadyClaimed" });
  await story.kubectl(["delete", "hr", "o1b.example"]);
  await story.heldBy("o1b.example", "acme-org/o1b.example");
  await acme.decided("o1b.example", { phase: "OK" });
  await coyote.decided("o1b.example", { reason: "AlreadyClaimed" });
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
  await aSecondAfter(marvin, "queue.example");
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

test("O2: the record keeps no list of those who wait", async () => {
  await acme.apply(primary("crowd.example"));
  await acme.decided("crowd.example", { phase: "OK" });
  const before = await story.record("crowd.example");
  await coyote.apply(...["crowd-a", "crowd-b", "crowd-c"].map((name) => primary("crowd.example", { name })));
  await coyote.decided("crowd-c", { reason: "AlreadyClaimed" });
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
  expect((await story.record("ghost.example"))?.spec.history?.[0]).toMatchObject({ namespace: "acme-org", reason: "Deleted" });
});

test("O8: status is a subresource that no tenant may write, and a status that comes with a claim is dropped", async () => {
  await acme.apply(primary("o8.example"));
  await acme.decided("o8.example", { phase: "OK" });
  const forged = { status: { phase: "OK", reason: "Held", message: "mine", host: "o8.example" } };
  await coyote.apply({ ...primary("o8.example"), ...forged });
  const { message } = await coyote.decided("o8.example", { phase: "Failed", reason: "AlreadyClaimed" });
  expect(message).not.toBe("mine");
  const path = "/apis/platform.koli.io/v1/namespaces/coyote-org/domains/o8.example/status";
  const written = await coyote.kubectl(["replace", "--raw", path, "-f", "-"], { input: JSON.stringify(forged) });
  expect(written.stderr).toContain('cannot update resource "domains/status"');
});

test("O8: the controller writes status by server-side apply with one field manager", async () => {
  await acme.apply(primary("o8b.example"));
  await acme.decided("o8b.example", { phase: "OK" });
  const writers = (await acme.claim("o8b.example"))?.metadata.managedFields?.filter(({ subresource }) => subresource === "status");
  expect(writers).toMatchObject([{ manager: "domain-claims", operation: "Apply", subresource: "status" }]);
});

test("O8: nothing is decided from a status: a forged one changes nothing and is put right", async () => {
  await Promise.all([acme.site("o8c"), coyote.site("o8c")]);
  const route = ingress("o8c", ["o8c.example"], { paths: [{ service: "o8c" }] });
  await acme.apply(primary("o8c.example"), route);
  await story.serves("o8c.example", "acme-org/o8c");
  await coyote.apply(primary("o8c.example"), route);
  await coyote.decided("o8c.example", { reason: "AlreadyClaimed" });
  const customer = await visitor(story, "o8c.example");
  // Not even an administrator's hand in the status gives a host away.
  const forged = { status: { phase: "OK", reason: "Held", holder: "coyote-org/o8c.example", message: "forged" } };
  const args = ["patch", "domain", "o8c.example", "--subresource=status", "--type=merge", "-p", JSON.stringify(forged)];
  expect(await story.kubectl(args, { namespace: "coyote-org" })).toMatchObject({ code: 0 });
  await coyote.decided("o8c.example", { phase: "Failed", reason: "AlreadyClaimed", holder: "acme-org/o8c.example" });
  expect(await customer.leave()).toEqual(["acme-org/o8c"]);
});

test("O8: lastUpdateTime changes when phase or reason changes, not otherwise", async () => {
  await acme.apply(primary("o8d.example"));
  const before = await acme.decided("o8d.example", { phase: "OK" });
  await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(before.lastUpdateTime) + 1000));
  await acme.patch("domain", "o8d.example", { spec: { delegates: ["coyote-org"] } });
  await acme.condition("o8d.example", "DelegatesResolved", { status: "True" });
  await acme.decided("o8d.example", { phase: "OK", lastUpdateTime: before.lastUpdateTime, observedGeneration: 2 });
});

test("O10: a record keeps who held the host, from, to and why it ended, newest first and at most 20", async () => {
  const names = Array.from({ length: 22 }, (_, i) => `turn-${String(i).padStart(2, "0")}`);
  await marvin.apply(...names.map((name) => primary("turns.example", { name })));
  const holders: string[] = [];
  for (const _ of names) {
    const holder = await eventually(async () => {
      const found = (await story.record("turns.example"))?.spec.holder?.name;
      expect(found).toBeDefined();
      expect(holders).not.toContain(found);
      return found ?? "";
    });
    holders.push(holder);
    await marvin.remove("domain", holder);
  }
  await story.heldBy("turns.example", "");
  const history = (await story.record("turns.example"))?.spec.history ?? [];
  expect(history.map(({ name }) => name)).toEqual(holders.slice(2).reverse());
  for (const { from, to, reason } of history) {
    expect(Date.parse(from)).toBeLessThanOrEqual(Date.parse(to));
    expect(reason).toBe("Deleted");
  }
  expect((await acme.domain("whois", "turns.example")).stdout).toContain(holders.at(-1));
});

test("O10: a namespace leaves a bounded number of released records: the oldest go first", async () => {
  const zoe = await story.team("zoe-org");
  const old = ["old-a.example", "old-b.example"];
  const young = ["young-a.example", "young-b.example", "young-c.example"];
  await zoe.apply(...[...old, ...young].map((host) => primary(host)));
  for (const host of [...old, ...young]) await zoe.decided(host, { phase: "OK" });
  await zoe.remove("domain", ...old);
  const ends = await Promise.all(
    old.map((host) =>
      eventually(async () => {
        const to = (await story.record(host))?.spec.history?.[0]?.to;
        expect(to).toBeDefined();
        return Date.parse(to ?? "");
      }),
    ),
  );
  await eventually(() => expect(Date.now()).toBeGreaterThan(Math.max(...ends) + 1000));
  await zoe.remove("domain", ...young);
  for (const host of old) await eventually(async () => expect(await story.record(host)).toBeUndefined());
  for (const host of young) await story.heldBy(host, "");
  for (const host of young) expect((await story.record(host))?.spec.history).toHaveLength(1);
});
