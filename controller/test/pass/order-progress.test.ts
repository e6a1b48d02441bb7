import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import { noOrder } from "../../src/translate/order.ts";
import type { OrderedCertificate } from "../../src/world/domain-certificate.ts";
import type { Running } from "../support/controller.ts";
import { ends, remembered, serving } from "../support/ordering.ts";

const all = ["acme.org", "mail.acme.org", "shop.acme.org", "www.acme.org"] as const;
const first = "acme-org/acme.org-1";
const hour = 3_600_000;

/** Has all four hosts ordered in one certificate. */
async function fourOrdered(): Promise<Running> {
  const running = await serving(...all);
  await running.clock.pass(2_000);
  return running;
}

/** What cert-manager says of the order from now on: these get nowhere, and these have failed. */
function says({ cluster }: Running, stuck: readonly string[], failed: Readonly<Record<string, string>> = {}): void {
  const pending = stuck as readonly Host[];
  cluster.orderStates.set(first, { ...noOrder, pending, begun: pending, stuck: pending, failed });
}

/** The hosts that are tried apart. */
const apart = (running: Running): readonly string[] =>
  remembered(running)?.group.quarantine.map(({ host }) => host) ?? [];

test("T3: a name that gets nowhere is given up when nothing has moved for 15 s, and while something moves it is not", async () => {
  const running = await fourOrdered();
  for (const [at] of all.entries()) {
    says(running, all.slice(at));
    await running.clock.pass(10_000);
    expect(apart(running)).toEqual([]);
  }
  await running.clock.pass(15_000);
  expect(apart(running)).toEqual(["www.acme.org"]);
});

test("T3: an order that failed for one name is given up when the others have been tried", async () => {
  const running = await fourOrdered();
  ends(running, "acme.org-1", { "shop.acme.org": "no such host" });
  says(running, ["www.acme.org"], { "shop.acme.org": "no such host" });
  await running.clock.pass(5_000);
  expect(apart(running)).toEqual([]);
  says(running, [], { "shop.acme.org": "no such host", "www.acme.org": "no such host" });
  await running.clock.pass(10_000);
  expect(apart(running)).toEqual(["shop.acme.org", "www.acme.org"]);
});

test("X1: what holds up an order is asked so often at most, however often its Certificate is touched", async () => {
  const running = await fourOrdered();
  const { clock, cluster } = running;
  says(running, ["acme.org", "www.acme.org"]);
  let asked = 0;
  cluster.fault = (call) => {
    if (call === `order state ${first}`) asked += 1;
  };
  const found = cluster.get("Certificate", first) as OrderedCertificate;
  for (let at = 0; at < 200; at++) {
    cluster.put("Certificate", { ...found, resourceVersion: String(10_000 + at) });
    await clock.pass(250);
  }
  expect(asked).toBeGreaterThan(3);
  expect(asked).toBeLessThan(25);
});

test("T3: a renewal that one name holds up is made without it while there is some time left, and asked for now and then", async () => {
  const running = await fourOrdered();
  const { clock, cluster } = running;
  const found = cluster.get("Certificate", first) as OrderedCertificate;
  const now = clock.now();
  const shown = { ...found.shown, ready: true, notBefore: now - 80 * 24 * hour, notAfter: now + 10 * 24 * hour };
  says(running, ["www.acme.org"]);
  let asked = 0;
  cluster.fault = (call) => {
    if (call === `order state ${first}`) asked += 1;
  };
  cluster.put("Certificate", { ...found, shown });
  await clock.pass(4 * 60_000);
  expect(apart(running)).toEqual([]);
  await clock.pass(65_000);
  expect(apart(running)).toEqual(["www.acme.org"]);
  expect(cluster.get("Certificate", first)?.shown.names).toEqual(["acme.org", "mail.acme.org", "shop.acme.org"]);
  expect(asked).toBeLessThan(10);
});

test("T3: of two names one gets nowhere: it is given up after a minute, and not before", async () => {
  const running = await serving("acme.org", "www.acme.org");
  await running.clock.pass(2_000);
  const orderedAt = remembered(running)?.group.certificates[0]?.orderedAt ?? 0;
  says(running, ["www.acme.org"]);
  await running.clock.pass(orderedAt + 59_000 - running.clock.now());
  expect(apart(running)).toEqual([]);
  await running.clock.pass(2_000);
  expect(apart(running)).toEqual(["www.acme.org"]);
});
