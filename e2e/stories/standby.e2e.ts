import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { needsGateway } from "./support/faults.ts";
import { alone } from "./support/lone-controller.ts";
import { claimName, domain, ingress, primary, shared } from "./support/objects.ts";
import { probe } from "./support/prober.ts";
import type { Prober } from "./support/prober.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Two nodes with three workers each, which take over routes and functions by timers of their own, as late as a Kong does by its own settings.
const timing = ["--worker-state-update-frequency", "5", "--db-update-frequency", "5"];
const gatewayArgs = ["--nodes", "2", "--workers", "3", "--seed", "7", ...timing];

/** Answers in a row of each node, after which all of its workers are taken to agree. */
const inARow = 30;
/** Milliseconds within which what was written is in effect everywhere. */
const settledMs = 120_000;

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory({ controller: 0, gatewayArgs });
  await story.startController(1, [...alone, "--proxy-url", story.nodeUrls.join(",")]);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), acme.site("next"), coyote.site()]);
});

afterAll(() => story.stop());

/** Waits until every node answers so, again and again. */
async function sees({ seen }: Prober, answer: string): Promise<void> {
  await eventually(() => {
    for (const node of story.nodeUrls) {
      const last = seen.filter((one) => one.node === node).slice(-inARow);
      expect(last.map((one) => one.answer)).toEqual(Array.from({ length: inARow }, () => answer));
    }
  }, settledMs);
}

/** Somebody who asks for the host fifty times a second, and has seen that it is answered so everywhere. */
async function visited(host: string, answer: string): Promise<Prober> {
  const first = probe(story, host, ["/"]);
  await sees(first, answer);
  await first.stop();
  return probe(story, host, ["/"]);
}

/** Each answer that was seen, once. */
async function answers(visitor: Prober): Promise<readonly string[]> {
  return [...new Set((await visitor.stop()).map(({ answer }) => answer))].sort();
}

test("N4: a wildcard goes to another team, and no request for a name below it is lost", async ({ skip }) => {
  skip(!story.embedded, needsGateway);
  const [host, any] = ["wild.example", "*.wild.example"];
  await coyote.apply(ingress("wild", [any]));
  await acme.apply(primary(host), shared(any), ingress("wild", [any]));
  const visitor = await visited("shop.wild.example", "acme-org/web");
  for (const name of [host, any]) {
    const offer = await acme.domain("transfer", name, "--to", "coyote-org");
    expect(offer, offer.stderr).toMatchObject({ code: 0 });
    const accepted = await coyote.domain("accept", name, "--name", claimName(name), "--timeout", "120s");
    expect(accepted, accepted.stderr).toMatchObject({ code: 0 });
  }
  await sees(visitor, "coyote-org/web");
  expect(await answers(visitor)).toEqual(["acme-org/web", "coyote-org/web"]);
  await coyote.decided(any, { phase: "OK", stage: "Live" });
}, 400_000);

test("N4: a host whose receiver redirects it is answered by the giver's site or the redirect, without a lost request", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const host = "leaves.example";
  await acme.apply(primary(host), ingress("leaves", [host]));
  const visitor = await visited(host, "acme-org/web");
  const offer = await acme.domain("transfer", host, "--to", "coyote-org");
  expect(offer, offer.stderr).toMatchObject({ code: 0 });
  const redirect = { host: "elsewhere.example" };
  await coyote.apply(domain(host, { primary: host, acceptFrom: "acme-org", redirect }));
  await sees(visitor, "308 http://elsewhere.example/");
  expect(await answers(visitor)).toEqual(["308 http://elsewhere.example/", "acme-org/web"]);
  await coyote.decided(host, { phase: "OK", stage: "Redirecting" });
}, 400_000);

test("X6: a wildcard whose Ingress changes its Service is answered by the one or the other, without a lost request", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const [host, any] = ["moves.example", "*.moves.example"];
  await acme.apply(primary(host), shared(any), ingress("moves", [any]));
  const visitor = await visited("shop.moves.example", "acme-org/web");
  await acme.apply(ingress("moves", [any], { paths: [{ service: "next" }] }));
  await sees(visitor, "acme-org/next");
  expect(await answers(visitor)).toEqual(["acme-org/next", "acme-org/web"]);
}, 400_000);
