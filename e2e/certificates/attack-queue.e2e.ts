import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { metric } from "../stories/support/metrics.ts";
import { ingress, primary, shared } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import { issuanceIn } from "../support/cert-manager/issuance.ts";
import type { Issuance, Order } from "../support/cert-manager/issuance.ts";
import { ISSUERS } from "../support/cert-manager/issuers.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";

// cert-manager has one queue for all: somebody fills it, and everybody else waits.

let story: Story;
let acme: Team;
let mallory: Team;

/** Of the places that cert-manager has in it: more than a group's first order has names, and fewer than it has later. */
const places = 25;

beforeAll(async () => {
  const { crds } = await certManagerPrograms();
  story = await startStory({ crds: [crds], controllerArgs: [`--issuer-name=${ISSUERS.acme}`] });
  const args = [`--max-concurrent-challenges=${String(places)}`];
  await startCertManager(story, { zones: ["acme.example", "mallory.example"], args });
  [acme, mallory] = await story.teams("acme-org", "mallory-org");
  await Promise.all([acme.site(), mallory.site()]);
  await acme.apply(primary("acme.example"), ingress("web", ["acme.example"]));
  await certified("acme.example");
});

afterAll(() => story.stop());

/** Milliseconds in which a slow machine has a hundred and fifty names validated, too. */
const longest = 600_000;

/** Waits until the gateway shows a certificate that has the host. */
async function certified(host: string): Promise<void> {
  await eventually(async () => expect(await certifiedNames(story, host)).toContain(`DNS:${host}`), longest);
}

const issuance = (team: Team): Promise<Issuance> => issuanceIn(story.cluster.api, team.namespace);

const createdAt = ({ metadata }: Order): number => Date.parse(metadata.creationTimestamp);

/** How many orders the controller has made. */
const ordered = (): Promise<number> =>
  metric(story.runningControllers()[0], 'domain_claims_certificate_orders_total{result="ordered"}');

/** Milliseconds for which a name that is new in a group that has its certificate waits for others. */
const idleMs = 10_000;

test("a claim that comes and goes makes no order, whatever it spends of anybody's time", async () => {
  const before = await ordered();
  let stayed = 0;
  for (let round = 0; round < 10; round++) {
    const came = performance.now();
    await acme.apply(shared("flap.acme.example"), ingress("flap", ["flap.acme.example"]));
    await story.serves("flap.acme.example", "acme-org/web");
    await acme.remove("domain", "flap.acme.example");
    await acme.gone("flap.acme.example");
    if (performance.now() - came > idleMs) stayed += 1;
  }
  // All names together never wait for more than a minute, and on a slow machine one that goes at once is there for longer than a wait.
  expect((await ordered()) - before).toBeLessThanOrEqual(1 + stayed);
});

test("a hundred and fifty names of one team: few are tried first, and another team's name is issued in its turn", async () => {
  const hosts = Array.from({ length: 150 }, (_, i) => `n${String(i)}.mallory.example`);
  await mallory.apply(
    primary("mallory.example"),
    ...hosts.map((host) => shared(host)),
    ingress("web", ["mallory.example", ...hosts]),
  );
  await eventually(async () => {
    const { orders } = await issuance(mallory);
    const [first] = orders.toSorted((a, b) => createdAt(a) - createdAt(b));
    expect(first?.spec.dnsNames.length).toBeLessThanOrEqual(20);
  });
  await acme.apply(shared("new.acme.example"), ingress("new", ["new.acme.example"]));
  await certified("new.acme.example");
  await certified(hosts[0] ?? "");
  await certified(hosts.at(-1) ?? "");
});

test("names of a zone in which nobody can write leave places in the queue to another team, which they would fill", async () => {
  const lost = Array.from({ length: 60 }, (_, i) => `n${String(i)}.missing.example`);
  await mallory.apply(
    primary("missing.example"),
    ...lost.map((host) => shared(host)),
    ingress("lost", ["missing.example", ...lost]),
  );
  const held = async (): Promise<number> =>
    (await issuance(mallory)).challenges.filter(({ status }) => status?.processing === true).length;
  await eventually(async () => expect(await held()).toBe(20));
  await acme.apply(shared("late.acme.example"), ingress("late", ["late.acme.example"]));
  await certified("late.acme.example");
  expect(await held()).toBeLessThanOrEqual(20);
});
