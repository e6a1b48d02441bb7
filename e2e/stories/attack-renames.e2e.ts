import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { kongAdmin } from "./support/kong.ts";
import { domain, ingress, primary } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

let story: Story;
let acme: Team;
let mallory: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
});

afterAll(() => story.stop());

/** A primary claim whose host takes the place of another claim's. */
function renaming(host: string, of: string): Manifest {
  return domain(host, { primary: host, renames: of });
}

/** Where a visitor of the host is sent, or the gateway's status. */
async function sentFrom(host: string): Promise<string> {
  const { status, headers } = await story.request({ host });
  return headers.location ?? String(status);
}

test("N2: onto a name that somebody waits for it is an ordinary refusal, and who came first gets it", async () => {
  await acme.apply(primary("mine.example"), ingress("mine", ["mine.example"]), primary("wanted.example"));
  await acme.decided("wanted.example", { phase: "OK" });
  await acme.nextSecond("wanted.example");
  await mallory.apply(primary("wanted.example"), ingress("wanted", ["wanted.example"]));
  await mallory.decided("wanted.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await mallory.nextSecond("wanted.example");
  const visits = await visitor(story, "mine.example/");
  const claimed = await acme.domain("rename", "mine.example", "wanted.example");
  expect(claimed).toMatchObject({ code: 1, stderr: expect.stringContaining("what a claim renames never changes") as string }); // prettier-ignore
  await acme.must("domain", "release", "wanted.example", "--yes");
  const late = await acme.domain("rename", "mine.example", "wanted.example");
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining("AlreadyClaimed") as string });
  await story.serves("wanted.example", "mallory-org/web");
  expect(await visits.leave()).toEqual(["acme-org/web"]);
  await acme.must("domain", "release", "wanted.example", "--yes");
});

test("N2: another namespace's claim renames nothing of ours, and gets nothing of what our Ingresses say", async () => {
  await mallory.apply(renaming("steals.example", "mine.example"));
  await mallory.condition("steals.example", "Renamed", { status: "False", reason: "OldNameNotHeld" });
  expect([await story.visit("mine.example"), await story.visit("steals.example")]).toEqual(["acme-org/web", nobody]);
});

test("N2: claims that rename each other in a circle, or one claim twice, are told so, and touch nothing", async () => {
  // Of three, a rename between the first two could be done before the third closes the circle.
  await mallory.apply(renaming("a.circle.test", "b.circle.test"), renaming("b.circle.test", "a.circle.test"));
  for (const one of ["a", "b"])
    await mallory.condition(`${one}.circle.test`, "Ready", { status: "False", reason: "RenameCircle" });
  await acme.apply(
    primary("twice.example"),
    ingress("twice", ["twice.example"]),
    renaming("first.example", "twice.example"),
  );
  await acme.condition("first.example", "Renamed", { status: "True", reason: "Renamed" });
  await acme.apply(renaming("second.example", "twice.example"));
  await acme.condition("second.example", "Renamed", { status: "False", reason: "OldNameRenamed" });
  await eventually(async () => expect(await sentFrom("twice.example")).toBe("http://first.example/"));
  expect(await sentFrom("second.example")).toBe("404");
});

test("N2: a rename that flaps loses no visitor of the old name, and leaves nothing in Kong", async () => {
  await acme.apply(primary("flap.example"), ingress("flap", ["flap.example"]));
  await story.serves("flap.example", "acme-org/web");
  const visits = await visitor(story, "flap.example/");
  for (let i = 0; i < 8; i++) {
    await acme.apply(renaming("flapped.example", "flap.example"));
    if (i % 2 === 0) await acme.condition("flapped.example", "Renamed", { status: "True", reason: "Renamed" });
    await acme.remove("domain", "flapped.example");
    await acme.gone("flapped.example");
  }
  await story.serves("flap.example", "acme-org/web");
  expect([...(await visits.leave())].sort()).toEqual(["308 redirecting", "acme-org/web"]);
  await eventually(async () => {
    const left = (await kongAdmin(story).tagged("services")).filter(({ name }) => name?.includes("flap.example"));
    expect([left, await kongAdmin(story).routesOf("flapped.example")]).toEqual([[], []]);
  });
});
