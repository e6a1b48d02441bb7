import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { kongAdmin } from "./support/kong.ts";
import type { Entity, KongAdmin } from "./support/kong.ts";
import { moreLooks } from "./support/metrics.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Somebody else writes to the same Kong: what is theirs stays theirs, whatever it looks like, and what looks like ours
// is made what ours should be.

let story: Story;
let kong: KongAdmin;
let acme: Team;
let coyote: Team;

const tag = "managed-by-domain-claims";

beforeAll(async () => {
  story = await startStory({
    controllerArgs: ["--kong-resync-period=1s", "--foreign-hosts-handed-over=hosts.example,*.hosts.example"],
  });
  kong = kongAdmin(story);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
  // The quiet life that nothing of this is to disturb.
  await acme.apply(primary("calm.example", { delegates: ["coyote-org"] }), ingress("calm", ["calm.example"]));
  await story.serves("calm.example", "acme-org/web");
});

/** What the story in hand wrote to Kong. */
const made: string[] = [];

afterEach(async () => {
  for (const path of made.splice(0).reverse()) await fetch(`${story.adminUrl}${path}`, { method: "DELETE" });
  expect(await story.visit("calm.example")).toBe("acme-org/web");
});

afterAll(() => story.stop());

async function make(collection: string, entity: object): Promise<Entity> {
  const answer = (await kong.call("POST", `/${collection}`, entity)) as Entity;
  made.push(`/${collection}/${answer.id}`);
  return answer;
}

/** Removes what was made here: what has its id or its name from then on is ours. */
async function unmake(collection: string, { id }: Entity): Promise<void> {
  const path = `/${collection}/${id}`;
  await kong.call("DELETE", path);
  made.splice(made.indexOf(path), 1);
}

const there = async (collection: string, id: string): Promise<boolean> =>
  (await fetch(`${story.adminUrl}/${collection}/${id}`)).ok;
const gone = (collection: string, id: string): Promise<void> =>
  eventually(async () => expect(await there(collection, id), `${collection}/${id}`).toBe(false));
/** At least two looks at Kong pass from beginning to end. */
const twoLooks = (): Promise<void> => moreLooks(story.runningControllers()[0], 3);

