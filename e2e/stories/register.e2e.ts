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

test("O1: the register's record is named after the host, and every tenant reads it", async () => {
  await acme.apply(primary("o1.example"), shared("*.o1.example"), shared("www.o1.example"));
  await acme.decided("*.o1.example", { phase: "OK" });
  await acme.decided("www.o1.example", { phase: "OK" });
  const { stdout } = await coyote.kubectl(["get", "hrec", "o1.example", "wc--any.o1.example", "www.o1.example"]);
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/).slice(0, 4));
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
  await acme.nextSecond("o1b.example");
  await coyote.apply(primary("o1b.example"));
  await coyote.decided("o1b.example", { reason: "AlreadyClaimed" });
  await story.kubectl(["delete", "hrec", "o1b.example"]);
  await story.heldBy("o1b.example", "acme-org/o1b.example");
  await acme.decided("o1b.example", { phase: "OK" });
  await coyote.decided("o1b.example", { reason: "AlreadyClaimed" });
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
  const writers = (await acme.claim("o8b.example"))?.metadata.managedFields?.filter(
    ({ subresource }) => subresource === "status",
  );
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

test("O10: a released record goes when its retention time is over, and one that is held stays", async () => {
  await marvin.apply(primary("past.example"), primary("present.example"));
  for (const host of ["past.example", "present.example"]) await marvin.decided(host, { phase: "OK" });
  await story.killController();
  await story.startController(1, ["--leader-election=false", "--record-retention=2s"]);
  await marvin.remove("domain", "past.example");
  await eventually(async () => expect(await story.record("past.example")).toBeUndefined());
  await story.heldBy("present.example", "marvin-org/present.example");
});
