import { afterAll, beforeAll, expect, test } from "vitest";
import { paths } from "../support/world/objects.ts";
import { metric } from "./support/metrics.ts";
import { ingress, primary } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Mallory holds a host of her own, and tries to keep the controller so busy with it that nobody else is served.

let story: Story;
let acme: Team;
let mallory: Team;

const crowd = 1000;
const lanes = 16;

beforeAll(async () => {
  story = await startStory();
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
  await acme.apply(primary("acme.example"), ingress("acme", ["acme.example"]));
  await mallory.apply(primary("mallory.example"), ingress("first", ["mallory.example"]));
  await story.serves("acme.example", "acme-org/web");
  await story.serves("mallory.example", "mallory-org/web");
});

afterAll(() => story.stop());

/** Has somebody else's host claimed, served and released, while the crowd is there. */
async function othersGoOn(host: string): Promise<void> {
  await acme.apply(primary(host), ingress(host, [host]));
  await story.serves(host, "acme-org/web");
  await acme.remove("ingress", host);
  await story.serves(host, nobody);
}

async function everyone(act: (number: number) => Promise<unknown>): Promise<void> {
  const numbers = Array.from({ length: crowd }, (_, i) => i).values();
  const lane = async (): Promise<void> => {
    for (const number of numbers) await act(number);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

test("L8: a thousand Ingresses of one tenant for one host, touched again and again, hold up nobody else", async () => {
  const { api } = story.cluster;
  const path = paths.ingresses("mallory-org");
  const made = everyone((i) => api.must("POST", path, ingress(`crowd-${String(i)}`, ["mallory.example"])));
  await othersGoOn("one.example");
  await made;
  for (let round = 0; round < 5; round++) {
    await mallory.kubectl([
      "annotate",
      "ingress",
      "first",
      `konghq.com/strip-path=${String(round % 2 === 0)}`,
      "--overwrite",
    ]);
    await othersGoOn(`round-${String(round)}.example`);
  }
  await story.serves("mallory.example", "mallory-org/web");
  const [leader] = story.runningControllers();
  expect(await metric(leader, "domain_claims_leader")).toBe(1);

  await story.killController();
  await story.startController();
  await othersGoOn("after-a-restart.example");

  await api.must("DELETE", path);
  await story.serves("mallory.example", nobody);
  await othersGoOn("at-last.example");
});
