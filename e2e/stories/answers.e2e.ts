import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ingress, primary } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
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

test("X8: what is not served stands in the claim's status and in explain, with the command; that it is solved is told", async () => {
  const paths = [{ path: "/" }, { path: "/shop", service: "shop" }];
  await acme.apply(primary("answers.example"), ingress("answers", ["answers.example"], { paths }));
  await acme.condition("answers.example", "Ready", {
    status: "False",
    reason: "ServiceNotFound",
    message: expect.stringContaining("answers.example/shop is not served: there is no Service shop") as string,
  });
  await acme.decided("answers.example", {
    stage: "Routing",
    sources: [
      {
        ...{ kind: "Ingress", name: "answers", live: 1, refused: 1 },
        refusals: [{ path: "/shop", reason: "ServiceNotFound" }],
      },
    ],
  });
  for (const what of ["ingress/answers", "answers.example"]) {
    const { code, stdout } = await acme.domain("explain", what);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}answers\.example\/ +live$/m);
    expect(stdout).toMatch(/^ {2}answers\.example\/shop +ServiceNotFound +answers\.example\/shop is not served/m);
    expect(stdout).toContain("\n  kubectl ");
  }
  await acme.site("shop");
  await acme.condition("answers.example", "Ready", { status: "True", reason: "Live" });
  await acme.told("Ingress", "answers", {
    type: "Normal",
    reason: "Resolved",
    message: "no longer a problem: answers.example/shop",
  });
  expect((await acme.domain("explain", "ingress/answers")).stdout).toMatch(/answers\.example\/shop +live$/m);
});

test("kubectl wait, kubectl domain claim --wait=live and the column Ready say that it works", async () => {
  await acme.apply(ingress("ready", ["ready.example"]));
  const { code, stdout } = await acme.domain("claim", "ready.example", "--wait=live");
  expect(stdout).toContain("ready.example is held, and Kong has every route that is asked for");
  expect(code).toBe(0);
  await story.serves("ready.example", "acme-org/web");
  await acme.must("wait", "--for=condition=Ready", "domain/ready.example", "--timeout=150s");
  expect(await acme.must("get", "domains", "ready.example", "-o", "wide")).toMatch(/ +True +Live +acme-org\/ready/);
  const late = await coyote.domain("claim", "ready.example", "--wait=live");
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining("AlreadyClaimed") as string });
  await coyote.condition("ready.example", "Ready", { status: "False", reason: "AlreadyClaimed" });
  await acme.apply(primary("nothing.example"));
  await acme.condition("nothing.example", "Ready", { status: "True", reason: "Unasked" });
  const slow = await acme.domain("claim", "nothing.example", "--wait=live", "--timeout=1s");
  expect(slow.stderr).toContain(
    "nothing.example to be live: Unasked: nothing.example is held, and nothing in acme-org",
  );
});

test("an Ingress of nobody's class, with hosts that are not its namespace's, is explained with the commands that help", async () => {
  await acme.apply(primary("class.example"), ingress("class", ["class.example"], { className: "kogn" }));
  await acme.decided("class.example", { phase: "OK", stage: "Held" });
  const { stdout } = await acme.domain("explain", "ingress/class");
  const command = /kubectl (patch ingress class .*) -p '(.*)' -n acme-org$/m.exec(stdout) ?? [];
  await acme.must(...(command[1] ?? "").split(" "), "-p", command[2] ?? "");
  await story.serves("class.example", "acme-org/web");
  await coyote.apply(ingress("theirs", ["class.example", "unclaimed.example"]));
  await eventually(async () => {
    const theirs = (await coyote.domain("explain", "ingress/theirs")).stdout;
    expect(theirs).toMatch(/class\.example\/ +HostNotClaimed +class\.example is held by the primary claim/);
    expect(theirs).toContain("  kubectl domain claim unclaimed.example -n coyote-org\n");
  });
});
