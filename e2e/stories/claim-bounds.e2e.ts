import { afterAll, beforeAll, expect, test } from "vitest";
import { ingress, primary, shared } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// An administrator bounds how many claims of a namespace count (rule X1), and says which namespaces may claim primaries.

let story: Story;
let acme: Team;
let mallory: Team;

beforeAll(async () => {
  const bounds = ["--claims-per-namespace=3", "--waiting-claims-per-namespace=1"];
  story = await startStory({
    controllerArgs: [...bounds, "--primary-namespace-selector=tier in (gold, silver),!closed"],
  });
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await label("acme-org", "tier=gold");
  await acme.site();
  await acme.apply(primary("acme.example", { delegates: ["mallory-org"] }), ingress("acme", ["acme.example"]));
  await story.serves("acme.example", "acme-org/web");
});

afterAll(() => story.stop());

/** What an administrator says of a namespace. */
async function label(namespace: string, ...labels: readonly string[]): Promise<void> {
  const { code, stderr } = await story.kubectl(["label", "--overwrite", "namespace", namespace, ...labels]);
  expect(code, stderr).toBe(0);
}

test("a namespace that is not selected claims no primary, but what is shared with it; with the label it does, and keeps it", async () => {
  await mallory.apply(primary("mallory.example"), shared("m.acme.example", { parent: "acme-org" }));
  await mallory.decided("mallory.example", { phase: "Failed", reason: "PrimaryNotAllowed" });
  await mallory.decided("m.acme.example", { phase: "OK", reason: "Held" });
  await story.heldBy("mallory.example", "");

  await label("mallory-org", "tier=silver");
  await mallory.decided("mallory.example", { phase: "OK", reason: "Held" });
  await label("mallory-org", "closed=yes");
  await mallory.condition("mallory.example", "NameAllowed", { status: "False", reason: "PrimaryNotAllowed" });
  await mallory.decided("mallory.example", { phase: "OK", reason: "Held" });
  await label("mallory-org", "closed-");
});

test("X1: the oldest claims of a namespace count, the others are told, and nobody else waits for anything", async () => {
  await mallory.apply(primary("third.example"));
  await mallory.decided("third.example", { phase: "OK", reason: "Held" });
  await mallory.nextSecond("third.example");
  await mallory.apply(primary("fourth.example"));
  const { message } = await mallory.decided("fourth.example", { phase: "Failed", reason: "TooManyClaims" });
  expect(message).toContain("--claims-per-namespace");
  await mallory.told("Domain", "fourth.example", { type: "Warning", reason: "TooManyClaims" });
  await acme.apply(primary("second.example"));
  await acme.decided("second.example", { phase: "OK" });

  await mallory.remove("domain", "third.example");
  await mallory.decided("fourth.example", { phase: "OK", reason: "Held" });
});

test("X1: one claim of the namespace waits for what others hold, the next one is told, and comes after it", async () => {
  await mallory.remove("domain", "fourth.example", "mallory.example");
  await mallory.gone("mallory.example");
  await mallory.gone("fourth.example");
  await mallory.apply(primary("second.example"));
  await mallory.decided("second.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await mallory.nextSecond("second.example");
  await mallory.apply(primary("acme.example"));
  await mallory.decided("acme.example", { phase: "Failed", reason: "TooManyClaims" });
  await acme.remove("domain", "second.example");
  await mallory.decided("second.example", { phase: "OK", reason: "Held" });
  await mallory.decided("acme.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await story.heldBy("acme.example", "acme-org/acme.example");
  expect(await story.visit("acme.example")).toBe("acme-org/web");
});
