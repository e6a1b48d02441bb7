import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { alone } from "./support/lone-controller.ts";
import { ingress, primary } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { watchAnswers } from "./support/watcher.ts";

// Two nodes with two workers each, which take over what is written as a Kong does by its own settings.
const timing = ["--worker-state-update-frequency", "5", "--db-update-frequency", "5"];
const gatewayArgs = ["--nodes", "2", "--workers", "2", "--seed", "5", ...timing];

/** Milliseconds for which visitors look on: more than a worker's period. */
const lookMs = 12_000;

let story: Story;
let acme: Team;

beforeAll(async () => {
  story = await startStory({ controller: 0, gatewayArgs });
  await story.startController(1, [...alone, "--proxy-url", story.nodeUrls.join(",")]);
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

test("X3: a claim is Routing until visitors see it; from when --wait=live has come back, every worker of every node answers", async () => {
  const host = "shown.example";
  const watcher = watchAnswers(story, host);
  await acme.apply(ingress("web", [host]));
  const { code, stderr, stdout } = await acme.domain("claim", host, "--wait=live");
  const since = performance.now();
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("the gateway has shown that it answers for it");
  expect(stdout).toContain("Routing: Kong has all that is asked for shown.example, and the gateway has yet to show");
  await sleep(lookMs);
  const answersSince = (node: string): readonly string[] =>
    watcher.seen.filter((one) => one.node === node && one.at > since).map(({ by }) => by);
  for (const node of story.nodeUrls)
    await eventually(() => expect(answersSince(node).length, node).toBeGreaterThan(50));
  await watcher.stop();
  const before = watcher.seen.filter(({ at }) => at < since);
  expect(new Set(before.map(({ by }) => by))).toContain("404");
  for (const node of story.nodeUrls) expect([...new Set(answersSince(node))], node).toEqual(["acme-org"]);
});

test("X3: so it is with a redirect of its own, in the place of routes that answer until then", async () => {
  const host = "moved.example";
  await acme.apply(primary(host), ingress("moved", [host]));
  await acme.decided(host, { stage: "Live" });
  await acme.must("domain", "redirect", host, "--to", "shown.example");
  await acme.decided(host, { stage: "Redirecting" });
  const watcher = watchAnswers(story, host);
  await sleep(lookMs);
  await watcher.stop();
  expect([...new Set(watcher.seen.map(({ by }) => by))]).toEqual(["308"]);
});
