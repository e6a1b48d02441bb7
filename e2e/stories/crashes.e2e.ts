import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// The controller is killed at one call to Kong after the other: before the call took effect, or after it did and before
// the answer came. It runs without leader election, so that the next one need not wait for a Lease to expire.

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory({ controllerArgs: ["--leader-election=false"] });
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterAll(() => story.stop());

/** Kills the controller at its nth call with the method since now, unless it is done before, and starts another one. */
async function killedAt(n: number, method: "POST" | "DELETE", after: boolean, change: () => Promise<void>): Promise<void> {
  const faults = faultsOf(story);
  await faults.forget();
  await faults.add({ method, skip: n, count: 1000, effect: { kind: "silence", after } });
  await change();
  const calls = async (): Promise<number> => (await faults.writes()).filter((write) => write.startsWith(method)).length;
  await eventually(async () => expect(await calls()).toBeGreaterThan(n));
  await story.killController("SIGKILL");
  await faults.clear();
  await nothingStrange();
  await story.startController();
}

/** I1 and I3, with nobody there to mend anything: what has a route of ours is held by the namespace that it leads to. */
async function nothingStrange(): Promise<void> {
  for (const { name, hosts, tags } of await kongAdmin(story).tagged("routes")) {
    if (name?.startsWith("guard~") === true) continue;
    const holder = (await story.record(hosts?.[0] ?? ""))?.spec.holder;
    expect({ hosts, tags }).toMatchObject({ tags: expect.arrayContaining([`k8s-namespace:${holder?.namespace ?? "nobody"}`]) as unknown });
  }
}

test.for([0, 1, 2, 3, 4, 5])("O9, L2b, L6: killed at write number %i of a change and at the removal of as many", async (n, { skip }) => {
  skip(!story.embedded, needsGateway);
  const host = `crash-${String(n)}.example`;
  const shop = `shop.${host}`;
  const all = [host, `*.${host}`];
  const after = n % 2 === 1;
  await killedAt(n, "POST", after, async () => {
    await acme.apply(primary(host, { delegates: ["coyote-org"] }), shared(`*.${host}`), ingress("crash", all));
    await coyote.apply(shared(shop, { parent: "acme-org" }), ingress("crash", [shop], { paths: [{ path: "/cart" }] }));
  });
  await story.serves(host, "acme-org/web");
  await story.serves(`x.${host}`, "acme-org/web");
  await story.serves(`${shop}/cart`, "coyote-org/web");
  await story.serves(`${shop}/`, nobody);
  for (const name of all) await acme.condition(name, "Programmed", { status: "True" });
  await coyote.condition(shop, "Programmed", { status: "True" });

  await killedAt(n % 3, "DELETE", after, async () => {
    await acme.remove("domain", host, `any.${host}`);
    await coyote.remove("domain", shop);
  });
  for (const name of all) await acme.gone(name);
  await coyote.gone(shop);
  for (const name of [...all, shop]) await story.heldBy(name, "");
  await eventually(async () => expect(await kongAdmin(story).everything()).toEqual([]));
});

test("O9: a claim that is deleted while no controller runs stays Terminating, and goes when there is one", async () => {
  await acme.apply(primary("last.example"), ingress("last", ["last.example"]));
  await story.serves("last.example", "acme-org/web");
  await story.killController();
  await acme.remove("domain", "last.example");
  expect((await acme.claim("last.example"))?.metadata).toMatchObject({ finalizers: ["kolihub.io/kong"], deletionTimestamp: expect.any(String) as string });
  await story.startController();
  await acme.gone("last.example");
  await story.heldBy("last.example", "");
  await story.serves("last.example", nobody);
});
