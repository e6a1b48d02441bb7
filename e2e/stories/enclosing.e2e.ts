import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ingress, primary } from "./support/objects.ts";
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
  await coyote.site();
});

afterAll(() => story.stop());

test("O3: a primary strictly below another namespace's primary is refused, with the command that its owner can type", async () => {
  await acme.apply(primary("o3.example"));
  await acme.decided("o3.example", { phase: "OK" });
  await coyote.apply(primary("coyote.o3.example"), primary("deep.down.o3.example"));
  const { message } = await coyote.decided("coyote.o3.example", {
    phase: "Failed",
    reason: "ParentClaimed",
    parent: "acme-org",
  });
  expect(message).toContain("kubectl domain share o3.example --with coyote-org -n acme-org");
  await coyote.decided("deep.down.o3.example", { phase: "Failed", reason: "ParentClaimed" });
  await acme.must("domain", "share", "o3.example", "--with", "coyote-org", "-n", "acme-org");
  await coyote.decided("coyote.o3.example", { phase: "OK", parent: "acme-org" });
  await coyote.decided("deep.down.o3.example", { phase: "OK", parent: "acme-org" });
});

test("O3: the own namespace's primary encloses no one of its own out", async () => {
  await acme.apply(primary("o3own.example"), primary("shop.o3own.example"));
  await acme.decided("shop.o3own.example", { phase: "OK" });
});

test("O3: the nearest enclosing primary decides: nothing above it matters", async () => {
  await acme.apply(primary("near.example", { delegates: ["coyote-org"] }));
  await acme.decided("near.example", { phase: "OK" });
  await coyote.apply(primary("coyote.near.example", { delegates: ["marvin-org"] }));
  await coyote.decided("coyote.near.example", { phase: "OK" });
  await coyote.apply(primary("own.coyote.near.example"));
  await coyote.decided("own.coyote.near.example", { phase: "OK", parent: "coyote-org" });
  await marvin.apply(primary("m.coyote.near.example"), primary("m.near.example"));
  await marvin.decided("m.coyote.near.example", { phase: "OK", parent: "coyote-org" });
  await marvin.decided("m.near.example", { phase: "Failed", reason: "ParentClaimed", parent: "acme-org" });
  await acme.apply(primary("m2.coyote.near.example"));
  const { message } = await acme.decided("m2.coyote.near.example", { phase: "Failed", reason: "ParentClaimed" });
  expect(message).toContain("kubectl domain share coyote.near.example --with acme-org -n coyote-org");
});

test("O3: a primary above names which others hold is granted; those names stay with their holders, and status says so", async () => {
  await coyote.apply(primary("shop.carve.example"), ingress("carve", ["shop.carve.example"]));
  await story.serves("shop.carve.example", "coyote-org/web");
  const customer = await visitor(story, "shop.carve.example");
  await acme.apply(primary("carve.example"));
  const { message } = await acme.decided("carve.example", { phase: "OK" });
  expect(message).toContain("1 name below it stays with its holder: shop.carve.example (coyote-org)");
  await coyote.decided("shop.carve.example", { phase: "OK" });
  expect(await customer.leave()).toEqual(["coyote-org/web"]);
});

test("O3: a carve-out is never lost to an enclosing primary that comes later, whatever that one's delegates say", async () => {
  await coyote.apply(primary("shop.late.example"));
  await coyote.decided("shop.late.example", { phase: "OK" });
  await acme.apply(primary("late.example", { delegates: ["coyote-org"] }));
  await acme.decided("late.example", { phase: "OK" });
  await acme.must("domain", "unshare", "late.example", "--with", "coyote-org", "--yes");
  await acme.decided("late.example", { phase: "OK", observedGeneration: 2 });
  await coyote.patch("domain", "shop.late.example", { metadata: { labels: { touched: "yes" } } });
  await acme.remove("domain", "late.example");
  await acme.gone("late.example");
  await coyote.decided("shop.late.example", { phase: "OK" });
  expect((await story.record("shop.late.example"))?.spec.holder?.authority).toEqual({ kind: "none" });
});

test("O3: only OK primaries enclose", async () => {
  await acme.apply(primary("only.example"));
  await acme.decided("only.example", { phase: "OK" });
  await coyote.apply(primary("failed.only.example"));
  await coyote.decided("failed.only.example", { phase: "Failed", reason: "ParentClaimed" });
  await acme.apply(primary("x.failed.only.example"));
  await acme.decided("x.failed.only.example", { phase: "OK", parent: "acme-org" });
});

test("O3: AlreadyClaimed is said before ParentClaimed", async () => {
  await acme.apply(primary("first.example"), primary("www.first.example"));
  await acme.decided("www.first.example", { phase: "OK" });
  await coyote.apply(primary("www.first.example"));
  await coyote.decided("www.first.example", { phase: "Failed", reason: "AlreadyClaimed" });
});

test("O3: a primary granted by delegation is decided again when the primary above goes, and then stands on its own", async () => {
  await acme.apply(primary("stands.example", { delegates: ["coyote-org"] }));
  await acme.decided("stands.example", { phase: "OK" });
  await coyote.apply(primary("shop.stands.example"), ingress("stands", ["shop.stands.example"]));
  await story.serves("shop.stands.example", "coyote-org/web");
  expect((await story.record("shop.stands.example"))?.spec.holder?.authority).toMatchObject({
    kind: "delegation",
    host: "stands.example",
  });
  await acme.remove("domain", "stands.example");
  await eventually(async () =>
    expect((await story.record("shop.stands.example"))?.spec.holder?.authority).toEqual({ kind: "none" }),
  );
  await coyote.decided("shop.stands.example", { phase: "OK" });
  await marvin.apply(primary("stands.example"));
  await marvin.decided("stands.example", { phase: "OK" });
  await coyote.decided("shop.stands.example", { phase: "OK" });
  await story.serves("shop.stands.example", "coyote-org/web");
});

test("O3: when the primary above goes, the next enclosing one decides", async () => {
  await acme.apply(primary("next.example", { delegates: ["coyote-org"] }));
  await acme.decided("next.example", { phase: "OK" });
  await coyote.apply(primary("mid.next.example", { delegates: ["marvin-org", "acme-org"] }));
  await coyote.decided("mid.next.example", { phase: "OK" });
  await marvin.apply(primary("leaf.mid.next.example"));
  await marvin.decided("leaf.mid.next.example", { phase: "OK", parent: "coyote-org" });
  await acme.apply(primary("own.mid.next.example"));
  await acme.decided("own.mid.next.example", { phase: "OK", parent: "coyote-org" });
  await coyote.remove("domain", "mid.next.example");
  await marvin.decided("leaf.mid.next.example", { phase: "Failed", reason: "ParentClaimed", parent: "acme-org" });
  await acme.decided("own.mid.next.example", { phase: "OK", parent: "acme-org" });
});
