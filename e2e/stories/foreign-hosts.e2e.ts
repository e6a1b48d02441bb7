import { afterAll, beforeAll, expect, test } from "vitest";
import { kongAdmin } from "./support/kong.ts";
import type { KongAdmin } from "./support/kong.ts";
import { moreLooks } from "./support/metrics.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Kong serves hosts already, by routes that somebody else looks after: no claim takes them over (rule X5).

let story: Story;
let kong: KongAdmin;
let mallory: Team;

beforeAll(async () => {
  story = await startStory({
    controllerArgs: ["--kong-resync-period=1s", "--foreign-hosts-handed-over=listed.example"],
  });
  kong = kongAdmin(story);
  const old = await story.team("old-org");
  mallory = await story.team("mallory-org");
  await mallory.site();
  const { port } = await old.site("legacy");
  const service = { name: "legacy", host: "legacy.old-org.svc.cluster.local.", port };
  await kong.call("POST", "/services", service);
});

afterAll(() => story.stop());

/** A route of somebody else to the backend of old. */
async function legacy(name: string, fields: object): Promise<void> {
  await kong.call("POST", "/routes", { name, service: { name: "legacy" }, ...fields });
}

test("X5: a legacy host keeps all of its paths, whoever claims it, until an administrator labels the namespace", async () => {
  await legacy("legacy", { hosts: ["legacy.example.com"] });
  await story.serves("legacy.example.com/login", "old-org/legacy");
  await mallory.apply(
    primary("legacy.example.com"),
    ingress("login", ["legacy.example.com"], { paths: [{ path: "/login" }] }),
  );
  await mallory.decided("legacy.example.com", { phase: "OK", reason: "Held" });
  await mallory.condition("legacy.example.com", "Programmed", { status: "False", reason: "ForeignHost" });
  await mallory.told("Domain", "legacy.example.com", { type: "Warning", reason: "ForeignHost" });
  await mallory.told("Ingress", "login", { type: "Warning", reason: "ForeignHost" });
  await moreLooks(story.runningControllers()[0], 3);
  expect(await story.visit("legacy.example.com/login")).toBe("old-org/legacy");
  expect(await kong.routesOf("legacy.example.com")).toEqual([]);

  const label = ["label", "namespace", "mallory-org", "platform.koli.io/foreign-hosts=allowed"];
  expect((await mallory.kubectl(label)).stderr).toContain("cannot get resource");
  expect((await story.kubectl(label)).code).toBe(0);
  await story.serves("legacy.example.com/login", "mallory-org/web");
  await story.serves("legacy.example.com/other", "old-org/legacy");
  await mallory.condition("legacy.example.com", "Programmed", { status: "True" });
  expect((await story.kubectl([...label.slice(0, 3), "platform.koli.io/foreign-hosts-"])).code).toBe(0);
  await story.serves("legacy.example.com/login", "old-org/legacy");
});

test("X5: neither a wildcard above a legacy host nor a name below a legacy wildcard goes live", async () => {
  await legacy("below", { hosts: ["old.wild.example"] });
  await legacy("above", { hosts: ["*.deep.example"] });
  await mallory.apply(primary("wild.example"), shared("*.wild.example"), ingress("wild", ["*.wild.example"]));
  await mallory.apply(primary("login.deep.example"), ingress("deep", ["login.deep.example"]));
  await mallory.condition("*.wild.example", "Programmed", { status: "False", reason: "ForeignHost" });
  await mallory.condition("login.deep.example", "Programmed", { status: "False", reason: "ForeignHost" });
  for (const url of ["old.wild.example/any", "login.deep.example/any"]) await story.serves(url, "old-org/legacy");
  await kong.call("DELETE", "/routes/below");
  await story.serves("old.wild.example/any", "mallory-org/web");
});

test("X5: a host that others come to name later leaves Kong; one on the administrator's list stays", async () => {
  const hosts = ["later.example", "listed.example"];
  await mallory.apply(...hosts.map((host) => primary(host)), ingress("later", hosts));
  for (const host of hosts) await story.serves(host, "mallory-org/web");
  await legacy("later", { hosts, paths: ["/theirs"] });
  await mallory.condition("later.example", "Programmed", { status: "False", reason: "ForeignHost" });
  await story.serves("later.example", "404 no Route matched with those values");
  await story.serves("later.example/theirs", "old-org/legacy");
  expect(await story.visit("listed.example")).toBe("mallory-org/web");
});
