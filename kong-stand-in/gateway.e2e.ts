import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CONTRACT } from "./conformance/contract.ts";
import { excuse, LEFT_OUT, NOT_IMITATED } from "./conformance/not-imitated.ts";
import { exchangesOf, recordingsFolder } from "./conformance/recordings.ts";
import { replayTopic, TOPICS } from "./conformance/replay-topic.ts";
import { differenceFrom, type Pair } from "./conformance/run-contract.ts";
import { send } from "./conformance/wire.ts";
import { startGateway, type RunningGateway } from "./src/index.ts";
import { defaultCertificates } from "./src/proxy/default-certificate.ts";

/** The Admin API of KONG_ADMIN_URL if it is set, else that of a stand-in started here. */
const given = process.env["KONG_ADMIN_URL"];
const folder = recordingsFolder();
/** How many workers the Kong had that was recorded, which its status tells. */
const RECORDED_WORKERS = 2;
const mayReplay = folder !== undefined && (given === undefined || (await isEmpty(given)));

if (folder === undefined) {
  console.log("There are no recordings of a real Kong here (KONG_RECORDINGS): the contract alone is checked.");
} else if (!mayReplay) {
  console.log(
    `The Kong at ${given} is not empty, and a recording starts from an empty one: the contract alone is checked.`,
  );
}

describe("the Admin API keeps the contract", () => {
  let gateway: RunningGateway | undefined;
  let pairs: readonly Pair[];
  beforeAll(async () => {
    gateway = given === undefined ? await startGateway() : undefined;
    pairs = await defaultCertificates();
  });
  afterAll(() => gateway?.stop());

  test.each(CONTRACT.map((fact) => [fact.fact, fact] as const))("%s", async (_, fact) => {
    expect(await differenceFrom(fact, given ?? gateway!.adminUrl, pairs)).toBeUndefined();
  });
});

if (mayReplay) {
  describe("the Admin API answers as the Kong that was recorded", () => {
    test.each(TOPICS)("about %s", async (topic) => {
      const gateway = given === undefined ? await startGateway({ workers: RECORDED_WORKERS }) : undefined;
      const outcomes = await replayTopic(given ?? gateway!.adminUrl, folder, topic);
      await gateway?.stop();

      const different = outcomes
        .filter(({ exchange }) => excuse(topic, exchange, given === undefined) === undefined)
        .filter(({ difference }) => difference !== undefined)
        .map(({ exchange, difference }) => `${exchange.name}: ${difference}`);
      expect(different).toEqual([]);
      if (given === undefined) {
        const listed = NOT_IMITATED.filter((entry) => entry.topic === topic).flatMap(({ exchanges }) => exchanges);
        const answeredAfterAll = listed.filter(
          (name) => outcomes.find(({ exchange }) => exchange.name === name)?.difference === undefined,
        );
        expect(answeredAfterAll, "listed as not imitated").toEqual([]);
      }
    });

    test.each(LEFT_OUT.map(({ kind, is }) => [kind, is] as const))("is known for what is left out: %s", (_, is) => {
      const recorded = TOPICS.flatMap((topic) => exchangesOf(folder, topic)).filter(({ request }) => is(request));
      expect(recorded).not.toEqual([]);
    });
  });
}

async function isEmpty(base: string): Promise<boolean> {
  for (const kind of ["services", "routes", "certificates", "snis", "plugins", "ca_certificates"]) {
    const answer = await send(base, { method: "GET", path: `/${kind}?size=1` });
    const list = JSON.parse(answer.body.toString()) as { readonly data: readonly unknown[] };
    if (list.data.length > 0) return false;
  }
  return true;
}
