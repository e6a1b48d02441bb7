import { afterAll, beforeAll, expect, test } from "vitest";
import { group, listOf } from "../support/world/objects.ts";
import { startWorld } from "../support/world/start-world.ts";
import { eventually } from "./support/eventually.ts";
import { faultsOf } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import type { KongAdmin } from "./support/kong.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import { newTeam } from "./support/team.ts";
import type { Team } from "./support/team.ts";

let story: Story;
let kong: KongAdmin;
let acme: Team;

beforeAll(async () => {
  story = await startStory({
    controllerArgs: ["--kong-resync-period=1s", "--foreign-hosts-handed-over=beside.example"],
  });
  kong = kongAdmin(story);
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(() => story.stop());

/** Deletes foreign entities that a story made. */
async function clean(...paths: readonly string[]): Promise<void> {
  for (const path of paths) await kong.call("DELETE", path);
}

/** Entities without when they were written. */
function timeless(entities: readonly object[]): readonly object[] {
  return entities.map((entity) => ({ ...entity, created_at: 0, updated_at: 0 }));
}

test("L5: a service's name that a foreign entity has becomes a condition and an event, never an overwrite", async () => {
  const { port } = await acme.site("taken");
  const foreign = (await kong.call("POST", "/services", {
    name: `acme-org.taken.${String(port)}`,
    host: "foreign.example",
    port: 81,
  })) as object;
  await acme.apply(
    primary("l5.example"),
    ingress("l5", ["l5.example"], { paths: [{ path: "/taken", service: "taken" }, { path: "/free" }] }),
  );
  await acme.condition("l5.example", "Programmed", { status: "False", reason: "ForeignEntity" });
  await acme.told("Ingress", "l5", { type: "Warning", reason: "ForeignEntity" });
  await story.serves("l5.example/free", "acme-org/web");
  expect(await kong.call("GET", `/services/acme-org.taken.${String(port)}`)).toEqual(foreign);
  await clean(`/services/acme-org.taken.${String(port)}`);
  await story.serves("l5.example/taken", "acme-org/taken");
  await acme.condition("l5.example", "Programmed", { status: "True" });
});

test("L5: an id that a foreign route has is left to it, and taken when it is free", async () => {
  await acme.apply(primary("id.example"), ingress("id", ["id.example"]));
  await story.serves("id.example", "acme-org/web");
  const [route] = await kong.routesOf("id.example");
  const id = route?.id ?? "";
  await acme.remove("ingress", "id");
  await eventually(async () => expect(await kong.routesOf("id.example")).toEqual([]));
  const foreign = (await kong.call("POST", "/routes", { id, hosts: ["foreign.example"] })) as object;
  await acme.apply(ingress("id", ["id.example"]));
  await acme.condition("id.example", "Programmed", { status: "False", reason: "ForeignEntity" });
  expect(await kong.call("GET", `/routes/${id}`)).toEqual(foreign);
  await clean(`/routes/${id}`);
  await story.serves("id.example", "acme-org/web");
});

test("L5: foreign routes for our hosts, and to our services, are neither changed nor removed with ours", async () => {
  await acme.apply(primary("beside.example"), ingress("beside", ["beside.example"], { paths: [{ path: "/ours" }] }));
  await story.serves("beside.example/ours", "acme-org/web");
  const [service] = await kong.tagged("services", "k8s-name:web");
  const routes = [
    { name: "beside-1", hosts: ["beside.example"], paths: ["/theirs"], service: { id: service?.id } },
    { name: "beside-2", hosts: ["beside.example"], paths: ["/ours"], tags: ["somebody-elses"] },
  ];
  const foreign = await Promise.all(routes.map((route) => kong.call("POST", "/routes", route)));
  await story.serves("beside.example/theirs", "acme-org/web");
  await acme.remove("ingress", "beside");
  await eventually(async () => expect(await kong.routesOf("beside.example")).toEqual([]));
  await acme.must("domain", "release", "beside.example", "--yes");
  expect(await Promise.all(routes.map(({ name }) => kong.call("GET", `/routes/${name}`)))).toEqual(foreign);
  await clean(...routes.map(({ name }) => `/routes/${name}`));
});

test("L6: the same world gives the same entities: what was deleted by hand comes back with the same ids", async () => {
  await acme.apply(
    primary("l6.example"),
    shared("*.l6.example"),
    ingress("l6", ["l6.example", "*.l6.example"], { paths: [{ path: "/" }, { path: "/a", type: "Exact" }] }),
  );
  await acme.condition("*.l6.example", "Programmed", { status: "True" });
  await acme.condition("l6.example", "Programmed", { status: "True" });
  const identities = async (): Promise<readonly object[]> =>
    (await kong.everything()).map(({ id, name, tags }) => ({ id, name, tags }));
  const before = await identities();
  // A route that the controller has put back meanwhile keeps its service: then both are deleted again.
  await eventually(async () => {
    for (const { id } of await kong.tagged("routes")) await kong.call("DELETE", `/routes/${id}`);
    for (const { id } of await kong.tagged("services")) await kong.call("DELETE", `/services/${id}`);
  });
  await eventually(async () => expect(await identities()).toEqual(before));
  await story.serves("l6.example", "acme-org/web");
  await story.serves("x.l6.example/a", "acme-org/web");
});

test("L7: an entity of ours that somebody deleted or edited is repaired with exactly the missing writes", async ({
  skip,
}) => {
  skip(!story.embedded, "only the embedded gateway tells which calls it got");
  const hosts = ["a.l7.example", "b.l7.example", "c.l7.example", "d.l7.example"];
  await acme.apply(primary("l7.example"), ...hosts.map((host) => shared(host)), ingress("l7", hosts));
  for (const host of hosts) await story.serves(host, "acme-org/web");
  const [a = "", b = "", c = ""] = await Promise.all(hosts.map(async (host) => (await kong.routesOf(host))[0]?.id));
  const before = await kong.tagged("routes");
  const faults = faultsOf(story);
  await faults.forget();
  await kong.call("DELETE", `/routes/${a}`);
  await kong.call("PATCH", `/routes/${b}`, { hosts: ["elsewhere.example"] });
  await kong.call("PATCH", `/routes/${c}`, { methods: ["POST"], headers: { "x-key": ["1"] } });
  for (const host of hosts) await story.serves(host, "acme-org/web");
  await eventually(async () => expect(timeless(await kong.tagged("routes"))).toEqual(timeless(before)));
  const ours = [`DELETE /routes/${a}`, `PATCH /routes/${b}`, `PATCH /routes/${c}`];
  expect([...(await faults.writes())].sort()).toEqual(
    [...ours, "POST /routes", `PATCH /routes/${b}`, `PATCH /routes/${c}`].sort(),
  );
});

test("L7: a wildcard's function that somebody removed or edited is put back", async () => {
  await acme.apply(primary("fn.example"), shared("*.fn.example"), ingress("fn", ["*.fn.example"]));
  await story.serves("x.fn.example", "acme-org/web");
  const [route] = await kong.routesOf("*.fn.example");
  const plugins = await kong.tagged("plugins");
  const { id } = plugins.find(({ service }) => service?.id === route?.service?.id) ?? {};
  expect(id).toBeDefined();
  const putBack = (): Promise<void> =>
    eventually(async () => expect(timeless(await kong.tagged("plugins"))).toEqual(timeless(plugins)));
  await kong.call("DELETE", `/plugins/${id ?? ""}`);
  await putBack();
  await story.serves("y.x.fn.example", nobody);
  await kong.call("PATCH", `/plugins/${id ?? ""}`, { enabled: false });
  await putBack();
  await story.serves("y.x.fn.example", nobody);
  await story.serves("x.fn.example", "acme-org/web");
});

test("L7: what carries our tag and is not ours to have is removed, whoever imitated it", async () => {
  const [service] = await kong.tagged("services", "k8s-name:web");
  const tags = ["managed-by-domain-claims", "k8s-namespace:acme-org", "k8s-kind:Ingress", "k8s-name:imitated"];
  await kong.call("POST", "/routes", {
    name: "imitation",
    hosts: ["bank.example"],
    service: { id: service?.id },
    tags,
  });
  await eventually(async () => expect(await kong.routesOf("bank.example")).toEqual([]));
  await story.serves("bank.example", nobody);
});

test("L7: drift is counted, and told in the log", async () => {
  const [controller] = story.runningControllers();
  const metrics = await (await fetch(`${controller?.healthUrl ?? ""}/metrics`)).text();
  expect(Number(/^domain_claims_drift_hosts_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
  expect(controller?.log()).toContain("Kong differs from what was written; repairing");
});

test("L5: another cluster's controller with the same tag takes nothing away: it ends, and says which hosts it does not know", async () => {
  await acme.apply(primary("tag.example"), ingress("tag", ["tag.example"]));
  await story.serves("tag.example", "acme-org/web");
  const before = await kong.everything();
  const given = { KONG_ADMIN_URL: story.adminUrl, KONG_PROXY_URL: story.proxyUrl };
  const other = await startWorld({ env: { ...process.env, ...given } });
  try {
    const coyote = await newTeam(other, "coyote-org");
    // The very same host, too.
    await coyote.apply(primary("tag.example"), primary("theirs.example"));
    const said = await other.startController().then(
      async ([controller]) => {
        await eventually(() => expect(controller?.ended()).toBe("exit code 1"));
        return controller?.log() ?? "";
      },
      (error: unknown) => String(error),
    );
    expect(said).toMatch(/register says nothing of any of their hosts: .*tag\.example.*another --kong-tag/);
    expect(await listOf(other.cluster.api, `${group}/hostrecords`)).toEqual([]);
    expect(timeless(await kong.everything())).toEqual(timeless(before));
  } finally {
    await other.stop();
  }
});
