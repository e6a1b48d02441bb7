import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { leads } from "./support/metrics.ts";
import { ingress, primary } from "./support/objects.ts";
import { startRelay } from "./support/relay.ts";
import { nobody, startStory } from "./support/story.ts";
import { watchAnswers } from "./support/watcher.ts";

test("who takes over serves nothing that was deleted while its connection to the API server was dead without a sign", async () => {
  const story = await startStory();
  onTestFinished(() => story.stop());
  const acme = await story.team("acme-org");
  await acme.site();
  const [leader] = story.runningControllers();
  const { kubeconfig, url } = story.cluster;
  const relay = await startRelay(new URL(url).host);
  onTestFinished(() => relay.close());
  const through = join(story.dataDir, "through-relay");
  writeFileSync(through, readFileSync(kubeconfig, "utf8").replaceAll(url, relay.url));
  const [standby] = await story.startController(1, ["--kubeconfig", through]);

  await acme.apply(primary("left.example"), ingress("left", ["left.example"]));
  await story.serves("left.example", "acme-org/web");
  relay.silence();
  await acme.must("delete", "ingress", "left");
  await story.serves("left.example", nobody);
  const watcher = watchAnswers(story, "left.example");
  await leader?.stop("SIGKILL");
  await eventually(async () => expect(await leads(standby)).toBe(true));
  await acme.apply(primary("after.example"), ingress("after", ["after.example"]));
  await story.serves("after.example", "acme-org/web");
  await watcher.stop();
  expect([...new Set(watcher.seen.map(({ by }) => by))]).toEqual(["404"]);
});