describe("L5: what is foreign stays as it is", () => {
  test("a service, and a route, with the name that ours should have: a condition and an event, and it goes on when they are gone", async () => {
    const { port } = await acme.site("named");
    await acme.apply(primary("named.example"), ingress("named", ["named.example"], { paths: [{ service: "named" }] }));
    await story.serves("named.example", "acme-org/named");
    const [ours] = await kong.routesOf("named.example");
    await acme.remove("ingress", "named");
    await gone("routes", ours?.id ?? "");
    await gone("services", ours?.service?.id ?? "");
    const service = await make("services", {
      name: `acme-org.named.${String(port)}`,
      host: "foreign.example",
      port: 81,
      tags: ["k8s-namespace:acme-org"],
    });
    const route = await make("routes", {
      name: ours?.name,
      hosts: ["foreign.example"],
      service: { id: service.id },
      tags: ["managed-by-domain-claims2"],
    });
    await acme.apply(ingress("named", ["named.example"], { paths: [{ service: "named" }] }));
    await acme.condition("named.example", "Programmed", { status: "False", reason: "ForeignEntity" });
    await acme.told("Ingress", "named", {
      type: "Warning",
      reason: "ForeignEntity",
      message: expect.stringContaining("left alone") as string,
    });
    await twoLooks();
    expect(await kong.call("GET", `/services/${service.id}`)).toEqual(service);
    expect(await kong.call("GET", `/routes/${route.id}`)).toEqual(route);
    await unmake("routes", route);
    await unmake("services", service);
    await story.serves("named.example", "acme-org/named");
    await acme.condition("named.example", "Programmed", { status: "True" });
  });

  test("with the ids of our route, service and function: neither overwritten nor removed, and the wildcard stays dark", async () => {
    await acme.apply(primary("ids.example"), shared("*.ids.example"), ingress("ids", ["*.ids.example"]));
    await story.serves("x.ids.example", "acme-org/web");
    const [route] = await kong.routesOf("*.ids.example");
    const [plugin] = await kong.tagged("plugins");
    await acme.remove("ingress", "ids");
    await gone("services", route?.service?.id ?? "");
    const service = await make("services", { name: "theirs", host: "foreign.example" });
    const theirs = await make("plugins", {
      id: plugin?.id,
      name: "pre-function",
      service: { id: service.id },
      config: { access: ["return"] },
    });
    await acme.apply(ingress("ids", ["*.ids.example"]));
    await acme.condition("*.ids.example", "Programmed", { status: "False", reason: "ForeignEntity" });
    await twoLooks();
    expect(await kong.call("GET", `/plugins/${theirs.id}`)).toEqual(theirs);
    // Without its function a wildcard would serve what is not its own.
    expect(await kong.routesOf("*.ids.example")).toEqual([]);
    await story.serves("x.ids.example", nobody);
    await unmake("plugins", theirs);
    await story.serves("x.ids.example", "acme-org/web");
    await story.serves("y.x.ids.example", nobody);
  });

  test("with our hosts: exact, wildcard, any host, deeper paths, more categories; all stay when ours come, change and go", async () => {
    const service = await make("services", { name: "foreign-hosts", host: "foreign.invalid" });
    const routes = await Promise.all(
      [
        { hosts: ["hosts.example"], paths: ["/theirs"] },
        { hosts: ["*.hosts.example"], paths: ["/theirs"] },
        { hosts: ["hosts.example"], methods: ["DELETE"], headers: { "x-key": ["1"] }, paths: ["/"] },
        { paths: ["/theirs-anywhere"] },
        { hosts: ["hosts.example"], paths: ["/tagged"], tags: ["somebody", "k8s-namespace:acme-org", `${tag}-not`] },
      ].map((route, i) =>
        make("routes", { name: `foreign-hosts-${String(i)}`, service: { id: service.id }, ...route }),
      ),
    );
    const same = async (): Promise<void> => {
      for (const route of routes) expect(await kong.call("GET", `/routes/${route.id}`)).toEqual(route);
      expect(await kong.call("GET", `/services/${service.id}`)).toEqual(service);
    };
    await acme.apply(
      primary("hosts.example"),
      shared("*.hosts.example"),
      ingress("hosts", ["hosts.example", "*.hosts.example"]),
    );
    await story.serves("hosts.example", "acme-org/web");
    await story.serves("x.hosts.example", "acme-org/web");
    await acme.condition("hosts.example", "Programmed", { status: "True" });
    await same();
    await acme.remove("domain", "any.hosts.example", "hosts.example");
    await acme.gone("hosts.example");
    await twoLooks();
    await same();
  });

  test("where the guard of a share should stand: the share waits, and the wildcard's owner goes on serving", async () => {
    await acme.apply(
      primary("guard.example", { delegates: ["coyote-org"] }),
      shared("*.guard.example"),
      ingress("guard", ["*.guard.example"]),
    );
    await story.serves("shop.guard.example", "acme-org/web");
    await coyote.apply(shared("shop.guard.example", { parent: "acme-org" }));
    await story.serves("shop.guard.example", nobody);
    const [guard] = await kong.routesOf("shop.guard.example");
    await coyote.remove("domain", "shop.guard.example");
    // The guard goes when the record is released: the claim is there for a moment longer, and would be applied once more.
    await coyote.gone("shop.guard.example");
    await gone("routes", guard?.id ?? "");
    await story.serves("shop.guard.example", "acme-org/web");
    const foreign = await make("routes", { id: guard?.id, hosts: ["elsewhere.example"] });
    await coyote.apply(shared("shop.guard.example", { parent: "acme-org" }));
    await coyote.decided("shop.guard.example", { phase: "Pending", reason: "WaitingForGateway" });
    await coyote.condition("shop.guard.example", "Programmed", { status: "False", reason: "ForeignEntity" });
    await twoLooks();
    expect(await kong.call("GET", `/routes/${foreign.id}`)).toEqual(foreign);
    await story.heldBy("shop.guard.example", "");
    expect(await story.visit("shop.guard.example")).toBe("acme-org/web");
    await unmake("routes", foreign);
    await coyote.decided("shop.guard.example", { phase: "OK" });
    await story.serves("shop.guard.example", nobody);
  });

  test("one of ours from which somebody took the tag is theirs from then on", async () => {
    await acme.apply(primary("stripped.example"), ingress("stripped", ["stripped.example"]));
    await story.serves("stripped.example", "acme-org/web");
    const [route] = await kong.routesOf("stripped.example");
    made.push(`/routes/${route?.id ?? ""}`);
    const theirs = await kong.call("PATCH", `/routes/${route?.id ?? ""}`, { tags: ["adopted"] });
    await acme.condition("stripped.example", "Programmed", { status: "False", reason: "ForeignHost" });
    await acme.remove("domain", "stripped.example");
    await acme.gone("stripped.example");
    await twoLooks();
    expect(await kong.call("GET", `/routes/${route?.id ?? ""}`)).toEqual(theirs);
  });
});

