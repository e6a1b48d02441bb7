import { expect, test } from "vitest";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, heldBy, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";

test("a claim, an Ingress, a route: from nothing to live, and away again", async () => {
  const { cluster, kong, settled, writes, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  expect(kong.routes()).toEqual([]);

  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  expect(cluster.get("Domain", "acme-org/acme")).toMatchObject({
    finalizers: { count: 1, ours: 0 },
    status: { phase: "OK", reason: "Held", host: "acme.org", holder: "acme-org/acme" },
  });
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions).toMatchObject([
    { type: "Accepted", status: "True" },
    { type: "Programmed", status: "True", message: "1 route is live in Kong" },
    { type: "Ready", status: "True", reason: "Live" },
  ]);
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([{ ip: "192.0.2.1" }]);

  writes();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(kong.stored.services.size).toBe(0);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  expect(cluster.get("HostRecord", "acme.org")).toMatchObject({ holder: undefined, history: [{ reason: "Deleted" }] });
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([]);
  const order = writes().filter((write) => /^(remove routes|update acme.org|finalizers)/.test(write));
  expect(order).toEqual(["remove routes acme.org /", "update acme.org -", "finalizers acme-org/acme []"]);
  await stop();
});

test("L1: a claim and an Ingress that come together are told what was decided, not that it is being decided", async () => {
  const { cluster, events, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  expect(events.map(({ regarding, reason }) => `${regarding.kind} ${reason}`).sort()).toEqual([
    "Domain Held",
    "Ingress Programmed",
  ]);
  await stop();
});

test("L1: an Ingress with somebody else's host is told so, and its neighbours go on", async () => {
  const { cluster, kong, events, settled, stop } = run();
  for (const name of ["acme-org", "evil"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
  }
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("evil/evil", "evil.example", fresh));
  await settled();
  cluster.put("Ingress", ingress("evil/web", ["acme.org", "evil.example"]));
  await settled();
  expect(kong.routes()).toEqual(["evil.example / -> evil.web.80"]);
  const said = events
    .filter(({ regarding }) => regarding.kind === "Ingress")
    .map(({ reason, note }) => `${reason}: ${note}`);
  expect(said).toContainEqual(
    "HostNotClaimed: acme.org is held by the primary claim acme in namespace acme-org, so it is not served from here (kubectl domain whois acme.org)",
  );
  await stop();
});

test("L6: a second pass and a restart write nothing", async () => {
  const first = run();
  const { cluster, kong } = first;
  acmeServes(cluster, "acme.org", "*.acme.org");
  await first.settled();
  expect(kong.routes()).toHaveLength(2);
  first.writes();
  await first.clock.pass(120_000);
  expect(first.writes()).toEqual([]);
  await first.stop();

  const second = run({ cluster, kong });
  await second.settled();
  expect(second.writes()).toEqual([]);
  await second.stop();
});

test("a service that a route led to in an earlier term goes when the route leads elsewhere", async () => {
  const first = run();
  const { cluster, kong } = first;
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (const name of ["acme-org", "coyote-org"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
    cluster.put("Ingress", ingress(`${name}/web`, ["acme.org"]));
  }
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await first.settled();
  first.crash();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);

  const next = claim("coyote-org/acme", "acme.org");
  cluster.put("Domain", { ...claim("acme-org/acme", "acme.org"), deleting: true });
  cluster.put("Domain", next);
  cluster.put("HostRecord", heldBy(next));
  const { settled, stop } = run({ cluster, kong });
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> coyote-org.web.80"]);
  expect([...kong.stored.services.values()].map(({ name }) => name)).toEqual(["coyote-org.web.80"]);
  await stop();
});
