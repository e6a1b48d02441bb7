import type { DomainSpec } from "@domain-claims/crds/generated/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concurrently } from "../support/concurrently.ts";
import { paths } from "../support/world/objects.ts";
import { eventually } from "./support/eventually.ts";
import { kongAdmin } from "./support/kong.ts";
import { leads } from "./support/metrics.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Mallory holds a host of her own, and tries to keep the controller so busy with it that nobody else is served.

let story: Story;
let acme: Team;
let mallory: Team;

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

test("L8: hundreds of Ingresses of one tenant for one host, touched again and again, hold up nobody else", async () => {
  const { api } = story.cluster;
  const path = paths.ingresses("mallory-org");
  const crowd = Array.from({ length: 200 }, (_, i) => ingress(`crowd-${String(i)}`, ["mallory.example"]));
  const made = concurrently(16, crowd, (one) => api.must("POST", path, one));
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
  await eventually(async () => expect(await leads(leader)).toBe(true));

  await story.killController();
  await story.startController();
  await othersGoOn("after-a-restart.example");

  await api.must("DELETE", path);
  await story.serves("mallory.example", nobody);
  await othersGoOn("at-last.example");
});

test("L4, L8: a host with as many paths as are allowed, written and removed, delays neither another's host nor a revocation", async () => {
  const { api } = story.cluster;
  const kong = kongAdmin(story);
  const written = async (): Promise<number> => (await kong.routesOf("mallory.example")).length;
  await acme.apply(primary("acme.example", { delegates: ["mallory-org"] }));
  await mallory.apply(
    ...[shared("mallory.acme.example", { parent: "acme-org" }), ingress("below", ["mallory.acme.example"])],
    ingress("first", ["mallory.example"]),
  );
  await story.serves("mallory.acme.example", "mallory-org/web");
  await story.serves("mallory.example", "mallory-org/web");
  const claim = `${paths.domains("acme-org")}/acme.example`;
  const allowed = 1000;
  // One is there already.
  const many = Array.from({ length: allowed - 1 }, (_, i) => ({ path: `/path-${String(i)}` }));

  // Through the API itself: a process that starts would take as long as all of this.
  await api.must("POST", paths.ingresses("mallory-org"), ingress("many", ["mallory.example"], { paths: many }));
  await eventually(async () => expect(await written()).toBeGreaterThan(50));
  await api.must("POST", paths.domains("acme-org"), primary("quick.example"));
  await api.must("POST", paths.ingresses("acme-org"), ingress("quick", ["quick.example"]));
  await story.serves("quick.example", "acme-org/web");
  expect(await written()).toBeLessThan(allowed);
  await eventually(async () => expect(await written()).toBe(allowed));

  await api.must("DELETE", `${paths.ingresses("mallory-org")}/many`);
  // The controller may write its status between our reading and our writing.
  await eventually(async () => {
    const { spec, ...revoked } = (await api.must("GET", claim)) as { readonly spec: DomainSpec };
    await api.must("PUT", claim, { ...revoked, spec: { primary: spec.primary } });
  });
  await story.serves("mallory.acme.example", nobody);
  expect(await written()).toBeGreaterThan(1);
  await eventually(async () => expect(await written()).toBe(1));
});
