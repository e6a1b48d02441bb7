import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agreed } from "./conformance/agreed.ts";
import { kongUnderTest } from "./conformance/kong-under-test.ts";
import { Placeholders } from "./conformance/match.ts";
import { riskyLast } from "./conformance/outranking.ts";
import { notDone } from "./conformance/proxy-not-done.ts";
import { readScenarios, withPorts, type AdminCall, type Scenario } from "./conformance/proxy-recording.ts";
import { replay } from "./conformance/proxy-replay.ts";
import { stepsBefore } from "./conformance/proxy-steps.ts";
import { ProxyWorld } from "./conformance/proxy-world.ts";
import { recordingsFolder } from "./conformance/recordings.ts";
import { ROUTING } from "./conformance/routing.ts";
import { routesOfRow, routeThatAnswers } from "./conformance/routing-calls.ts";

const folder = recordingsFolder();
let world: ProxyWorld;

beforeAll(async () => {
  world = await ProxyWorld.start(await kongUnderTest());
  if (folder === undefined)
    console.warn("no recordings of a real Kong (KONG_RECORDINGS): only the table of facts runs");
});

afterAll(() => world.close());

describe("the table of routing facts", () => {
  test.each(ROUTING.map((row) => [row.fact, row] as const))("%s", async (_, row) => {
    await world.clear();
    for (const call of routesOfRow(row, world.ports)) expect(await world.call(call), call.path).toBe(200);
    await world.settle();
    for (const [ask, route] of row.requests) {
      const wrong = await agreed(world.kong, async () => {
        const answered = await routeThatAnswers(world.kong.proxy, ask).catch(String);
        return answered === route ? undefined : `${answered} answers instead of ${route}`;
      });
      expect(wrong, JSON.stringify(ask)).toBeUndefined();
    }
  });
});

if (folder !== undefined) {
  const pemFolder = join(folder, "pem");
  describe.each(["proxy-wildcards.json", "proxy.json"])("what a real Kong did (%s)", (file) => {
    for (const scenario of riskyLast(readScenarios(folder, file))) {
      test(scenario.name, async () => {
        if (scenario.continues !== true) await world.clear();
        const differences = await play(scenario, pemFolder);
        expect(differences).toEqual([]);
      });
    }
  });
}

/** Plays a scenario; what differs and should not, and what does not differ although the list says so. */
async function play(scenario: Scenario, pemFolder: string): Promise<readonly string[]> {
  const differences: string[] = [];
  const excuse = (name: string): string | undefined =>
    world.kong.isStandIn ? notDone(scenario.name, name) : undefined;
  const known = new Placeholders(pemFolder);
  const make = async (calls: readonly AdminCall[]): Promise<void> => {
    for (const call of calls) {
      const status = await world.call(known.fill(withPorts(call, world.ports)));
      if (status !== call.status && excuse(call.path) === undefined) {
        differences.push(`${call.method} ${call.path}: ${status} instead of ${call.status}`);
      }
    }
    if (calls.length > 0) await world.settle();
  };
  await make(scenario.entities);
  for (const recorded of scenario.requests) {
    await make(stepsBefore(scenario, recorded));
    const ask = (): Promise<string | undefined> =>
      replay(world.kong.proxy, withPorts(recorded, world.ports), pemFolder).catch(String);
    const difference = await agreed(world.kong, ask);
    if (excuse(recorded.name) === undefined) {
      if (difference !== undefined) differences.push(`${recorded.name}: ${difference}`);
    } else if (difference === undefined) differences.push(`${recorded.name} is listed as not done, but passes`);
  }
  return differences;
}
