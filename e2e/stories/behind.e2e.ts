import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { alone } from "./support/lone-controller.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { watchAnswers } from "./support/watcher.ts";
import type { Watcher } from "./support/watcher.ts";

// Two nodes with two workers each hear of what is written, and take it over, by timers of their own: as often as a Kong does by its defaults.
const timing = ["--worker-state-update-frequency", "5", "--db-update-frequency", "5"];
const gatewayArgs = ["--nodes", "2", "--workers", "2", ...timing, "--seed", "11"];

let story: Story;
let acme: Team;
let next: Team;

beforeAll(async () => {
  story = await startStory({ controller: 0, gatewayArgs });
  [acme, next] = await story.teams("acme-org", "next-org");
  await Promise.all([acme.site(), next.site()]);
});

afterAll(() => story.stop());

/** When the register first named the namespace as the host's holder. */
async function heldSince(host: string, namespace: string): Promise<number> {
  const isHeld = async (): Promise<number> => {
    expect((await story.record(host))?.spec.holder?.namespace).toBe(namespace);
    return performance.now();
  };
  return eventually(isHeld, undefined, 40);
}

/** Waits until every node serves the namespace's backend. */
async function served(watcher: Watcher, namespace: string): Promise<void> {
  await eventually(() => {
    for (const node of story.nodeUrls)
      expect(
        watcher.seen
          .filter((one) => one.node === node)
          .slice(-10)
          .map(({ by }) => by),
      ).toEqual(Array.from({ length: 10 }, () => namespace));
  });
}

/** What others than the holder answered since then. */
function intruders(watcher: Watcher, since: number, holder: string): readonly string[] {
  const late = watcher.seen.filter(({ at, by }) => at > since && /-org$/.test(by) && by !== holder);
  return late.map(({ at, by, node }) => `${by} at ${node} ${String(Math.round(at - since))} ms later`);
}

const ways = [
  ["proof by asking", "asked", (): string[] => ["--proxy-url", story.nodeUrls.join(",")]],
  ["the settle time that Kong's own settings come to", "settled", (): string[] => []],
] as const;

describe.each(ways)("with %s", (_way, name, settings) => {
  beforeAll(async () => {
    await story.startController(1, [...alone, ...settings()]);
  });

  afterEach(async () => {
    await Promise.all([acme, next].map((team) => team.kubectl(["delete", "ingress", "--all"])));
  });

  afterAll(async () => {
    for (const controller of story.runningControllers()) await controller.stop();
  });

  test("X3: the last holder's backend answers nobody any more when the register names the next one", async () => {
    const host = `${name}.example`;
    await acme.apply(primary(host), ingress("web", [host]));
    const watcher = watchAnswers(story, host);
    await served(watcher, "acme-org");
    await next.apply(primary(host), ingress("web", [host]));
    await acme.must("domain", "release", host, "--yes", "--wait=false");
    const since = await heldSince(host, "next-org");
    await served(watcher, "next-org");
    await watcher.stop();
    expect(intruders(watcher, since, "next-org")).toEqual([]);
  });

  test("X3: a live wildcard serves no name below it any more when the register gives that to somebody else", async () => {
    const host = `wild-${name}.example`;
    await acme.apply(primary(host, { delegates: ["next-org"] }), shared(`*.${host}`), ingress("any", [`*.${host}`]));
    const watcher = watchAnswers(story, `b.${host}`);
    await served(watcher, "acme-org");
    await next.apply(shared(`b.${host}`, { parent: "acme-org" }), ingress("b", [`b.${host}`]));
    const since = await heldSince(`b.${host}`, "next-org");
    await served(watcher, "next-org");
    await watcher.stop();
    expect(intruders(watcher, since, "next-org")).toEqual([]);
  });

  test("X6: a new wildcard never answers for a name two labels below it, whichever comes first: route or function", async () => {
    const host = `deep-${name}.example`;
    await acme.apply(primary(host), shared(`*.${host}`));
    const watcher = watchAnswers(story, `a.b.${host}`);
    const one = watchAnswers(story, `a.${host}`);
    for (let round = 0; round < 3; round++) {
      await acme.apply(ingress("any", [`*.${host}`]));
      await served(one, "acme-org");
      await acme.remove("ingress", "any");
      await eventually(() => expect(one.seen.slice(-20).every(({ by }) => by === "404")).toBe(true));
    }
    await Promise.all([watcher.stop(), one.stop()]);
    expect(intruders(watcher, 0, "nobody")).toEqual([]);
  });
});