describe("L7: what imitates our tag is removed or repaired at the next look", () => {
  const imitated = [tag, "k8s-kind:Ingress", "k8s-name:calm", "k8s-namespace:acme-org"];

  test.each([
    ["a host that somebody holds", { hosts: ["calm.example"], paths: ["/imitated"] }],
    ["a host that nobody holds", { hosts: ["imitated.example"] }],
    ["a wildcard over everybody", { hosts: ["*.example"] }],
    ["any host", { paths: ["/imitated"] }],
    [
      "two hosts, a method and a header",
      { hosts: ["calm.example", "imitated.example"], methods: ["GET"], headers: { "x-key": ["1"] } },
    ],
    ["a host that is none", { hosts: ["IMITATED.example.", "localhost"] }],
    ["a server name alone", { protocols: ["tls"], snis: ["calm.example"] }],
  ])("a route for %s", async (_, fields) => {
    const service = await make("services", { name: "imitator", host: "foreign.invalid" });
    const route = await make("routes", { name: "imitation", service: { id: service.id }, tags: imitated, ...fields });
    await gone("routes", route.id);
    // The service carries no tag of ours: it is left.
    expect(await there("services", service.id)).toBe(true);
  });

  test("a route without a service, and a service without a route", async () => {
    const route = await make("routes", { name: "alone", hosts: ["alone.example"], tags: imitated });
    const service = await make("services", { name: "alone", host: "alone.invalid", tags: imitated });
    await gone("routes", route.id);
    await gone("services", service.id);
  });

  test.each(["on everything", "on our service", "on a foreign service", "on our route"])(
    "a plugin %s",
    async (where) => {
      const [ours] = await kong.routesOf("calm.example");
      const foreign = await make("services", { name: "foreign-plugged", host: "foreign.invalid" });
      const scope = {
        "on everything": {},
        "on our service": { service: { id: ours?.service?.id } },
        "on a foreign service": { service: { id: foreign.id } },
        "on our route": { route: { id: ours?.id } },
      }[where];
      const config = { access: ["return kong.response.exit(418)"] };
      const plugin = await make("plugins", { name: "pre-function", tags: imitated, config, ...scope });
      await gone("plugins", plugin.id);
      expect(await there("services", foreign.id)).toBe(true);
      await story.serves("calm.example", "acme-org/web");
    },
  );

  test("and none of them keeps others waiting, however many there are", async () => {
    for (let i = 0; i < 60; i += 1)
      await make("routes", { name: `many-${String(i)}`, hosts: [`many-${String(i)}.example`], tags: imitated });
    const plugin = await make("plugins", { name: "pre-function", tags: imitated, config: { access: ["return"] } });
    await coyote.apply(shared("c.calm.example", { parent: "acme-org" }), ingress("prompt", ["c.calm.example"]));
    await story.serves("c.calm.example", "coyote-org/web");
    await eventually(async () =>
      expect((await kong.tagged("routes")).filter(({ name }) => name?.startsWith("many-"))).toEqual([]),
    );
    await gone("plugins", plugin.id);
  });

  test("ours, edited to lead elsewhere or to match more, is what it was", async () => {
    const before = (await kong.everything()).map((entity) => ({ ...entity, updated_at: 0 }));
    const [route] = await kong.routesOf("calm.example");
    const evil = await make("services", { name: "evil", host: "foreign.invalid" });
    await kong.call("PATCH", `/routes/${route?.id ?? ""}`, {
      service: { id: evil.id },
      hosts: ["calm.example", "imitated.example"],
      tags: [tag],
    });
    await kong.call("PATCH", `/services/${route?.service?.id ?? ""}`, {
      host: "foreign.invalid",
      port: 1,
      path: "/evil",
      enabled: false,
    });
    await eventually(async () =>
      expect((await kong.everything()).map((entity) => ({ ...entity, updated_at: 0 }))).toEqual(before),
    );
    await story.serves("calm.example", "acme-org/web");
    await story.serves("imitated.example", nobody);
  });
});
